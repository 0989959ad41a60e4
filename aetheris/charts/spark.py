"""I draw a word-sized line."""

from collections.abc import Sequence
from dataclasses import dataclass

from aetheris.charts.scale import px

WIDTH, HEIGHT = 72, 24
_LEFT, _RIGHT, _TOP, _BOTTOM = 2.0, 70.0, 3.0, 21.0


@dataclass(frozen=True, slots=True)
class Spark:
    """A path inside 72 by 24, with the dot at its end."""

    path: str
    end_x: str
    end_y: str


def draw_spark(values: Sequence[float | None]) -> Spark | None:
    """Two points are needed for a line; undefined ones are left out; a flat series runs through the middle."""
    known = [float(value) for value in values if value is not None]
    if len(known) < 2:
        return None
    low, span = min(known), max(known) - min(known)
    ys = [_BOTTOM - (value - low) / span * (_BOTTOM - _TOP) if span else HEIGHT / 2 for value in known]
    xs = [_LEFT + n * (_RIGHT - _LEFT) / (len(known) - 1) for n in range(len(known))]
    path = "M" + "L".join(f"{px(x)} {px(y)}" for x, y in zip(xs, ys, strict=True))
    return Spark(path, px(xs[-1]), px(ys[-1]))
