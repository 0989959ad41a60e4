"""I draw a difference with the interval it may lie in, beside nothing at all."""

from dataclasses import dataclass

from aetheris.charts.scale import share

_ROOM = 1.15


@dataclass(frozen=True, slots=True)
class Interval:
    """SVG percentages along one line; `tone` is good or bad where zero lies outside, else even."""

    zero_x: str
    low_x: str
    width: str
    middle_x: str
    tone: str


def draw_interval(low: float | None, middle: float | None, high: float | None) -> Interval | None:
    """None where there is no interval; zero always stands in the picture, with room on both sides."""
    if low is None or middle is None or high is None:
        return None
    reach = max(abs(low), abs(high), abs(middle)) * _ROOM or 1.0

    def x(value: float) -> float:
        return (value + reach) / (2 * reach)

    tone = "good" if low > 0 else "bad" if high < 0 else "even"
    return Interval(share(0.5), share(x(low)), share(x(high) - x(low)), share(x(middle)), tone)
