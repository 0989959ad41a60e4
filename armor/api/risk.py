"""I tell how far each account is from each of its limits, now."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import selectors as people
from aetheris.api.resources import Door, id_in, resource
from armor import selectors


class DistanceShape(serializers.Serializer[Any]):
    rule = serializers.CharField()
    title = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    kind = serializers.ChoiceField(["floor", "conduct"])
    unit = serializers.CharField(help_text="money is in the account's currency")
    effect = serializers.CharField()
    limit = serializers.CharField(allow_null=True)
    used = serializers.CharField(allow_null=True)
    room = serializers.CharField(allow_null=True)
    floor = serializers.CharField(allow_null=True)
    used_percent = serializers.CharField()
    level = serializers.IntegerField()
    unknown = serializers.CharField(help_text="why the measure is not the whole truth; empty when it is")
    breaks = serializers.CharField()
    levels = serializers.ListField(child=serializers.CharField())
    reaches = serializers.ListField(child=serializers.IntegerField(), help_text="the levels this rule can reach")
    amount = serializers.CharField(allow_null=True)
    percent = serializers.CharField(allow_null=True)


class ObjectiveShape(serializers.Serializer[Any]):
    """A goal: reached or not, never a breach."""

    rule = serializers.CharField()
    title = serializers.CharField()
    unit = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    goal = serializers.CharField()
    reached = serializers.CharField(allow_null=True)
    met = serializers.BooleanField(allow_null=True)
    unknown = serializers.CharField()
    facts = serializers.DictField(child=serializers.CharField())


class BreakShape(serializers.Serializer[Any]):
    rule = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    floor = serializers.CharField()
    worth = serializers.CharField()


class ForecastShape(serializers.Serializer[Any]):
    """What the next reset does if nothing is closed before it."""

    at = serializers.DateTimeField()
    carried = serializers.CharField(allow_null=True)
    unknown = serializers.CharField()
    breaks = BreakShape(many=True)


class RiskShape(serializers.Serializer[Any]):
    account_id = serializers.UUIDField()
    account_name = serializers.CharField()
    currency = serializers.CharField()
    state = serializers.ChoiceField(["armed", "unarmed", "unknown"])
    unknown = serializers.ListField(child=serializers.CharField(), help_text="why the state is unknown")
    trading_day = serializers.DateField()
    resets_at = serializers.DateTimeField()
    balance = serializers.CharField()
    equity = serializers.CharField(allow_null=True)
    day_start_balance = serializers.CharField()
    day_start_equity = serializers.CharField(allow_null=True)
    pnl_today = serializers.CharField()
    open_positions = serializers.IntegerField()
    locked = serializers.BooleanField()
    limits = DistanceShape(many=True)
    objectives = ObjectiveShape(many=True)
    forecast = ForecastShape(allow_null=True)
    doubts = serializers.ListField(help_text="what the firm's public pages leave open about its rules")


@resource(f"accounts/{id_in('id')}/risk")
class AccountRisk(Door):
    """The live distance of one account to every limit."""

    @extend_schema(responses=RiskShape)
    def get(self, request: Request, id: str) -> Response:
        return Response(selectors.risk(get_object_or_404(people.accounts(), pk=id)))
