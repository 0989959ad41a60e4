"""I know every KPI by its key: what it means, how it is written, how it is computed.

A family file defines its KPIs with `kpi = family(name, category)` and `@kpi(key, ...)` on a function of a Sample.
Such a function returns a plain number or word, or raises Undefined with a reason. It is remembered per sample, so
one KPI may call another. Asked from outside: `kpis[key].answer(sample)`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from math import isfinite
from typing import TYPE_CHECKING, Literal, Protocol, cast

import numpy as np

from aetheris.registry import Registry
from analytics.kpis.arithmetic.answers import Undefined

if TYPE_CHECKING:
    from analytics.sample import Sample

type Number = float | int | str
type Better = Literal["higher", "lower", "neutral"]
type Formula[T: Number] = Callable[[Sample], T]
type Answer[T: Number] = Callable[[Sample], T | Undefined]

CATEGORIES = ("Execution", "Risk", "Robustness", "Temporal", "Psychology")
NO_TRADES = "no trades"
TOO_LARGE = "the figure is too large to mean anything"

_FORMATS = {
    "cur": "money",
    "cur/h": "money",
    "cur/trade": "money",
    "frac": "percent",
    "ms": "duration",
    "R": "r",
    "R/year": "r",
    "count": "count",
    "days": "days",
    "weekday": "weekday",
    "hour": "hour",
    "label": "label",
    "score": "score",
}

_RULES = {
    "C": "a count or sum: 0 without trades",
    "D": "a drawdown: 0 without trades or without losses",
    "M": "no value for an empty set",
    "Q": "no value when the denominator is zero or missing",
    "V": "no value below two observations",
    "V0": "no value below two observations or when all are the same",
    "K3": "no value below three observations or when all are the same",
    "K4": "no value below four observations or when all are the same",
    "G": "no value below three points or when a side never changes",
    "E": "no value once the account was ruined",
}


@dataclass(frozen=True, slots=True)
class Kpi:
    """One figure: `meaning` is the docstring of its function, `edge` the code of KPIS.md for the odd cases.

    `answer(sample)` is the value, or an Undefined that says why there is none; it never raises for odd data, and is
    never NaN or infinite.
    """

    key: str
    name: str
    category: str
    family: str
    unit: str
    better: Better
    edge: str
    formula: str
    source: str
    meaning: str
    answer: "Answer[Number]"
    resampled: bool = False
    caution: Callable[["Sample"], str | None] | None = None

    @property
    def format(self) -> str:
        """How to print it: money, percent, ratio, count, duration, r, days, weekday, hour, label or score."""
        return _FORMATS.get(self.unit, "ratio")

    @property
    def rule(self) -> str:
        """When it has no value, in words."""
        codes = [code for code in re.findall(r"\b(?:V0|K3|K4|[CDMQVGE])\b", self.edge) if code in _RULES]
        return "; ".join(_RULES[code] for code in codes) or self.edge


class Marked(Protocol):
    """Registers a function as a KPI, and hands it back remembered."""

    def __call__[T: Number](self, function: Formula[T], /) -> Formula[T]: ...


type KpiDecorator = Callable[..., Marked]

kpis: Registry[Kpi] = Registry("KPI", "analytics.kpis")


def family(name: str, category: str, *, resampled: bool = False) -> KpiDecorator:
    """The decorator of one family file."""

    def kpi(
        key: str,
        *,
        name: str,
        unit: str,
        better: Better,
        edge: str,
        formula: str,
        source: str,
        caution: Callable[["Sample"], str | None] | None = None,
    ) -> Marked:
        def register[T: Number](function: Formula[T]) -> Formula[T]:
            answer = _remembered(key, function, returns_based=bool(re.search(r"\bE\b", edge)))
            meaning = " ".join((function.__doc__ or "").split())
            kpis.register(
                key,
                Kpi(
                    key,
                    name,
                    category,
                    title,
                    unit,
                    better,
                    edge,
                    formula,
                    source,
                    meaning,
                    answer,
                    resampled,
                    caution,
                ),
            )
            return _raising(function, answer)

        return register

    title = name
    return kpi


def _remembered[T: Number](key: str, function: Formula[T], *, returns_based: bool) -> Answer[T]:
    """One plain, finite answer, worked out once per sample."""

    def answer(sample: "Sample") -> "T | Undefined":
        answers = sample.answers
        if key not in answers:
            try:
                if returns_based and sample.n:
                    sample.unruined()
                answers[key] = _plain(function(sample))
            except Undefined as undefined:
                answers[key] = Undefined(undefined.reason if sample.n else NO_TRADES)
            except OverflowError:
                answers[key] = Undefined(TOO_LARGE)
        return answers[key]  # type: ignore[no-any-return]

    return answer


def _raising[T: Number](function: Formula[T], answer: Answer[T]) -> Formula[T]:
    """For the other formulas: the value, else the Undefined as an exception."""

    @wraps(function)
    def compute(sample: "Sample") -> T:
        found = answer(sample)
        if type(found) is Undefined:
            raise Undefined(found.reason)
        return cast(T, found)

    return compute


def _plain(value: Number) -> Number:
    """Plain Python, no negative zero."""
    if type(value) is int or type(value) is str:
        return value
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        if not isfinite(value):
            raise Undefined(TOO_LARGE)
        return value + 0.0
    return value
