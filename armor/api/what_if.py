"""I run rules over an account's history, and draw the odds of passing a programme from its own days."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import selectors as people
from aetheris.api.resources import Door, id_in, resource
from armor import whatif
from armor.api.own_rules import refuse_faults
from armor.api.templates import published
from armor.models import PropFirmTemplate


class ReplayAsk(serializers.Serializer[Any]):
    template = serializers.UUIDField(required=False, allow_null=True, default=None)
    rules = serializers.DictField(required=False, allow_null=True, default=None, help_text="a rule set as in `rules`")


class FiredShape(serializers.Serializer[Any]):
    rule = serializers.CharField()
    level = serializers.IntegerField()
    trading_day = serializers.DateField()
    at = serializers.DateTimeField()
    value = serializers.CharField()
    limit = serializers.CharField()
    floor = serializers.CharField(allow_null=True)
    trade_id = serializers.UUIDField(allow_null=True)
    also_broken = serializers.ListField(child=serializers.CharField())


class ReplayShape(serializers.Serializer[Any]):
    account_id = serializers.UUIDField()
    currency = serializers.CharField()
    under = serializers.CharField()
    limits = serializers.ListField(child=serializers.DictField())
    count = serializers.IntegerField()
    by_rule = serializers.ListField(child=serializers.DictField())
    first_failure = FiredShape(allow_null=True)
    fired = FiredShape(many=True)
    left_out = serializers.IntegerField()
    unknown = serializers.ListField(child=serializers.CharField())


class OddsAsk(serializers.Serializer[Any]):
    template = serializers.UUIDField(required=False, allow_null=True, default=None)
    runs = serializers.IntegerField(min_value=100, max_value=20_000, default=whatif.RUNS)
    seed = serializers.IntegerField(min_value=0, max_value=2**31, default=1)
    horizon = serializers.IntegerField(min_value=1, max_value=250, default=whatif.HORIZON)


class OddsShape(serializers.Serializer[Any]):
    account_id = serializers.UUIDField()
    under = serializers.CharField()
    days_drawn_from = serializers.IntegerField()
    horizon_days = serializers.IntegerField()
    runs = serializers.IntegerField()
    seed = serializers.IntegerField()
    passed = serializers.FloatField()
    passed_error = serializers.FloatField(help_text="standard error")
    failed_daily = serializers.FloatField()
    failed_maximum = serializers.FloatField()
    unfinished = serializers.FloatField()
    days_median = serializers.FloatField(allow_null=True)
    notes = serializers.ListField(child=serializers.CharField())


def _template(id: Any) -> PropFirmTemplate | None:
    if id is None:
        return None
    found = published().filter(pk=id).first()
    if found is None:
        raise NotFound
    return found


@resource(f"accounts/{id_in('id')}/replay")
class Replay(Door):
    """When each rule would have fired over the account's history: today's, a programme's or some of your own."""

    @extend_schema(request=ReplayAsk, responses=ReplayShape)
    def post(self, request: Request, id: str) -> Response:
        account = get_object_or_404(people.accounts(), pk=id)
        given = ReplayAsk(data=request.data)
        given.is_valid(raise_exception=True)
        told = given.validated_data
        if told["rules"] is not None:
            refuse_faults(told["rules"])
        return Response(whatif.what_if(account, template=_template(told["template"]), told=told["rules"]))


@resource(f"accounts/{id_in('id')}/odds")
class PassOdds(Door):
    """The odds of passing a programme, drawn from one's own days; the same seed gives the same answer."""

    @extend_schema(request=OddsAsk, responses=OddsShape)
    def post(self, request: Request, id: str) -> Response:
        account = get_object_or_404(people.accounts(), pk=id)
        given = OddsAsk(data=request.data)
        given.is_valid(raise_exception=True)
        told = given.validated_data
        return Response(whatif.pass_odds(
            account, template=_template(told["template"]), seed=told["seed"], runs=told["runs"],
            horizon=told["horizon"],
        ))  # fmt: skip
