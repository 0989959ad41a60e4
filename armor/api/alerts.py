"""I am the asker's alerts: caught up by number, and acknowledged."""

from typing import Any

from django.db.models import Q, QuerySet
from django_filters import BooleanFilter, ChoiceFilter, FilterSet, NumberFilter, UUIDFilter
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from aetheris.api.resources import Collection, resource
from armor import lifecycle, selectors, services
from armor.api.webhook_events import EventShape
from armor.delivery import endpoints
from armor.models import Breach


class AlertShape(serializers.Serializer[Breach]):
    """A breach, just as the socket tells of it."""

    id = serializers.UUIDField()
    number = serializers.IntegerField(help_text="Rises by one without gaps: your cursor.")
    level = serializers.ChoiceField([1, 2, 3])
    rule = serializers.CharField()
    account_id = serializers.UUIDField()
    account_name = serializers.CharField()
    title = serializers.CharField()
    body = serializers.CharField()
    value = serializers.CharField()
    limit = serializers.CharField()
    levels = serializers.ListField(child=serializers.ListField())
    currency = serializers.CharField()
    used_percent = serializers.CharField()
    trading_day = serializers.DateField()
    at = serializers.DateTimeField()
    at_label = serializers.CharField()
    dismissed = serializers.BooleanField()
    dismissed_at = serializers.DateTimeField(allow_null=True)
    needs_ack = serializers.BooleanField()
    snoozed_until = serializers.DateTimeField(allow_null=True)
    snoozed_label = serializers.CharField(allow_blank=True)
    note = serializers.CharField()
    resets_at = serializers.DateTimeField()
    resets_label = serializers.CharField()
    acknowledge_url = serializers.CharField()
    evidence = serializers.DictField()

    def to_representation(self, breach: Breach) -> dict[str, Any]:
        return selectors.alert(breach, zone=getattr(self.context["request"].user, "timezone", "UTC"))


class Dismissal(serializers.Serializer[Any]):
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)


class SnoozeWish(serializers.Serializer[Any]):
    length = serializers.ChoiceField(list(lifecycle.SNOOZES), help_text="Until the account's reset at the most.")


class SnoozeShape(serializers.Serializer[Any]):
    until = serializers.DateTimeField()


class CoolingShape(serializers.Serializer[Any]):
    account_id = serializers.UUIDField()
    started_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()


class AlertFilter(FilterSet):
    account = UUIDFilter(field_name="account_id")
    level = ChoiceFilter(field_name="breach_level", choices=[(n, str(n)) for n in (1, 2, 3)])
    standing = BooleanFilter(method="stands", help_text="Not yet acknowledged.")
    since = NumberFilter(field_name="number", lookup_expr="gt", help_text="Only later numbers, the oldest first.")

    def stands(self, queryset: QuerySet[Breach], name: str, value: bool) -> QuerySet[Breach]:
        return queryset.filter(Q(dismissed_at__isnull=value))


@resource("alerts")
class Alerts(ListModelMixin, Collection):
    """Breaches, newest first; with `since` in the order they came."""

    serializer_class = AlertShape
    filterset_class = AlertFilter
    ordering_fields = ["number"]

    @property
    def ordering(self) -> str:
        return "number" if "since" in self.request.query_params else "-number"

    def get_queryset(self) -> QuerySet[Breach]:
        return selectors.breaches()

    def retrieve(self, request: Request, id: str) -> Response:
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=Dismissal, responses=AlertShape)
    @action(detail=True, methods=["post"])
    def dismiss(self, request: Request, id: str) -> Response:
        """Acknowledge it; done twice, the first time counts."""
        given = Dismissal(data=request.data)
        given.is_valid(raise_exception=True)
        breach = services.dismiss(breach=self.get_object(), note=given.validated_data["note"])
        return Response(self.get_serializer(breach).data)

    @extend_schema(request=SnoozeWish, responses={201: SnoozeShape})
    @action(detail=True, methods=["post"])
    def snooze(self, request: Request, id: str) -> Response:
        """Keep a level 1 alert silent for a while."""
        breach, wish = self.get_object(), SnoozeWish(data=request.data)
        wish.is_valid(raise_exception=True)
        made = lifecycle.snooze(breach=breach, how=wish.validated_data["length"])
        return Response(SnoozeShape(made).data, status=201)

    @extend_schema(request=None, responses={201: CoolingShape})
    @action(detail=True, methods=["post"])
    def cooling(self, request: Request, id: str) -> Response:
        """Acknowledge a level 2 or 3 alert by a pause: a position opened during it is itself an alert."""
        return Response(CoolingShape(lifecycle.cool(breach=self.get_object())).data, status=201)

    @extend_schema(request=None, responses={202: EventShape(many=True)}, filters=False)
    @action(detail=True, methods=["post"], pagination_class=None, filter_backends=[])
    def webhook(self, request: Request, id: str) -> Response:
        """Tell it to every endpoint that takes alerts, whether or not it was told before."""
        return Response(EventShape(endpoints.tell_of(breach=self.get_object()), many=True).data, status=202)
