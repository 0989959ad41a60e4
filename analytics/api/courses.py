"""I answer how an account went: day by day, as a curve, cut by what its trades have in common."""

from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from aetheris.api.resources import Door, id_in, resource
from analytics import selectors
from analytics.api.metrics import asked_for

MONEY: dict[str, Any] = {"max_digits": None, "decimal_places": 8}
SPAN = {"from": serializers.DateField(required=False), "to": serializers.DateField(required=False)}
Span = type("Span", (serializers.Serializer,), {"__doc__": "Days, both ends included.", **SPAN})


class DayShape(serializers.Serializer[Any]):
    date = serializers.DateField()
    net_pnl = serializers.DecimalField(**MONEY)
    trades = serializers.IntegerField()
    win_rate = serializers.DecimalField(**MONEY, allow_null=True)
    gross_profit = serializers.DecimalField(**MONEY)
    gross_loss = serializers.DecimalField(**MONEY)
    max_drawdown = serializers.DecimalField(**MONEY)
    fees = serializers.DecimalField(**MONEY)


class HeatmapShape(serializers.Serializer[Any]):
    account_id = serializers.UUIDField()
    currency = serializers.CharField()
    days = DayShape(many=True)


class PointShape(serializers.Serializer[Any]):
    date = serializers.DateField()
    equity = serializers.DecimalField(**MONEY)
    peak = serializers.DecimalField(**MONEY)
    drawdown = serializers.DecimalField(**MONEY)


class EquityShape(serializers.Serializer[Any]):
    account_id = serializers.UUIDField()
    currency = serializers.CharField()
    starting_balance = serializers.DecimalField(**MONEY)
    points = PointShape(many=True)


CUT = {"by": serializers.ChoiceField(sorted(selectors.CUTS)), **SPAN}
Cut = type("Cut", (serializers.Serializer,), {"__doc__": "What to cut by, and the days, both included.", **CUT})
PAIR = {**CUT, "one": serializers.CharField(), "other": serializers.CharField()}
Pair = type("Pair", (serializers.Serializer,), {"__doc__": "Two values of one cut.", **PAIR})


class LineShape(serializers.Serializer[Any]):
    key = serializers.CharField()
    trades = serializers.IntegerField()
    wins = serializers.IntegerField()
    net_pnl = serializers.DecimalField(**MONEY)
    win_rate = serializers.FloatField()
    expectancy = serializers.DecimalField(**MONEY)
    profit_factor = serializers.FloatField(allow_null=True, help_text="null without a loser.")


class BreakdownShape(serializers.Serializer[Any]):
    account_id = serializers.UUIDField()
    currency = serializers.CharField()
    by = serializers.CharField()
    lines = LineShape(many=True)


class ComparisonShape(serializers.Serializer[Any]):
    account_id = serializers.UUIDField()
    currency = serializers.CharField()
    by = serializers.CharField()
    one = serializers.CharField()
    other = serializers.CharField()
    trades = serializers.ListField(child=serializers.IntegerField(), help_text="Of the one and of the other.")
    expectancy = serializers.ListField(child=serializers.FloatField(allow_null=True))
    difference = serializers.FloatField(allow_null=True, help_text="One minus other; null with too few trades.")
    low = serializers.FloatField(allow_null=True, help_text="95 % interval of the difference, from 1,000 resamples.")
    high = serializers.FloatField(allow_null=True)
    p_value = serializers.FloatField(allow_null=True, help_text="Welch's t test.")
    note = serializers.CharField()


@resource(f"metrics/{id_in('account_id')}/heatmap")
class Heatmap(Door):
    """One entry for each trading day with trades."""

    @extend_schema(parameters=[Span], responses=HeatmapShape)
    def get(self, request: Request, account_id: str) -> Response:
        account = asked_for(account_id)
        days = selectors.heatmap(account, *span(request))
        return Response(HeatmapShape({"account_id": account.id, "currency": account.currency, "days": days}).data)


@resource(f"metrics/{id_in('account_id')}/equity")
class Equity(Door):
    """Closed equity at the end of each trading day with trades, its peak and how far below it stands."""

    @extend_schema(parameters=[Span], responses=EquityShape)
    def get(self, request: Request, account_id: str) -> Response:
        account = asked_for(account_id)
        told = {"account_id": account.id, "currency": account.currency, "starting_balance": account.starting_balance}
        return Response(EquityShape({**told, "points": selectors.equity(account, *span(request))}).data)


@resource(f"metrics/{id_in('account_id')}/breakdown")
class Breakdown(Door):
    """Count, wins and net result of each value of one cut, the best first."""

    @extend_schema(parameters=[Cut], responses=BreakdownShape)
    def get(self, request: Request, account_id: str) -> Response:
        account = asked_for(account_id)
        given = _checked(Cut, request)
        lines = selectors.breakdown(account, given["by"], given.get("from"), given.get("to"))
        told = {"account_id": account.id, "currency": account.currency, "by": given["by"]}
        return Response(BreakdownShape({**told, "lines": lines}).data)


@resource(f"metrics/{id_in('account_id')}/compare")
class Compare(Door):
    """Two values of one cut: their expectancies, the difference with its 95 % bootstrap interval, and a note."""

    @extend_schema(parameters=[Pair], responses=ComparisonShape)
    def get(self, request: Request, account_id: str) -> Response:
        account, given = asked_for(account_id), _checked(Pair, request)
        found = selectors.comparison(
            account, given["by"], given["one"], given["other"], given.get("from"), given.get("to")
        )
        told = {"account_id": account.id, "currency": account.currency, "by": given["by"]}
        return Response(ComparisonShape({**told, "one": given["one"], "other": given["other"], **asdict(found)}).data)


def span(request: Request) -> tuple[Any, Any]:
    given = _checked(Span, request)
    return given.get("from"), given.get("to")


def _checked(shape: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    given = shape(data=request.query_params)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)
