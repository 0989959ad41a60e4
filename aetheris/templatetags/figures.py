"""I give templates the figure words of aetheris.charts.words, under their own names."""

import re

from django import template

from aetheris import retelling
from aetheris.charts import words

register = template.Library()
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
