"""I answer what an account's KPIs are, as of now or of a day, and what each KPI means."""

from dataclasses import asdict
from datetime import date
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import selectors as people
from accounts.models import TradingAccount
from aetheris.api.resources import Door, id_in, resource
from analytics import services
from analytics.aggregate import joined
from analytics.kpis import kpis
from analytics.rates import OLDEST_DAYS

TOLD = ("key", "name", "category", "family", "unit", "format", "formula", "source", "better", "meaning", "rule")


class ValueShape(serializers.Serializer[Any]):
    value = serializers.JSONField(allow_null=True, help_text="A number or a word; null with a reason.")
    unit = serializers.CharField()
    reason = serializers.CharField(required=False)


class ReportShape(serializers.Serializer[Any]):
    account_id = serializers.UUIDField()
    date = serializers.DateField(allow_null=True, help_text="The trading day asked for; null: as of now.")
    engine_version = serializers.CharField()
    trades = serializers.IntegerField()
    currency = serializers.CharField()
    calendar = serializers.CharField()
    timezone = serializers.CharField()
    starting_balance = serializers.CharField()
    risk_free = serializers.FloatField()
    kpis = serializers.DictField(child=ValueShape())


class MeaningShape(serializers.Serializer[Any]):
    key = serializers.CharField()
    name = serializers.CharField()
    category = serializers.CharField()
    family = serializers.CharField()
    unit = serializers.CharField()
    format = serializers.CharField()
    formula = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    better = serializers.ChoiceField(["higher", "lower", "neutral"])
    meaning = serializers.CharField()
    rule = serializers.CharField(help_text="When it has no value.")


class CatalogueShape(serializers.Serializer[Any]):
    kpis = MeaningShape(many=True)


@resource("metrics/catalogue")
class Catalogue(Door):
    """Every KPI: its name, category, unit, formula, source and which way is better."""

    @extend_schema(responses=CatalogueShape)
    def get(self, request: Request) -> Response:
        return Response({"kpis": [{name: getattr(kpi, name) for name in TOLD} for kpi in kpis.values()]})


class MissingShape(serializers.Serializer[Any]):
    account = serializers.CharField()
    currency = serializers.CharField()
    days = serializers.IntegerField(help_text="How many days have no rate.")
    dates = serializers.ListField(child=serializers.DateField(), help_text="Which ones.")
    why = serializers.CharField()


class TogetherShape(serializers.Serializer[Any]):
    base = serializers.CharField(help_text="The currency of every amount.")
    accounts = serializers.IntegerField(help_text="How many are in the sum.")
    missing = MissingShape(many=True)
    rates_within_days = serializers.IntegerField(help_text="How many days old a rate may be that is used.")
    trades = serializers.IntegerField()
    starting_balance = serializers.CharField()
    kpis = serializers.DictField(child=ValueShape())


class Base(serializers.Serializer[Any]):
    base = serializers.RegexField(r"^[A-Z0-9]{2,10}$", required=False, help_text="Your base currency by default.")


@resource("metrics/all")
class MetricsOfAll(Door):
    """Every KPI of all active accounts as one, in one currency; accounts without a rate to it are named."""

    @extend_schema(parameters=[Base], responses=TogetherShape)
    def get(self, request: Request) -> Response:
        base = base_of(request)
        found = joined(list(people.active_accounts()), base, zone=people.reader(request).timezone)
        told = found.report().as_json()
        return Response({
            "base": base, "accounts": len(found.accounts), "missing": [asdict(one) for one in found.missing],
            "rates_within_days": OLDEST_DAYS, "trades": told["trades"], "starting_balance": told["starting_balance"],
            "kpis": told["kpis"],
        })  # fmt: skip


def base_of(request: Request) -> str:
    """The currency asked for, else the reader's own."""
    asked = Base(data=request.query_params)
    asked.is_valid(raise_exception=True)
    return str(asked.validated_data.get("base", people.reader(request).base_currency))


@resource(f"metrics/{id_in('account_id')}")
class Metrics(Door):
    """Every KPI of an account as of now: a value, or null with its reason."""

    @extend_schema(responses=ReportShape)
    def get(self, request: Request, account_id: str) -> Response:
        return Response(_report(asked_for(account_id), None))


@resource(f"metrics/{id_in('account_id')}/(?P<date>[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})")
class MetricsOfDay(Door):
    """Every KPI of an account as of the end of one trading day, in the account's own clock."""

    @extend_schema(operation_id="metrics_of_day_retrieve", responses=ReportShape)
    def get(self, request: Request, account_id: str, date: str) -> Response:
        account = asked_for(account_id)
        return Response(_report(account, _day(date)))


def asked_for(account_id: str) -> TradingAccount:
    return get_object_or_404(people.accounts(), pk=account_id)


def _day(word: str) -> date:
    day: date = serializers.DateField().run_validation(word)
    if not 1970 <= day.year < 2200:
        raise serializers.ValidationError({"date": "Nobody traded then. Give a day between 1970 and 2200."})
    return day


def _report(account: TradingAccount, day: date | None) -> dict[str, Any]:
    told = services.metrics(account, day).as_json()
    return {"account_id": str(account.id), "date": day.isoformat() if day else None, **told}
