"""I count points that lie too close to be told apart in hexagons, as many to each as fell into it."""

import math
from dataclasses import dataclass

import numpy as np

from aetheris.charts.scale import px

SHADES = 5


@dataclass(frozen=True, slots=True)
class Hexagon:
    """One cell: its outline, its shade (1 few … 5 many), how many points it holds and how many of them are marked."""

    path: str
    shade: int
    count: int
    marked: int
    x: float
    y: float


def hexagons(xs: np.ndarray, ys: np.ndarray, marked: np.ndarray, *, wide: float, high: float) -> list[Hexagon]:
    """Cells of `wide` by `high`, from left to right; shades are quintiles of the counts."""
    if not xs.size:
        return []
    column, row = _nearest(xs / wide, ys / (0.75 * high))
    low, deep = row.min(), row.max() - row.min() + 1
    place = (column - column.min()) * deep + row - low
    every, every_won = np.bincount(place), np.bincount(place, weights=marked)
    filled = np.flatnonzero(every)
    counts, won = every[filled], every_won[filled].astype(int)
    cells = np.column_stack((filled // deep + column.min(), filled % deep + low))
    edges = np.quantile(counts, np.arange(1, SHADES) / SHADES)
    shades = np.searchsorted(edges, counts, side="left") + 1
    told = zip(cells.tolist(), shades.tolist(), counts.tolist(), won.tolist(), strict=True)
    return [_cell(column * wide / 2, row * 0.75 * high, shade, count, won, wide, high)
            for (column, row), shade, count, won in told]  # fmt: skip


def _nearest(across: np.ndarray, down: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The cell whose middle is nearest: in even rows middles stand on whole steps, in odd rows between them.

    Columns are counted in half steps; a row's step is √3/2 of a cell's width where cells are regular.
    """
    even_row = 2 * np.rint(down / 2)
    odd_row = 2 * np.floor(down / 2) + 1
    even, odd = np.rint(across), np.floor(across) + 0.5
    tall = math.sqrt(3) / 2
    to_even = (across - even) ** 2 + (tall * (down - even_row)) ** 2
    to_odd = (across - odd) ** 2 + (tall * (down - odd_row)) ** 2
    near = to_even <= to_odd
    return (2 * np.where(near, even, odd)).astype(int), np.where(near, even_row, odd_row).astype(int)


def _cell(x: float, y: float, shade: int, count: int, marked: int, wide: float, high: float) -> Hexagon:
    half, quarter = wide / 2, high / 4
    path = (
        f"M{px(x)} {px(y - 2 * quarter)}l{px(half)} {px(quarter)}v{px(2 * quarter)}l{px(-half)} {px(quarter)}"
        f"l{px(-half)} {px(-quarter)}v{px(-2 * quarter)}z"
    )
    return Hexagon(path, shade, count, marked, x, y)
