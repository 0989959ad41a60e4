"""I find unbroken runs in a column of yes and no, and add columns up."""

import numpy as np


def runs_of(flags: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Start and end (exclusive) of every run of True."""
    fenced = np.zeros(flags.size + 2, bool)
    fenced[1:-1] = flags
    edges = (fenced[1:] != fenced[:-1]).nonzero()[0]
    return edges[::2], edges[1::2]


def summed(values: np.ndarray) -> np.ndarray:
    """The sums of the first 0, 1, 2, ... values."""
    sums = np.zeros(values.size + 1, np.int64 if values.dtype == bool else values.dtype)
    np.cumsum(values, out=sums[1:])
    return sums


def longest(flags: np.ndarray) -> int:
    starts, ends = runs_of(flags)
    return int((ends - starts).max()) if starts.size else 0


def greatest_in(values: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Maximum of every slice [start, end)."""
    if not starts.size:
        return np.empty(0)
    bounds = np.stack((starts, ends), axis=1).ravel()
    return np.maximum.reduceat(np.append(values, values[-1]), bounds)[::2]
