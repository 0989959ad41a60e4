"""I place each trade by how far it went against its owner and how far for, in R; a disc won, a square lost."""

from collections.abc import Sequence
from dataclasses import dataclass

from aetheris.charts import words
from aetheris.charts.equity import AxisMark
from aetheris.charts.scale import px, share

HEIGHT, GUTTER, MOST = 320, 36, 2_000
_TOP, _BOTTOM, _WIDE, _HIGH = 10.0, 280.0, 2.0, 5.0


@dataclass(frozen=True, slots=True)
class Point:
    x: str
    y: str
    won: bool


@dataclass(frozen=True, slots=True)
class Scatter:
    height: int
    gutter: int
    points: tuple[Point, ...]
    marks: tuple[AxisMark, ...]
    ticks: tuple[tuple[str, str], ...]
    stop_x: str
    finding: str
    left_out: int


FINDING = {
    "en": "{} trades with known excursions; {} of {} winners first went more than 1R against.",
    "fr": "{} trades aux excursions connues ; {} gagnants sur {} ont d'abord reculé de plus de 1R.",
}


def draw_scatter(trades: Sequence[tuple[float, float, float]]) -> Scatter | None:
    """Trades are (MAE, MFE, result) in R, oldest first; clipped ones sit on the edge, the newest 2,000 are drawn."""
    if not trades:
        return None
    shown = trades[-MOST:]
    beyond = sum(1 for mae, _, result in trades if mae > 1 and result > 0)
    won = sum(1 for _, _, result in trades if result > 0)
    return Scatter(
        HEIGHT, GUTTER,
        tuple(Point(share(min(mae, _WIDE) / _WIDE), px(_y(min(mfe, _HIGH))), result > 0) for mae, mfe, result in shown),
        tuple(AxisMark(px(_y(n)), f"{n}R", px(_y(n) + 4)) for n in range(6)),
        tuple((share(n / 4), f"{words.number(n / 2, 1)}R") for n in range(1, 4)), share(1 / _WIDE),
        FINDING[words.tongue.get()].format(len(trades), beyond, won),
        len(trades) - len(shown),
    )  # fmt: skip


def _y(mfe: float) -> float:
    return _BOTTOM - mfe / _HIGH * (_BOTTOM - _TOP)
