"""I mark what is known of one trade's prices: the way in and out, stop and target, and no path between."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from aetheris.charts.equity import AxisMark
from aetheris.charts.scale import Scale, nice_scale, px, share

HEIGHT, GUTTER = 210, 76
_TOP, _BOTTOM, _LEFT, _RIGHT, _APART = 18.0, 172.0, 0.06, 0.94, 16.0


@dataclass(frozen=True, slots=True)
class Execution:
    """`minutes` since any one moment; `at` and `priced` stand at the axes, `text` is all that is read out."""

    minutes: float
    price: float
    priced: str
    side: Literal["buy", "sell"]
    at: str
    text: str


@dataclass(frozen=True, slots=True)
class Level:
    """A planned price: “stop” or “target”, and what stands at its line."""

    kind: Literal["stop", "target"]
    price: float
    text: str


@dataclass(frozen=True, slots=True)
class Mark:
    """One execution: an arrow up that bought, an arrow down that sold."""

    x: str
    y: str
    side: str


@dataclass(frozen=True, slots=True)
class Line:
    kind: str
    y: str
    text: str
    text_y: str


@dataclass(frozen=True, slots=True)
class Executions:
    height: int
    gutter: int
    marks: tuple[AxisMark, ...]
    points: tuple[Mark, ...]
    lines: tuple[Line, ...]
    times: tuple[tuple[str, str], ...]
    finding: str
    reading: dict[str, object]
    last_text: str
    last_index: int


def draw_executions(made: Sequence[Execution], levels: Sequence[Level], finding: str) -> Executions | None:
    """In the order of time; None without any. Prices on the left are those of the marks themselves."""
    if not made:
        return None
    scale = _scale([*(one.price for one in made), *(one.price for one in levels)])
    xs = _along([one.minutes for one in made])
    points = [[round(100 * x, 2), round(scale.y(one.price), 1), None, one.text]
              for x, one in zip(xs, made, strict=True)]  # fmt: skip
    return Executions(
        HEIGHT, GUTTER, _priced(made, scale),
        tuple(Mark(share(x), px(scale.y(one.price)), one.side) for x, one in zip(xs, made, strict=True)),
        _lines(levels, scale), tuple((share(x), one.at) for x, one in zip(xs, made, strict=True)), finding,
        {"top": _TOP - 10, "bottom": _BOTTOM + 10, "points": points}, made[-1].text, len(made) - 1,
    )  # fmt: skip


def _scale(prices: Sequence[float]) -> Scale:
    """From the lowest to the highest; a single price runs through the middle."""
    low, high = min(prices), max(prices)
    if low < high:
        return Scale(low, high, high - low, _TOP, _BOTTOM)
    return nice_scale(low, high, top=_TOP, bottom=_BOTTOM)


def _priced(made: Sequence[Execution], scale: Scale) -> tuple[AxisMark, ...]:
    """Each price once; one too close to another is left to the table."""
    shown: list[tuple[float, str]] = []
    for one in made:
        y = scale.y(one.price)
        if all(abs(y - other) >= _APART for other, _text in shown):
            shown.append((y, one.priced))
    return tuple(AxisMark(px(y), text, px(y + 4)) for y, text in shown)


def _lines(levels: Sequence[Level], scale: Scale) -> tuple[Line, ...]:
    """A level is named above its line, in the upper half below it."""
    middle = (_TOP + _BOTTOM) / 2
    ys = [scale.y(level.price) for level in levels]
    return tuple(Line(level.kind, px(y), level.text, px(y + 15 if y < middle else y - 6))
                 for level, y in zip(levels, ys, strict=True))  # fmt: skip


def _along(minutes: Sequence[float]) -> list[float]:
    """Places between the edges; one alone, or all at one moment, stand side by side."""
    span = minutes[-1] - minutes[0]
    if not span:
        return [_LEFT + (_RIGHT - _LEFT) * n / max(len(minutes) - 1, 1) for n in range(len(minutes))]
    return [_LEFT + (_RIGHT - _LEFT) * (one - minutes[0]) / span for one in minutes]
