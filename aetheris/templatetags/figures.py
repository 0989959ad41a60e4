"""I give templates the figure words of aetheris.charts.words, under their own names."""

import re
from datetime import date, datetime

from django import template
from django.utils import dateformat, timezone

from aetheris import retelling
from aetheris.charts import words

register = template.Library()
_NAMED = re.compile("[DM]")
_RANGE = re.compile(r",? 0\.\.1(?:00)?\b")


@register.filter
def money(value: words.Number | None, currency: str = "USD") -> str:
    """{{ amount|money:account.currency }}: whole units."""
    return words.money(value, currency or "USD")


@register.filter
def gain(value: words.Number | None, currency: str = "USD") -> str:
    """{{ amount|gain:account.currency }}: whole units, a plus on gains."""
    return words.money(value, currency or "USD", signed=True)


@register.filter
def cents(value: words.Number | None, currency: str = "USD") -> str:
    """{{ trade.pnl|cents:account.currency }}: two decimals, a plus on gains."""
    return words.money(value, currency or "USD", 2, signed=True)


@register.filter
def percent(rate: words.Number | None, places: int = 1) -> str:
    return words.percent(rate, places)


@register.filter
def ratio(value: words.Number | None) -> str:
    return words.ratio(value)


@register.filter
def r(value: words.Number | None) -> str:
    return words.r(value)


@register.filter
def number(value: words.Number | None, places: int = 0) -> str:
    return words.number(value, places)


@register.filter
def held(seconds: words.Number | None) -> str:
    return words.held(seconds)


@register.filter
def moment(at: datetime | date | None, form: str) -> str:
    """{{ at|moment:"D j M H:i" }}: as Django's date, with the days and months our pages write: “ven. 20 nov. 15:17”."""
    if at is None:
        return ""
    here = timezone.localtime(at) if isinstance(at, datetime) else at
    said = {"D": words.day(here).split(" ", 1)[0], "M": words.month(here)}
    return dateformat.format(here, _NAMED.sub(lambda found: _as_said(said[found[0]]), form))


def _as_said(word: str) -> str:
    return "".join(f"\\{letter}" for letter in word)


@register.filter
def tone(value: words.Number | None) -> str:
    return words.tone(value)


@register.filter
def retold(text: object) -> str:
    """{{ reason|retold }}: what was worded in English, in the reader's language."""
    return retelling.retold(str(text or ""))


@register.filter
def plainly(meaning: str) -> str:
    """A KPI's meaning without the range its formula keeps to: the page shows a share as a percentage."""
    return _RANGE.sub("", meaning)
