"""I am the asker's sittings at the market: begun, ended, noted."""

from typing import Any

from django.db.models import QuerySet
from django_filters import BooleanFilter, FilterSet, UUIDFilter
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import selectors as people
from aetheris.api.belonging import AccountField
from aetheris.api.resources import Collection, resource
from trading import selectors
from trading.api.moments import MomentField
from trading.models import TradingSession
from trading.sitting import begin_session, change_session


class SessionShape(serializers.ModelSerializer[TradingSession]):
    account = AccountField(people.accounts)
    session_end = MomentField(required=False, allow_null=True)
    session_start = MomentField(required=False, help_text="Now, when it is not given.")
    notes = serializers.CharField(max_length=20_000, required=False, allow_blank=True)

    class Meta:
        model = TradingSession
        validators: list[Any] = []  # what is unique, the database says
        fields = [
            "id", "account", "account_id", "session_start", "session_end", "tilt_flag", "trades_count", "session_pnl",
            "notes", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = ["id", "account_id", "trades_count", "session_pnl", "created_at", "updated_at"]

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        start = given.get("session_start", getattr(self.instance, "session_start", None))
        end = given.get("session_end")
        if start and end and end < start:
            raise serializers.ValidationError({"session_end": "A session ends after it began."})
        return given


class SessionFilter(FilterSet):
    account = UUIDFilter(field_name="account_id")
    open = BooleanFilter(field_name="session_end", lookup_expr="isnull")


@resource("sessions")
class Sessions(ListModelMixin, RetrieveModelMixin, Collection):
    """Trading sessions, newest first; one open at a time for each account."""

    serializer_class = SessionShape
    filterset_class = SessionFilter
    ordering = "-session_start"
    ordering_fields = ["session_start"]

    def get_queryset(self) -> QuerySet[TradingSession]:
        return selectors.sessions()

    def create(self, request: Request) -> Response:
        shape = SessionShape(data=request.data)
        shape.is_valid(raise_exception=True)
        given = dict(shape.validated_data)
        return Response(SessionShape(begin_session(account=given.pop("account"), values=given)).data, status=201)

    def partial_update(self, request: Request, id: str) -> Response:
        """End it, or note something."""
        session = self.get_object()
        shape = SessionShape(session, data=request.data, partial=True)
        shape.is_valid(raise_exception=True)
        given = {name: value for name, value in shape.validated_data.items() if name != "account"}
        return Response(SessionShape(change_session(session=session, values=given)).data if given
                        else SessionShape(session).data)  # fmt: skip
