"""I count results in round steps, losses left of zero and gains right of it, the tails grouped at the edges."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from aetheris.charts import words
from aetheris.charts.equity import AxisMark
from aetheris.charts.scale import nice_scale, nice_step, px, share

HEIGHT, GUTTER = 210, 40
_TOP, _BOTTOM, _STEPS, _GAP = 24.0, 176.0, 14, 0.004


@dataclass(frozen=True, slots=True)
class Bar:
    """One step from `low` to `high`; `tone` is “win” or “loss”, `label` what it holds."""

    x: str
    width: str
    y: str
    height: str
    tone: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Histogram:
    height: int
    gutter: int
    bars: tuple[Bar, ...]
    marks: tuple[AxisMark, ...]
    ticks: tuple[tuple[str, str, bool], ...]
    zero_x: str
    mean_x: str
    mean_text: str
    mean_at_end: bool
    finding: str
    reading: dict[str, object]
    last_text: str
    last_index: int


FINDING = {
    "en": "{}: {} above zero, {} below, mean {}.",
    "fr": "{} : {} au-dessus de zéro, {} au-dessous, moyenne {}.",
}
HELD = ("{} · {} trade", "{} · {} trades")  # alike in both languages
STEPS = {
    "en": ("below {1}", "{0} and more", "{0} to {1}"),
    "fr": ("moins de {1}", "{0} et plus", "de {0} à {1}"),
}


def draw_histogram(values: Sequence[float], said: Callable[[float], str], *, noun: str) -> Histogram | None:
    """`said` writes a value; None without values. What lies beyond the outer 2 % is counted in the outermost step."""
    if not values:
        return None
    ordered = sorted(values)
    step = _step(ordered)
    first = math.floor(_at(ordered, 0.02) / step)
    last = max(math.floor(_at(ordered, 0.98) / step), first)
    first, last = min(first, -1), max(last, 0)
    below = [bisect_left(ordered, n, key=lambda value: math.floor(value / step)) for n in range(first + 1, last + 1)]
    counts = [after - before for before, after in pairwise((0, *below, len(ordered)))]
    mean = sum(ordered) / len(ordered)
    scale = nice_scale(0, max(counts), top=_TOP, bottom=_BOTTOM, steps=4)
    span = len(counts)
    mean_at = min(max(mean / step - first, 0.0), span) / span
    bars = tuple(_bar(n, count, first, last, step, scale.y, said) for n, count in enumerate(counts))
    points = [_read(n, span, bar) for n, bar in enumerate(bars)]
    return Histogram(
        HEIGHT, GUTTER, bars,
        tuple(AxisMark(px(scale.y(v)), f"{v:,.0f}", px(scale.y(v) + 4)) for v in scale.ticks if v == round(v)),
        tuple((share(n / span), said((first + n) * step), n % 4 != -first % 4)
              for n in range(1, span) if n % 2 == -first % 2),
        share(-first / span), share(mean_at), said(mean), mean_at > 0.75,
        FINDING[words.tongue.get()].format(
            noun, len(ordered) - bisect_right(ordered, 0), bisect_left(ordered, 0), said(mean)
        ),
        {"top": _TOP, "bottom": _BOTTOM, "points": points}, str(points[-1][3]), span - 1,
    )  # fmt: skip


def _read(n: int, span: int, bar: Bar) -> list[object]:
    """The middle of a bar's top, and what it holds."""
    one, many = HELD
    text = (one if bar.count == 1 else many).format(bar.label, bar.count)
    return [round(100 * (n + 0.5) / span, 2), float(bar.y), None, text]


def _step(ordered: Sequence[float]) -> float:
    return nice_step((_at(ordered, 0.98) - _at(ordered, 0.02)) / _STEPS or abs(ordered[0]) or 1.0)


def _at(ordered: Sequence[float], share_: float) -> float:
    return ordered[round((len(ordered) - 1) * share_)]


def _bar(
    n: int, count: int, first: int, last: int, step: float, y: Callable[[float], float], said: Callable[[float], str]
) -> Bar:
    span, low = last - first + 1, (first + n) * step
    below, more, between = STEPS[words.tongue.get()]
    label = (below if n == 0 else more if n == span - 1 else between).format(said(low), said(low + step))
    return Bar(
        share(n / span + _GAP), share(max(1 / span - 2 * _GAP, 0.001)), px(y(count)), px(_BOTTOM - y(count)),
        "win" if low >= 0 else "loss", label, count,
    )  # fmt: skip
