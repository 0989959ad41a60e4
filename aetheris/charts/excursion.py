"""I draw how far one trade went against and for its owner, and where it ended."""

from dataclasses import dataclass

from aetheris.charts import words
from aetheris.charts.scale import share

_ZERO, _AGAINST, _FOR = 0.30, 0.20, 0.7 / 3  # 1.5R to the left of zero, 3R to its right


@dataclass(frozen=True, slots=True)
class Excursion:
    """SVG percentages: a red bar left of zero, a green one right of it, a white mark at the result."""

    against_x: str
    against_width: str
    zero: str
    for_width: str
    result_x: str
    spoken: str


def draw_excursion(mae_r: float | None, mfe_r: float | None, result_r: float | None) -> Excursion | None:
    """All three in R, MAE and MFE as magnitudes; None unless all are known."""
    if mae_r is None or mfe_r is None or result_r is None:
        return None
    against = min(abs(mae_r) * _AGAINST, _ZERO)
    gained = min(abs(mfe_r) * _FOR, 1 - _ZERO)
    result = _ZERO + result_r * (_FOR if result_r > 0 else _AGAINST)
    return Excursion(
        against_x=share(_ZERO - against),
        against_width=share(against),
        zero=share(_ZERO),
        for_width=share(gained),
        result_x=share(min(max(result, 0.0), 1.0) - 0.006),
        spoken=f"MAE {words.ratio(abs(mae_r))}R, MFE {words.ratio(abs(mfe_r))}R",
    )
