"""I condense a column of numbers into its centre, spread, shape and order."""

from functools import cached_property
from math import sqrt
from typing import NamedTuple

import numpy as np

from analytics.kpis.arithmetic.answers import Undefined, required
from analytics.kpis.arithmetic.selection import placed

DENSE = 4  # counting is worth it up to so many possible values for each one there is
FLAT = 1e-12
FLAT_RETURNS = 1e-14


def dot(a: np.ndarray, b: np.ndarray) -> float:
    """Sum of products, pairwise: unlike BLAS the same to the last digit whatever the number of threads."""
    return float((a * b).sum())


def mean(values: np.ndarray, reason: str = "nothing to average") -> float:
    required(values.size > 0, reason)
    return float(values.sum()) / values.size


def median(values: np.ndarray, reason: str = "nothing to take the median of") -> float:
    required(values.size > 0, reason)
    below, above = placed(values, (values.size - 1) // 2, values.size // 2)
    return (below + above) / 2


def middle(ordered: np.ndarray, reason: str = "nothing to take the median of") -> float:
    """The median of an already sorted column."""
    required(ordered.size > 0, reason)
    return (float(ordered[(ordered.size - 1) // 2]) + float(ordered[ordered.size // 2])) / 2


def quantile(ordered: np.ndarray, share: float, reason: str = "nothing to take a quantile of") -> float:
    """Linear interpolation between order statistics (numpy's default), of an already sorted column."""
    required(ordered.size > 0, reason)
    position = (ordered.size - 1) * share
    low = int(position)
    high = min(low + 1, ordered.size - 1)
    return _between(float(ordered[low]), float(ordered[high]), position - low)


def quantile_of(values: np.ndarray, share: float, reason: str = "nothing to take a quantile of") -> float:
    """The same of a column in any order; only the two values around the quantile are put in their places."""
    required(values.size > 0, reason)
    position = (values.size - 1) * share
    low = int(position)
    return _between(*placed(values, low, min(low + 1, values.size - 1)), position - low)


def _between(below: float, above: float, part: float) -> float:
    return below + (above - below) * part if part < 0.5 else above - (above - below) * (1 - part)


def std(values: np.ndarray, reason: str = "fewer than two observations", flat: float = 0.0) -> float:
    """Sample standard deviation (ddof 1), two passes; exactly 0 when the range is at most `flat`."""
    required(values.size > 1, reason)
    if values.max() - values.min() <= flat:
        return 0.0
    centred = values - float(values.sum()) / values.size
    return sqrt(dot(centred, centred) / (values.size - 1))


class Moments:
    """The four moments of one column, each computed once.

    g1, g2 are population skewness and excess kurtosis; G1, G2 their bias-corrected forms (scipy bias=False).
    """

    def __init__(self, values: np.ndarray, flat: float, noun: str, whole: np.ndarray | None = None, scale: float = 1.0):
        """`whole`: the same column in whole numbers, where there is one; it is `scale` times as large."""
        self.values, self.flat, self.noun, self._whole, self._scale = values, flat, noun, whole, scale
        self.n = values.size

    def where(self, mask: np.ndarray) -> "Moments":
        whole = None if self._whole is None else self._whole.compress(mask)
        return Moments(self.values.compress(mask), self.flat, self.noun, whole, self._scale)

    @cached_property
    def mean(self) -> float:
        return mean(self.values, f"no {self.noun}")

    @cached_property
    def spread(self) -> float:
        return float(self.values.max() - self.values.min()) if self.n else 0.0

    @cached_property
    def centred(self) -> np.ndarray:
        return self.values - self.mean

    @cached_property
    def squares(self) -> np.ndarray:
        return self.centred * self.centred

    @cached_property
    def m2(self) -> float:
        return float(self.squares.sum()) / self.n

    @cached_property
    def std(self) -> float:
        """ddof 1; 0 without dispersion, Undefined below two observations."""
        required(self.n > 1, f"fewer than two {self.noun}")
        return sqrt(self.m2 * self.n / (self.n - 1)) if self.spread > self.flat else 0.0

    def dispersed(self, least: int = 2) -> None:
        """Insist on `least` observations that are not all the same (edge codes V0, K3, K4)."""
        required(self.n >= least, f"fewer than {_WORDS.get(least, least)} {self.noun}")
        required(self.spread > self.flat, f"all {self.noun} are the same")

    @cached_property
    def g1(self) -> float:
        self.dispersed(3)
        return dot(self.squares, self.centred) / self.n / self.m2**1.5

    @cached_property
    def g2(self) -> float:
        self.dispersed(3)
        return dot(self.squares, self.squares) / self.n / self.m2**2 - 3

    @cached_property
    def G1(self) -> float:
        return sqrt(self.n * (self.n - 1)) / (self.n - 2) * self.g1

    @cached_property
    def G2(self) -> float:
        self.dispersed(4)
        n = self.n
        return (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * self.g2 + 6)

    @cached_property
    def _counted(self) -> "Counted | None":
        """Whole numbers that lie close together need no sorting."""
        return None if self._whole is None else counted(self._whole)

    @cached_property
    def ordered(self) -> np.ndarray:
        return np.sort(self.values) if self._counted is None else self._counted.ordered() / self._scale

    @cached_property
    def ranks(self) -> np.ndarray:
        return ranks(self.values) if self._counted is None else self._counted.ranks()

    @cached_property
    def ties(self) -> np.ndarray:
        """How often each value is there, from the smallest value to the largest."""
        if self._counted is not None:
            return self._counted.counts.compress(self._counted.counts > 0)
        starts, ends = ties(self.ordered)
        return ends - starts

    def quantile(self, share: float) -> float:
        return quantile(self.ordered, share, f"no {self.noun}")

    @cached_property
    def median(self) -> float:
        return self.quantile(0.5)


_WORDS = {2: "two", 3: "three", 4: "four"}


def ranks(values: np.ndarray) -> np.ndarray:
    """Ranks 1..n, ties sharing their average."""
    order = by_digits(values) if values.dtype.kind == "i" else np.argsort(values)  # equal values share a rank
    starts, ends = ties(values[order])
    ranked = np.empty(values.size)
    ranked[order] = np.repeat((starts + ends + 1) / 2, ends - starts)
    return ranked


def by_digits(whole: np.ndarray) -> np.ndarray:
    """The order of whole numbers, sorted sixteen bits at a time, the lowest first."""
    rest = (whole - whole.min(initial=0)).astype(np.uint64)
    order = rest.astype(np.uint16).argsort(kind="stable")
    for shift in range(16, int(rest.max(initial=0)).bit_length(), 16):
        order = order[(rest >> np.uint64(shift)).astype(np.uint16)[order].argsort(kind="stable")]
    return order


def picked(values: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """The values of a mask; the column itself where that takes all of them."""
    return values if mask.all() else values.compress(mask)


class Counted(NamedTuple):
    """Whole numbers as their distance from the lowest, and how often each distance is there."""

    lowest: float
    places: np.ndarray
    counts: np.ndarray

    def ordered(self) -> np.ndarray:
        return np.repeat(np.arange(self.counts.size) + self.lowest, self.counts)

    def ranks(self) -> np.ndarray:
        return (np.cumsum(self.counts) - (self.counts - 1) / 2)[self.places]


def counted(values: np.ndarray) -> Counted | None:
    """None where they lie too far apart for counting to be worth it."""
    lowest = float(values.min(initial=0.0))
    if float(values.max(initial=0.0)) - lowest > DENSE * values.size + 1000:
        return None
    places = (values - lowest).astype(np.int64)
    return Counted(lowest, places, np.bincount(places))


def ties(ordered: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Start and end (exclusive) of every block of equal neighbours."""
    if not ordered.size:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    starts = np.concatenate(([0], np.flatnonzero(ordered[1:] != ordered[:-1]) + 1))
    return starts, np.append(starts[1:], ordered.size)


def gini(ordered: np.ndarray) -> float:
    """Gini coefficient of positive values, already sorted: 0 all equal, towards 1 one has all."""
    if not ordered.size:
        raise Undefined("nothing to share out")
    n = ordered.size
    return float(2 * (dot(np.arange(1, n + 1), ordered)) / (n * ordered.sum()) - (n + 1) / n)


def herfindahl(values: np.ndarray, reason: str) -> float:
    """Sum of squared shares of non-negative values: 1/n all equal, 1 one has all."""
    total = float(values.sum())
    required(total > 0, reason)
    shares = values / total
    return dot(shares, shares)


def herfindahl_normalised(values: np.ndarray, noun: str) -> float:
    """(Herfindahl - 1/n) / (1 - 1/n) of same-signed values; Undefined for two or fewer (AFML ch. 14, getHHI)."""
    required(values.size > 2, f"two {noun} or fewer")
    shares = values / float(values.sum())
    return (dot(shares, shares) - 1 / values.size) / (1 - 1 / values.size)
