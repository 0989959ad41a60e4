"""I place each trade by how far it went against its owner and how far for, in R; a disc won, a square lost."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from aetheris.charts import words
from aetheris.charts.equity import AxisMark
from aetheris.charts.hexagons import Hexagon, hexagons
from aetheris.charts.scale import px, share

HEIGHT, GUTTER, MOST, ROWS_MOST = 324, 36, 2_000, 100
_TOP, _BOTTOM, _WIDE, _HIGH, _REACH = 10.0, 280.0, 2.0, 5.0, 30


@dataclass(frozen=True, slots=True)
class Point:
    x: str
    y: str
    won: bool


@dataclass(frozen=True, slots=True)
class Scatter:
    """`points` or, where there are more than can be told apart, `cells` over a width of 1000; `rows` the newest."""

    height: int
    gutter: int
    points: tuple[Point, ...]
    cells: tuple[Hexagon, ...]
    marks: tuple[AxisMark, ...]
    ticks: tuple[tuple[str, str], ...]
    stop_x: str
    finding: str
    reading: dict[str, object]
    last_text: str
    last_index: int
    rows: tuple[tuple[str, str, str, str], ...]
    count: int


FINDING = {
    "en": "{}; {} of {} winners first went more than 1R against.",
    "fr": "{} ; {} gagnants sur {} ont d'abord reculé de plus de 1R.",
}
KNOWN = {
    "en": ("{} trade with known excursions", "{} trades with known excursions"),
    "fr": ("{} trade aux excursions connues", "{} trades aux excursions connues"),
}
CELL = {
    "en": "{} trades, {} won · MAE about {}R · MFE about {}R",
    "fr": "{} trades, {} gagnés · MAE environ {}R · MFE environ {}R",
}


def draw_scatter(
    trades: Sequence[tuple[float, float, float]] | np.ndarray, named: Callable[[int], str] | None = None
) -> Scatter | None:
    """Trades are (MAE, MFE, result) in R, oldest first; clipped ones sit on the edge.

    `named` says which trade stands at a place. Above 2,000 they are counted in hexagons.
    """
    told = np.asarray(trades, np.float64).reshape(-1, 3)
    if not len(told):
        return None
    beyond, won = int(((told[:, 0] > 1) & (told[:, 2] > 0)).sum()), int((told[:, 2] > 0).sum())
    crowded = len(told) > MOST
    cells = _cells(told) if crowded else []
    points = [_read_cell(cell) for cell in cells] if crowded else _each_read(told, named)
    return Scatter(
        HEIGHT, GUTTER, () if crowded else tuple(_point(*one) for one in told.tolist()), tuple(cells),
        tuple(AxisMark(px(_y(n)), f"{n}R", px(_y(n) + 4)) for n in range(6)),
        tuple((share(n / 4), f"{words.number(n / 2, 1)}R") for n in range(1, 4)), share(1 / _WIDE),
        words.told(FINDING).format(_known(len(told)), words.number(beyond), words.number(won)),
        {"top": _TOP, "bottom": _BOTTOM, "reach": _REACH, "points": points},
        str(points[-1][3]), len(points) - 1, _rows(told, named), len(told),
    )  # fmt: skip


def _known(count: int) -> str:
    one, many = KNOWN.get(words.tongue.get(), KNOWN["en"])
    return (one if count == 1 else many).format(words.number(count))


def _point(mae: float, mfe: float, result: float) -> Point:
    return Point(share(min(mae, _WIDE) / _WIDE), px(_y(mfe)), result > 0)


def _y(mfe: float) -> float:
    return _BOTTOM - min(max(mfe, 0.0), _HIGH) / _HIGH * (_BOTTOM - _TOP)


def _cells(told: np.ndarray) -> list[Hexagon]:
    """In thousandths of the width and pixels of the height."""
    xs = np.clip(told[:, 0], 0, _WIDE) / _WIDE * 1000
    ys = _BOTTOM - np.clip(told[:, 1], 0, _HIGH) / _HIGH * (_BOTTOM - _TOP)
    return hexagons(xs, ys, told[:, 2] > 0, wide=25.0, high=18.0)


def _each_read(told: np.ndarray, named: Callable[[int], str] | None) -> list[list[object]]:
    """From the left, as keys walk it."""
    return [_read(told[n], n, named) for n in np.argsort(told[:, 0], kind="stable").tolist()]


def _read(trade: np.ndarray, place: int, named: Callable[[int], str] | None) -> list[object]:
    mae, mfe, result = trade.tolist()
    text = f"MAE {words.ratio(mae)}R · MFE {words.ratio(mfe)}R · {words.r(result)}"
    return [round(100 * min(mae, _WIDE) / _WIDE, 2), round(_y(mfe), 1), None,
            f"{named(place)} · {text}" if named else text]  # fmt: skip


def _read_cell(cell: Hexagon) -> list[object]:
    """Its middle, held inside the picture."""
    x, y = min(max(cell.x, 0.0), 1000.0), min(max(cell.y, _TOP), _BOTTOM)
    mae, mfe = x / 1000 * _WIDE, (_BOTTOM - y) / (_BOTTOM - _TOP) * _HIGH
    text = words.told(CELL).format(
        words.number(cell.count), words.number(cell.marked), words.number(mae, 1), words.number(mfe, 1)
    )
    return [round(x / 10, 2), round(y, 1), None, text]


def _rows(told: np.ndarray, named: Callable[[int], str] | None) -> tuple[tuple[str, str, str, str], ...]:
    newest = range(len(told) - 1, max(len(told) - 1 - ROWS_MOST, -1), -1)
    return tuple(_row(named(n) if named else str(n + 1), *told[n].tolist()) for n in newest)


def _row(name: str, mae: float, mfe: float, result: float) -> tuple[str, str, str, str]:
    return name, f"{words.ratio(mae)}R", f"{words.ratio(mfe)}R", words.r(result)
