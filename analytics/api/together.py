"""I answer how all accounts went together, day by day, in one currency."""

from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import selectors as people
from aetheris.api.resources import Door, resource
from analytics.api.courses import MONEY, PointShape, Span, span
from analytics.api.metrics import Base, MissingShape, base_of
from analytics.rates import OLDEST_DAYS
from analytics.together import Together, together


class Asked(Base, Span):  # type: ignore[misc, valid-type]
    """The currency of the sums; the days, both ends included."""


class SharedDayShape(serializers.Serializer[Any]):
    date = serializers.DateField()
    net_pnl = serializers.DecimalField(**MONEY)
    trades = serializers.IntegerField()
    gross_profit = serializers.DecimalField(**MONEY)
    gross_loss = serializers.DecimalField(**MONEY)
    fees = serializers.DecimalField(**MONEY)


class HeadShape(serializers.Serializer[Any]):
    base = serializers.CharField(help_text="The currency of every amount.")
    accounts = serializers.IntegerField(help_text="How many are in the sum.")
    missing = MissingShape(many=True)
    rates_within_days = serializers.IntegerField(help_text="How many days old a rate may be that is used.")


class SharedHeatmapShape(HeadShape):
    days = SharedDayShape(many=True)


class SharedEquityShape(HeadShape):
    starting_balance = serializers.DecimalField(**MONEY)
    points = PointShape(many=True)


def _head(found: Together) -> dict[str, Any]:
    return {
        "base": found.base, "accounts": len(found.accounts), "missing": [asdict(one) for one in found.missing],
        "rates_within_days": OLDEST_DAYS,
    }  # fmt: skip


def _found(request: Request) -> Together:
    return together(list(people.active_accounts()), base_of(request))


@resource("metrics/all/heatmap")
class HeatmapOfAll(Door):
    """One entry for each trading day with trades of any active account, each day's money at its own day's rate."""

    @extend_schema(parameters=[Asked], responses=SharedHeatmapShape)
    def get(self, request: Request) -> Response:
        found = _found(request)
        return Response(SharedHeatmapShape({**_head(found), "days": found.between(*span(request))}).data)


@resource("metrics/all/equity")
class EquityOfAll(Door):
    """Closed equity of all active accounts at each day's end: what they began with and every result since."""

    @extend_schema(parameters=[Asked], responses=SharedEquityShape)
    def get(self, request: Request) -> Response:
        found = _found(request)
        told = {**_head(found), "starting_balance": found.starting_balance}
        return Response(SharedEquityShape({**told, "points": found.between(*span(request))}).data)
