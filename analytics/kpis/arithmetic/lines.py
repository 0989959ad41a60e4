"""I measure how two columns move together: lines, correlations and ranks."""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from analytics.kpis.arithmetic.answers import required
from analytics.kpis.arithmetic.moments import FLAT, dot, mean


@dataclass(frozen=True, slots=True)
class Line:
    """Least squares y = intercept + slope x over n points; `residual` is the sum of squared residuals."""

    n: int
    slope: float
    residual: float
    x_squares: float
    y_squares: float
    correlation: float

    @property
    def slope_error(self) -> float:
        return sqrt(self.residual / (self.n - 2) / self.x_squares)


def line(x: np.ndarray, y: np.ndarray, flat: float = FLAT) -> Line:
    """Edge code G: at least three points and both columns vary."""
    _related(x, y, flat, least=3)
    dx, dy = x - mean(x), y - mean(y)
    sxx, syy, sxy = dot(dx, dx), dot(dy, dy), dot(dx, dy)
    slope = sxy / sxx
    rest = dy - slope * dx
    return Line(x.size, slope, dot(rest, rest), sxx, syy, _bounded(sxy / sqrt(sxx * syy)))


def pearson(x: np.ndarray, y: np.ndarray, flat: float = FLAT, least: int = 3) -> float:
    _related(x, y, flat, least)
    dx, dy = x - mean(x), y - mean(y)
    return _bounded(dot(dx, dy) / sqrt(dot(dx, dx) * dot(dy, dy)))


def _related(x: np.ndarray, y: np.ndarray, flat: float, least: int) -> None:
    required(x.size >= least, f"fewer than {least} points")
    required(bool(x.max() - x.min() > 0), "the first quantity never changes")
    required(bool(y.max() - y.min() > flat), "the second quantity never changes")


def _bounded(correlation: float) -> float:
    return max(-1.0, min(1.0, correlation))
