"""I narrow a list of trades by what its reader asks for."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.timezone import get_current_timezone, is_naive, make_aware
from django_filters import CharFilter, ChoiceFilter, Filter, FilterSet, NumberFilter, UUIDFilter

from trading.models.trade import TradeSide, TradeSource


class MomentField(forms.Field):
    """A date or a moment; `ends` reads a date as the end of that day. What names no zone is UTC."""

    def __init__(self, *, ends: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.ends = ends

    def to_python(self, value: Any) -> datetime | None:
        if not value:
            return None
        try:
            if day := parse_date(value):
                moment = datetime.combine(day + timedelta(days=1 if self.ends else 0), time(0))
            else:
                moment = parse_datetime(value.replace(" ", "+"))  # type: ignore[assignment]
        except (ValueError, OverflowError):
            moment = None  # type: ignore[assignment]
        if moment is None:
            raise forms.ValidationError("Write a date as 2026-01-31 or a moment as 2026-01-31T14:00:00Z.")
        return _in_utc(make_aware(moment, get_current_timezone()) if is_naive(moment) else moment)


def _in_utc(moment: datetime) -> datetime:
    """The database knows no clock that is sixteen hours off, and no moment before the first year."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise forms.ValidationError("Give a moment between the years 1 and 9999.") from None


class MomentFilter(Filter):
    field_class = MomentField


class TradeFilter(FilterSet):
    account = UUIDFilter(field_name="account_id")
    symbol = CharFilter(lookup_expr="iexact")
    side = ChoiceFilter(choices=TradeSide.choices)
    status = ChoiceFilter(choices=[("open", "open"), ("closed", "closed")])
    source = ChoiceFilter(choices=TradeSource.choices)
    tag = CharFilter(method="tagged")
    setup = CharFilter()
    min_pnl = NumberFilter(field_name="pnl", lookup_expr="gte")
    max_pnl = NumberFilter(field_name="pnl", lookup_expr="lte")
    to = MomentFilter(field_name="entry_time", lookup_expr="lt", ends=True)
    vars()["from"] = MomentFilter(field_name="entry_time", lookup_expr="gte")  # a word Python keeps for itself

    def tagged(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(tags__contains=[value])
