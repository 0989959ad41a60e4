"""I gather what the analytics pages show of one sample: figures, histograms, heat, points."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.utils.translation import gettext as _

from aetheris.charts import words
from aetheris.charts.heat import Cell, draw_heat
from aetheris.charts.histogram import Histogram, draw_histogram
from aetheris.charts.scatter import Scatter, draw_scatter
from analytics.benchmarks import benchmarks
from analytics.catalogue import shown
from analytics.cuts import WEEKDAYS
from analytics.kpis import kpis
from analytics.report import report
from analytics.sample import Sample
from analytics.sample.zones import DAY
from analytics.units import Measure, axis_r, measured

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


def results(sample: Sample, measure: Measure | None = None) -> Histogram | None:
    measure = measure or measured(sample, "money")
    return draw_histogram(measure.values[measure.known].tolist(), measure.short, noun=_("Result of each trade"))


def multiples(sample: Sample) -> Histogram | None:
    return draw_histogram(sample.r.tolist(), axis_r, noun=_("Result of each trade in R"))


def excursions(sample: Sample) -> tuple[np.ndarray, np.ndarray]:
    """The places of the trades whose MAE, MFE and risk are known, and those three (the last a result) in R."""
    columns = sample.columns
    known = np.flatnonzero(sample.risked & ~np.isnan(columns.mae) & ~np.isnan(columns.mfe))
    return known, np.column_stack([one[known] / sample.risk[known] for one in (columns.mae, columns.mfe, sample.pnl)])


def points(sample: Sample) -> Scatter | None:
    known, in_r = excursions(sample)
    return draw_scatter(in_r, lambda n: trade_named(sample, int(known[n])))


def trade_named(sample: Sample, place: int) -> str:
    """Its day and symbol; the symbol stands apart, whichever way it is written."""
    day = date.fromordinal(date(1970, 1, 1).toordinal() + int(sample.clock.exited[place] // DAY))
    symbol = sample.columns.symbols[sample.columns.symbol[place]]
    return f"{words.day(day)} · \u2068{symbol}\u2069"


@dataclass(frozen=True, slots=True)
class Heat:
    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    unit: str


def hours(sample: Sample, measure: Measure | None = None) -> Heat | None:
    """Mean result by weekday and traded hour of entry."""
    measure = measure or measured(sample, "money")
    if not measure.known.any():
        return None
    days, traded, counts, sums = by_hour(sample, measure)
    means = [
        [sums[day, hour] / counts[day, hour] if counts[day, hour] else None for hour in traded] for day in range(days)
    ]
    cells = draw_heat(means, counts[:days, traded].tolist(), measure.cell)
    rows = tuple((_(WEEKDAYS[day])[:3], row) for day, row in enumerate(cells))
    return Heat(tuple(map(str, traded)), rows, measure.name)


def by_hour(sample: Sample, measure: Measure) -> tuple[int, list[int], np.ndarray, np.ndarray]:
    """How many days of the week and which hours were traded; counts and sums by weekday and hour of entry."""
    known, clock = measure.known, sample.clock
    place = (clock.weekday * 24 + clock.hour)[known]
    counts = np.bincount(place, minlength=168).reshape(7, 24)
    sums = np.bincount(place, weights=measure.values[known], minlength=168).reshape(7, 24)
    return max(5, int(clock.weekday.max()) + 1), np.flatnonzero(counts.sum(axis=0)).tolist(), counts, sums


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
    cells = draw_heat(list(table.values()), None, _percent)
    return Heat((*map(_, MONTHS), _("Year")), tuple(zip(map(str, table), cells, strict=True)), "%")


def _percent(value: float) -> str:
    return words.number(100 * value, 1, signed=True)
