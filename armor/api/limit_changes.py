"""I am what would guard an account less and waits for its next session: raised limits, other ground, a programme."""

from django.db.models import QuerySet
from django_filters import ChoiceFilter, FilterSet, UUIDFilter
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from aetheris.api.resources import Collection, resource
from armor import limit_changes
from armor.models import LimitChange
from armor.models.guard import ChangeStatus


class LimitChangeShape(serializers.ModelSerializer[LimitChange]):
    account_id = serializers.UUIDField(read_only=True)
    field = serializers.ChoiceField(limit_changes.FIELDS)  # type: ignore[assignment]
    old_value = serializers.CharField(allow_null=True)
    new_value = serializers.CharField(allow_null=True, help_text="null: no limit; of a programme its id.")

    class Meta:
        model = LimitChange
        fields = [
            "id", "account_id", "field", "old_value", "new_value", "effective_at", "status", "decided_at", "created_at",
        ]  # fmt: skip
        read_only_fields = fields


class LimitChangeFilter(FilterSet):
    account = UUIDFilter(field_name="account_id")
    status = ChoiceFilter(choices=ChangeStatus.choices)


@resource("limit-changes")
class LimitChanges(ListModelMixin, RetrieveModelMixin, Collection):
    """Raise a limit or move the ground below it by PATCH accounts/{id}, choose another programme by POST
    accounts/{id}/template: answered with 202, it stands here until it is in force."""

    key_scope = "manage"
    serializer_class = LimitChangeShape
    filterset_class = LimitChangeFilter
    ordering = "-created_at"
    ordering_fields = ["created_at", "effective_at"]

    def get_queryset(self) -> QuerySet[LimitChange]:
        return LimitChange.objects.all()

    @extend_schema(request=None, responses=LimitChangeShape)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, id: str) -> Response:
        """Leave it as it is."""
        return Response(LimitChangeShape(limit_changes.withdraw_one(self.get_object())).data)
