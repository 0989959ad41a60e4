"""I draw an equity curve above its drawdown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate

from aetheris.charts import lttb, words
from aetheris.charts.months import TimeMark, time_marks
from aetheris.charts.scale import axis_money, nice_scale, px, share

HEIGHT, GUTTER, POINTS_MOST = 300, 52, 420
POINT = {"en": "{} · Equity {} · Drawdown {}", "fr": "{} · Capital {} · Repli {}"}
FINDING = {
    "en": "Equity curve with drawdown, {} to {}. Equity now {}, worst drawdown {}.",
    "fr": "Courbe du capital et de son repli, du {} au {}. Capital actuel {}, pire repli {}.",
}
_TOP, _FLOOR, _WATER, _DEEP = 10.0, 190.0, 212.0, 276.0
_DEPTHS = (0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)


@dataclass(frozen=True, slots=True)
class AxisMark:
    """One grid line: its height, its label and where the label's baseline sits."""

    y: str
    text: str
    text_y: str


@dataclass(frozen=True, slots=True)
class EquityChart:
    """Everything a template prints; coordinates are text, x in percent or in thousandths of the width."""

    height: int
    gutter: int
    equity_marks: tuple[AxisMark, ...]
    drawdown_marks: tuple[AxisMark, ...]
    time_marks: tuple[TimeMark, ...]
    equity_line: str
    equity_area: str
    drawdown_line: str
    drawdown_area: str
    start_y: str
    worst: tuple[str, str]
    last: tuple[str, str]
    finding: str
    reading: dict[str, object]
    last_text: str
    last_index: int
    rows: tuple[tuple[str, str, str], ...]
    thinned_from: int | None
    note: str = ""


def draw_equity(
    days: Sequence[date],
    equity: Sequence[Decimal | float],
    drawdown_rates: Sequence[float] | None = None,
    *,
    currency: str = "USD",
    note: str = "",
) -> EquityChart | None:
    """One point per day, rising in time; drawdown as a rate 0 to -1, taken from the running peak when not given.

    None when there is nothing to draw.
    """
    if not days:
        return None
    values = [float(value) for value in equity]
    drawdowns = [min(float(rate), 0.0) for rate in (drawdown_rates or from_peak(values))]
    if len(days) == 1:  # a level line, from edge to edge
        days, values, drawdowns = [*days, *days], values * 2, drawdowns * 2
    worst = min(range(len(days)), key=drawdowns.__getitem__)
    at = _along(days)
    kept = sorted({*lttb.keep(at, values, POINTS_MOST), worst})
    scale = nice_scale(min(values), max(values), top=_TOP, bottom=_FLOOR)
    depth = next((step for step in _DEPTHS if step >= -drawdowns[worst]), -drawdowns[worst])
    xs, high = [at[n] for n in kept], [scale.y(values[n]) for n in kept]
    low = [_below(drawdowns[n], depth) for n in kept]
    rows = [
        (words.day(days[n], year=True), words.money(values[n], currency), words.percent(drawdowns[n])) for n in kept
    ]
    texts = [words.told(POINT).format(*row) for row in rows]
    return EquityChart(
        height=HEIGHT,
        gutter=GUTTER,
        equity_marks=tuple(_mark(scale.y(tick), axis_money(tick, scale.step, currency)) for tick in scale.ticks),
        drawdown_marks=(_mark(_WATER, words.percent(0, 0)), _mark(_DEEP, words.percent(-depth, 0))),
        time_marks=time_marks(days[0], days[-1]),
        equity_line=_path(xs, high),
        equity_area=f"{_path(xs, high)}L1000 {px(_FLOOR)}L0 {px(_FLOOR)}Z",
        drawdown_line=_path(xs, low),
        drawdown_area=f"M0 {px(_WATER)}{_path(xs, low).replace('M', 'L')}L1000 {px(_WATER)}Z",
        start_y=px(scale.y(values[0])),
        worst=(share(at[worst]), px(_below(drawdowns[worst], depth))),
        last=(share(1.0), px(high[-1])),
        finding=_finding(days, values, drawdowns[worst], currency),
        reading=_reading(xs, high, low, texts),
        last_text=texts[-1],
        last_index=len(kept) - 1,
        rows=tuple(dict.fromkeys(rows)),
        thinned_from=len(days) if len(kept) < len(days) else None,
        note=note,
    )


def from_peak(values: Sequence[float]) -> list[float]:
    """How far each value lies below the highest one so far, as a rate 0 to -1."""
    return [value / peak - 1 if peak > 0 else 0.0 for value, peak in zip(values, accumulate(values, max), strict=True)]


def _path(xs: Sequence[float], ys: Sequence[float]) -> str:
    return "M" + "L".join(f"{1000 * x:.1f} {y:.1f}" for x, y in zip(xs, ys, strict=True))


def _mark(y: float, text: str) -> AxisMark:
    return AxisMark(px(y), text, px(y + 4))


def _along(days: Sequence[date]) -> list[float]:
    """Each day's place between the first (0) and the last (1)."""
    span = (days[-1] - days[0]).days
    return [(day - days[0]).days / span for day in days] if span else [0.0, 1.0]


def _below(drawdown_rate: float, depth: float) -> float:
    return _WATER - drawdown_rate / depth * (_DEEP - _WATER)


def _reading(
    xs: Sequence[float], high: Sequence[float], low: Sequence[float], texts: Sequence[str]
) -> dict[str, object]:
    """What charts.js reads aloud and points at: x in percent, both heights, the words."""
    points = [[round(100 * x, 2), round(a, 1), round(b, 1), t] for x, a, b, t in zip(xs, high, low, texts, strict=True)]
    return {"top": _TOP, "bottom": _DEEP, "points": points}


def _finding(days: Sequence[date], values: Sequence[float], worst: float, currency: str) -> str:
    first, last = (words.month_day(day, year=True) for day in (days[0], days[-1]))
    return words.told(FINDING).format(first, last, words.money(values[-1], currency), words.percent(worst))
