"""I find unbroken runs in a column of yes and no."""

import numpy as np


def runs_of(flags: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Start and end (exclusive) of every run of True."""
    edges = np.flatnonzero(np.diff(flags.view(np.int8), prepend=np.int8(0), append=np.int8(0)))
    return edges[::2], edges[1::2]


def longest(flags: np.ndarray) -> int:
    starts, ends = runs_of(flags)
    return int((ends - starts).max()) if starts.size else 0


def greatest_in(values: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Maximum of every slice [start, end)."""
    if not starts.size:
        return np.empty(0)
    bounds = np.stack((starts, ends), axis=1).ravel()
    return np.maximum.reduceat(np.append(values, values[-1]), bounds)[::2]
