"""I gather what the analytics pages show of one sample: tables, histograms, heat, points."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from aetheris.charts import words
from aetheris.charts.heat import Cell, draw_heat
from aetheris.charts.histogram import Histogram, draw_histogram
from aetheris.charts.scale import share
from aetheris.charts.scatter import Scatter, draw_scatter
from analytics.benchmarks import benchmarks
from analytics.catalogue import shown
from analytics.cuts import HELD, LONGEST, NOTHING, SESSIONS, WEEKDAYS
from analytics.kpis import kpis
from analytics.report import report
from analytics.sample import Sample
from analytics.selectors import lines

EXCURSIONS = (
    "avg_mae", "avg_mfe", "avg_mae_winners", "avg_mae_losers", "mae_p90_winners", "avg_mfe_losers", "edge_ratio",
    "entry_efficiency", "exit_efficiency", "mfe_capture_rate", "avg_end_trade_drawdown", "losers_once_1r_rate",
)  # fmt: skip
DISCIPLINE = (
    "discipline_score", "tilt_score", "tilted_trade_rate", "tilted_pnl", "revenge_trade_rate", "revenge_pnl",
    "heavy_day_rate", "heavy_day_expectancy_gap", "trades_after_daily_loss_limit", "stop_usage_rate",
    "stop_overrun_rate", "disposition_ratio", "early_cut_rate", "win_rate_after_loss", "size_change_after_loss",
    "green_to_red_rate", "avg_daily_giveback", "journal_rate", "mistake_pnl", "negative_emotion_pnl",
)  # fmt: skip


ORDERED = {
    "weekday": WEEKDAYS, "session": SESSIONS, "holding": (*(name for _most, name in HELD), LONGEST),
    "hour": tuple(f"{hour:02}" for hour in range(24)),
}  # fmt: skip


SESSION_NAMES = {"asia": "Asia", "london": "London", "new_york": "New York", "off_session": "Off session"}


@dataclass(frozen=True, slots=True)
class Figure:
    key: str
    name: str
    label: str
    reason: str
    meaning: str
    met: bool | None


def figures(sample: Sample, keys: Sequence[str]) -> list[Figure]:
    """KPIs as a person reads them, met or missed where there is a benchmark."""
    values, aims = report(sample, keys).values, benchmarks()
    made = []
    for key, value in values.items():
        number = float(value.value) if isinstance(value.value, int | float) else None
        met = aims[key].met(number) if key in aims else None
        label = shown(kpis[key].format, value, sample.currency)
        made.append(Figure(key, kpis[key].name, label, value.reason or "", kpis[key].meaning, met))
    return made


def said(key: str, by: str) -> str:
    """A value of a cut as it is read: our own words in the reader's language, a trader's as they were typed."""
    if key == NOTHING and by in ("setup", "tag", "emotion"):
        return _("None")
    if by == "session":
        return _(SESSION_NAMES[key])
    return _(key.replace("_", " ").capitalize()) if by in ("side", "weekday", "emotion", "holding") else key


def cut(sample: Sample, by: str, told: dict[str, Any]) -> list[dict[str, Any]]:
    """Lines of a cut with their texts; `bar` is a share of the largest result, from the middle."""
    made = lines(sample, by, told)
    most = max((abs(line["net_pnl"]) for line in made), default=0) or 1
    if by in ORDERED:  # days and spans are looked for in their own order
        made.sort(key=lambda line: ORDERED[by].index(line["key"]))
    for line in made:
        half = float(abs(line["net_pnl"]) / most) / 2
        line |= {
            "name": said(line["key"], by), "win_label": words.percent(line["win_rate"], 0),
            "expectancy_label": words.money(line["expectancy"], sample.currency, signed=True),
            "net_label": words.money(line["net_pnl"], sample.currency, signed=True),
            "factor_label": words.ratio(line["profit_factor"]), "tone": words.tone(line["net_pnl"]),
            "won": line["net_pnl"] >= 0, "x": share(0.5 if line["net_pnl"] >= 0 else 0.5 - half), "width": share(half),
        }  # fmt: skip
    return made


def results(sample: Sample) -> Histogram | None:
    return draw_histogram(sample.pnl.tolist(), _money(sample), noun=_("Result of each trade"))


def multiples(sample: Sample) -> Histogram | None:
    return draw_histogram(sample.r.tolist(), _r, noun=_("Result of each trade in R"))


def points(sample: Sample) -> Scatter | None:
    columns = sample.columns
    known = sample.risked & ~np.isnan(columns.mae) & ~np.isnan(columns.mfe)
    in_r = [(values[known] / sample.risk[known]).tolist() for values in (columns.mae, columns.mfe, sample.pnl)]
    return draw_scatter(list(zip(*in_r, strict=True)))


@dataclass(frozen=True, slots=True)
class Heat:
    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    unit: str


def hours(sample: Sample) -> Heat | None:
    """Mean result by weekday and traded hour of entry: in R where every risk is known, else in money."""
    if not sample.n:
        return None
    in_r = bool(sample.risked.all())
    result, said = (sample.pnl / sample.risk, _plain) if in_r else (sample.pnl, _short)
    days = max(5, int(sample.clock.weekday.max()) + 1)
    place = sample.clock.weekday * 24 + sample.clock.hour
    counts = np.bincount(place, minlength=168).reshape(7, 24)
    sums = np.bincount(place, weights=result, minlength=168).reshape(7, 24)
    traded = np.flatnonzero(counts.sum(axis=0)).tolist()
    means = [
        [sums[day, hour] / counts[day, hour] if counts[day, hour] else None for hour in traded] for day in range(days)
    ]
    cells = draw_heat(means, counts[:days, traded].tolist(), said)
    rows = tuple((_(WEEKDAYS[day])[:3], row) for day, row in enumerate(cells))
    return Heat(tuple(map(str, traded)), rows, "R" if in_r else sample.currency)


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def months(sample: Sample) -> Heat | None:
    """Compounded return of each calendar month and year, in percent; None for nothing or a ruined account."""
    if not sample.n or sample.ruined:
        return None
    keys = np.unique(sample.daily.days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64))
    table: dict[int, list[float | None]] = {}
    for key, grown in zip(keys.tolist(), sample.daily.months.returns.tolist(), strict=True):
        table.setdefault(1970 + key // 12, [None] * 13)[key % 12] = grown
    for row, grown in zip(table.values(), sample.daily.years.returns.tolist(), strict=True):
        row[12] = grown
    cells = draw_heat(list(table.values()), [[9] * 13] * len(table), _percent)
    return Heat((*map(_, MONTHS), _("Year")), tuple(zip(map(str, table), cells, strict=True)), "%")


def _money(sample: Sample) -> Callable[[float], str]:
    return lambda value: words.money_short(value, sample.currency, signed=True)


def _r(value: float) -> str:
    return f"{words.number(value, 1 if value * 10 == round(value * 10) else 2, signed=True)}R"


def _plain(value: float) -> str:
    return words.number(value, 1, signed=True)


def _short(value: float) -> str:
    return words.money_short(value, signed=True)


def _percent(value: float) -> str:
    return words.number(100 * value, 1, signed=True)
