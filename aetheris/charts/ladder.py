"""I draw one trade on a line of R: how far it went against its owner, how far for, where it ended."""

from dataclasses import dataclass

from aetheris.charts import words
from aetheris.charts.scale import share


@dataclass(frozen=True, slots=True)
class Ladder:
    """SVG percentages along one line; `marks` are (x, label) of whole R."""

    against: tuple[str, str]
    gained: tuple[str, str]
    stop_x: str
    zero_x: str
    result_x: str
    marks: tuple[tuple[str, str], ...]
    spoken: str


def draw_ladder(mae_r: float | None, mfe_r: float | None, result_r: float | None) -> Ladder | None:
    """MAE and MFE as magnitudes in R; None unless all three are known."""
    if mae_r is None or mfe_r is None or result_r is None:
        return None
    low = max(1.25, min(max(mae_r, -result_r) * 1.1, 6.0))
    high = max(1.25, min(max(mfe_r, result_r) * 1.1, 12.0))
    step = 1 if low + high <= 8 else 2

    def x(value: float) -> float:
        return (min(max(value, -low), high) + low) / (low + high)

    rungs = [n for n in range(-12, 13) if n % step == 0 and -low <= n <= high]
    return Ladder(
        against=(share(x(-mae_r)), share(x(0) - x(-mae_r))),
        gained=(share(x(0)), share(x(mfe_r) - x(0))),
        stop_x=share(x(-1)),
        zero_x=share(x(0)),
        result_x=share(x(result_r)),
        marks=tuple((share(x(n)), f"{words.number(n, 0, signed=True)}R") for n in rungs),
        spoken=f"{words.r(-mae_r)} worst, {words.r(mfe_r)} best, {words.r(result_r)} at the end",
    )
