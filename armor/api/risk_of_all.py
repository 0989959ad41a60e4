"""I add the risk of all accounts up: by account, by currency, by symbol."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from aetheris.api.resources import Door, resource
from armor.api.risk import RiskShape
from armor.exposure import all_risk


class CurrencyShape(serializers.Serializer[Any]):
    currency = serializers.CharField()
    accounts = serializers.IntegerField()
    balance = serializers.CharField()
    pnl_today = serializers.CharField()
    open_positions = serializers.IntegerField()


class SymbolShape(serializers.Serializer[Any]):
    symbol = serializers.CharField()
    currency = serializers.CharField()
    side = serializers.ChoiceField(["long", "short"])
    accounts = serializers.IntegerField()
    open_positions = serializers.IntegerField()
    quantity = serializers.CharField()
    initial_risk = serializers.CharField(allow_null=True, help_text="null when it is not known of every position.")


class AllRiskShape(serializers.Serializer[Any]):
    accounts = RiskShape(many=True)
    currencies = CurrencyShape(many=True)
    symbols = SymbolShape(many=True)


@resource("risk")
class Risk(Door):
    """The live risk of every open account; money of different currencies is never added."""

    @extend_schema(responses=AllRiskShape)
    def get(self, request: Request) -> Response:
        return Response(all_risk())
