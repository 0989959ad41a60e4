"""I draw one trading day's profit and loss down to the limit it broke."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from aetheris.charts import words
from aetheris.charts.equity import AxisMark
from aetheris.charts.scale import Scale, axis_money, nice_step, px

HEIGHT, GUTTER = 190, 48
LIMIT = {"en": "Limit", "fr": "Limite"}
LEVEL = {"en": "Level {} ·", "fr": "Niveau {} ·"}
FINDING = {
    "en": "Profit and loss of {} today, ending at {}{}.",
    "fr": "Résultat de {} aujourd’hui, à la fin {}{}.",
}
BEYOND = {"en": ", limit {}", "fr": ", limite {}"}
_TOP, _BOTTOM, _APART = 16.0, 150.0, 16.0


@dataclass(frozen=True, slots=True)
class LimitLine:
    """A dashed line at one level of the rule; `text` is empty where two labels would touch."""

    level: int
    y: str
    text: str
    text_y: str


@dataclass(frozen=True, slots=True)
class DayChart:
    """Coordinates as text; `line` runs over a width of 1000."""

    height: int
    gutter: int
    marks: tuple[AxisMark, ...]
    zero_y: str
    limits: tuple[LimitLine, ...]
    line: str
    last_y: str
    hours: tuple[str, str, str]
    finding: str
    reading: dict[str, object]
    last_text: str
    last_index: int


def draw_day(
    moments: Sequence[tuple[str, float]],
    values: Sequence[float],
    limits: Sequence[tuple[int, float]],
    *,
    currency: str = "USD",
    name: str = "the account",
) -> DayChart | None:
    """`moments` are (clock label, minutes), `values` the day's P/L then.

    `limits` are (level, P/L), rising in level, the last being the limit itself.

    None below two points.
    """
    if len(values) < 2:
        return None
    scale = _scale([*values, *(at for _, at in limits), 0.0])
    first, span = moments[0][1], (moments[-1][1] - moments[0][1]) or 1.0
    xs = [(minutes - first) / span for _, minutes in moments]
    ys = [scale.y(value) for value in values]
    lines = _limit_lines(limits, [scale.y(at) for _, at in limits], currency)
    taken = [float(line.y) for line in lines]
    said = [words.money(value, currency, signed=True) for value in values]
    texts = [f"{label} · {money}" for (label, _), money in zip(moments, said, strict=True)]
    return DayChart(
        height=HEIGHT,
        gutter=GUTTER,
        marks=tuple(
            AxisMark(px(scale.y(v)), axis_money(v, scale.step, currency), px(scale.y(v) + 4))
            for v in scale.inner_ticks
            if all(abs(scale.y(v) - y) > _APART for y in taken)
        ),
        zero_y=px(scale.y(0.0)),
        limits=lines,
        line="M" + "L".join(f"{1000 * x:.0f} {y:.1f}" for x, y in zip(xs, ys, strict=True)),
        last_y=px(ys[-1]),
        hours=(moments[0][0], _halfway(moments[0][0], span), moments[-1][0]),
        finding=_finding(name, values[-1], limits, currency),
        reading={
            "top": 8,
            "bottom": HEIGHT - 26,
            "points": [[round(100 * x, 2), round(y, 1), None, t] for x, y, t in zip(xs, ys, texts, strict=True)],
        },
        last_text=texts[-1],
        last_index=len(values) - 1,
    )


def _halfway(begins: str, span: float) -> str:
    """The clock in the middle of the picture, which is drawn over time and not from trade to trade."""
    hour, minute = begins.split(":")
    at = int(hour) * 60 + int(minute) + int(span / 2)
    return f"{at // 60 % 24:02d}:{at % 60:02d}"


def _scale(values: Sequence[float]) -> Scale:
    """Round above, but no lower than the day went: the break itself stands at the foot."""
    low, high = min(values), max(values)
    step = nice_step((high - low) / 6 or 1.0)
    return Scale(low, max(math.ceil(high / step) * step, low + step), step, _TOP, _BOTTOM)


def _limit_lines(limits: Sequence[tuple[int, float]], ys: Sequence[float], currency: str) -> tuple[LimitLine, ...]:
    """The limit is named below its line, the first level above its own; the ones between stay unnamed."""
    lines = []
    for n, ((level, at), y) in enumerate(zip(limits, ys, strict=True)):
        is_limit = n == len(limits) - 1
        named = is_limit or (n == 0 and ys[-1] - y > _APART)
        word = words.told(LIMIT) if is_limit else words.told(LEVEL).format(level)
        text = f"{word} {words.money(at, currency)}" if named else ""
        lines.append(LimitLine(3 if is_limit else level, px(y), text, px(y + 15 if is_limit else y - 5)))
    return tuple(lines)


def _finding(name: str, last: float, limits: Sequence[tuple[int, float]], currency: str) -> str:
    limit = words.told(BEYOND).format(words.money(limits[-1][1], currency)) if limits else ""
    return words.told(FINDING).format(name, words.money(last, currency), limit)
