"""I gather the page of all KPIs: what each means, what it is for an account, and whether its benchmark is met."""

from dataclasses import dataclass
from math import isfinite
from typing import Any

from aetheris.charts import words
from aetheris.retelling import retold
from analytics.benchmarks import Benchmark
from analytics.kpis import CATEGORIES, Kpi
from analytics.reference import ARROWS, families
from analytics.report import Report, Value

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Line:
    kpi: Kpi
    arrow: str
    label: str
    reason: str
    target: str
    target_value: str
    target_source: str
    own: bool
    met: bool | None
    rule: str


def categories(report: Report | None, targets: dict[str, Benchmark], wanted: str = "") -> list[dict[str, Any]]:
    """Categories with their families and lines; `wanted` keeps the KPIs whose name, key or meaning contains it."""
    told = []
    for category in CATEGORIES:
        found = [
            {"name": name, "lines": [_line(kpi, report, targets.get(kpi.key)) for kpi in group if _fits(kpi, wanted)]}
            for name, group in families(category)
        ]
        found = [family for family in found if family["lines"]]
        if found:
            told.append({"name": category, "families": found, "count": sum(len(f["lines"]) for f in found)})
    return told


def _fits(kpi: Kpi, wanted: str) -> bool:
    told = f"{kpi.name} {kpi.key} {kpi.meaning} {kpi.family} {retold(kpi.name)}".lower()
    return all(word in told for word in wanted.lower().split())


def _line(kpi: Kpi, report: Report | None, target: Benchmark | None) -> Line:
    value = report.values.get(kpi.key) if report else None
    currency = report.currency if report else ""
    figure = value.value if value else None
    return Line(
        kpi, ARROWS[kpi.better],
        "" if value is None else shown(kpi.format, value, currency),
        (value.reason or "") if value else "",
        f"{'≥' if target.kind == 'least' else '≤'} {shown(kpi.format, Value(target.value, kpi.unit), currency)}"
        if target else "",
        f"{target.value:g}" if target and target.own else "",
        target.source if target else "", bool(target and target.own),
        target.met(figure if isinstance(figure, int | float) else None) if target else None,
        "; ".join(map(retold, kpi.rule.split("; "))),
    )  # fmt: skip


def shown(format: str, value: Value, currency: str) -> str:
    """A value as a person reads it; – where there is none."""
    figure = value.value
    if figure is None:
        return "–"
    if isinstance(figure, str):
        return figure.replace("_", " ")
    if format == "weekday":
        return retold(WEEKDAYS[int(figure) % 7])
    if format == "hour":
        return f"{int(figure):02}:00"
    if not isfinite(figure):
        return "–"
    return _number(format, figure, currency)


def _number(format: str, figure: float, currency: str) -> str:
    plain = {
        "money": lambda: words.money(figure, currency or "USD", 2),
        "percent": lambda: words.percent(figure, 2),
        "duration": lambda: words.held(figure / 1000),
        "r": lambda: f"{words.number(figure, 2, signed=True)} R",
        "count": lambda: words.number(figure),
        "days": lambda: f"{words.number(figure, 0 if float(figure).is_integer() else 1)} d",
        "score": lambda: words.number(figure, 1),
    }
    return plain[format]() if format in plain else words.number(figure, 3 if abs(figure) < 100 else 1)
