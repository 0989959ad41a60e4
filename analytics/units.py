"""I write results the way a trader reads them: in money, in percent of the balance before each trade, or in R."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _

from aetheris.charts import words
from analytics.kpis.arithmetic.answers import Undefined
from analytics.sample import Sample

SIGNS = {"money": "$", "percent": "%", "r": "R"}  # as the switch shows them, by their word in the address

type Say = Callable[[float | None], str]


@dataclass(frozen=True, slots=True, eq=False)
class Measure:
    """`values` by trade, NaN where this unit has none; `note` says which are left out and why.

    `said` writes a mean, `summed` a sum, `short` an axis, `cell` a heat's cell; `name` is what stands beside them.
    """

    key: str
    name: str
    values: np.ndarray
    said: Say
    summed: Say
    short: Callable[[float], str]
    cell: Callable[[float], str]
    note: str = ""

    @property
    def known(self) -> np.ndarray:
        return ~np.isnan(self.values)


def asked(word: str) -> str:
    return word if word in SIGNS else "money"


def measured(sample: Sample, unit: str) -> Measure:
    return {"money": _in_money, "percent": _in_percent, "r": _in_r}[unit](sample)


def _in_money(sample: Sample) -> Measure:
    currency = sample.currency

    def whole(value: float | None) -> str:
        return words.money(value, currency, signed=True)

    return Measure(
        "money", currency, sample.pnl, lambda value: words.money(value, currency, 2, signed=True), whole,
        lambda value: words.money_short(value, currency, signed=True),
        lambda value: words.money_short(value, signed=True),
    )  # fmt: skip


def _in_percent(sample: Sample) -> Measure:
    """A ruined account has no base to be a percentage of."""
    try:
        values, note = sample.returns, ""
    except Undefined:
        values = np.full(sample.n, np.nan)
        note = _("The balance was zero or below at some point, so a return has no base.")
    return Measure("percent", "%", values, _percent(2), _percent(1), _percent(2), lambda value: words.number(
        100 * value, 2, signed=True), note)  # fmt: skip


def _percent(places: int) -> Say:
    return lambda value: words.percent(value, places, signed=True)


def _in_r(sample: Sample) -> Measure:
    values, known = np.full(sample.n, np.nan), sample.risked
    values[known] = sample.r
    note = "" if known.all() else _("{} of {} trades: the others have no known risk.").format(known.sum(), sample.n)
    return Measure("r", "R", values, words.r, words.r, axis_r,
                   lambda value: words.number(value, 1, signed=True), note)  # fmt: skip


def axis_r(value: float) -> str:
    return f"{words.number(value, 1 if value * 10 == round(value * 10) else 2, signed=True)}R"
