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
    effect = serializers.CharField()
    limit = serializers.CharField()
    used = serializers.CharField()
    room = serializers.CharField()
    floor = serializers.CharField()
    used_percent = serializers.CharField()
    level = serializers.IntegerField()
    breaks = serializers.CharField()
    levels = serializers.ListField(child=serializers.CharField())


class RiskShape(serializers.Serializer[Any]):
    account_id = serializers.UUIDField()
    account_name = serializers.CharField()
    currency = serializers.CharField()
    state = serializers.ChoiceField(["armed", "unarmed", "unknown"])
    trading_day = serializers.DateField()
    resets_at = serializers.DateTimeField()
    balance = serializers.CharField()
    equity = serializers.CharField(allow_null=True)
    day_start_balance = serializers.CharField()
    pnl_today = serializers.CharField()
    open_positions = serializers.IntegerField()
    locked = serializers.BooleanField()
    limits = DistanceShape(many=True)


@resource(f"accounts/{id_in('id')}/risk")
class AccountRisk(Door):
    """The live distance of one account to every limit."""

    @extend_schema(responses=RiskShape)
    def get(self, request: Request, id: str) -> Response:
        return Response(selectors.risk(get_object_or_404(people.accounts(), pk=id)))
