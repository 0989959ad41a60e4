"""I am the arithmetic of rows: sums, means, medians and runs of each row's chosen cells."""

import numpy as np


def total(values: np.ndarray, mask: np.ndarray) -> np.ndarray:
    return np.where(mask, values, 0.0).sum(axis=1)


def count(mask: np.ndarray) -> np.ndarray:
    return mask.sum(axis=1).astype(np.float64)


def ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """NaN where the denominator is zero."""
    return np.where(below != 0, above / np.where(below != 0, below, 1.0), np.nan)


def mean(values: np.ndarray, mask: np.ndarray) -> np.ndarray:
    return ratio(total(values, mask), count(mask))


def highest(values: np.ndarray, mask: np.ndarray) -> np.ndarray:
    return _known(np.where(mask, values, -np.inf).max(axis=1))


def lowest(values: np.ndarray, mask: np.ndarray) -> np.ndarray:
    return _known(np.where(mask, values, np.inf).min(axis=1))


def _known(values: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(values), values, np.nan)


def quantile(values: np.ndarray, mask: np.ndarray, *shares: float) -> list[np.ndarray]:
    """Linear interpolation between order statistics, as numpy's default."""
    ordered = np.sort(np.where(mask, values, np.inf), axis=1)
    return [of_ordered(ordered, mask.sum(axis=1), share) for share in shares]


def of_ordered(ordered: np.ndarray, counts: np.ndarray, share: float) -> np.ndarray:
    position = np.maximum(counts - 1, 0) * share
    low = position.astype(np.int64)
    high = np.minimum(low + 1, np.maximum(counts - 1, 0))
    rows = np.arange(counts.size)
    below, above = ordered[rows, low], ordered[rows, high]
    return np.where(counts > 0, below + (above - below) * (position - low), np.nan)


def median(values: np.ndarray, mask: np.ndarray) -> np.ndarray:
    return quantile(values, mask, 0.5)[0]


def std(values: np.ndarray, mask: np.ndarray, flat: float = 0.0) -> np.ndarray:
    """ddof 1; NaN below two values, 0 when their range is at most `flat`."""
    n = count(mask)
    centred = np.where(mask, values - mean(values, mask)[:, None], 0.0)
    spread = highest(values, mask) - lowest(values, mask)
    found = np.sqrt((centred * centred).sum(axis=1) / np.where(n > 1, n - 1, np.nan))
    return np.where(spread > flat, found, np.where(n > 1, 0.0, np.nan))


def longest_run(flags: np.ndarray) -> np.ndarray:
    places = np.arange(1, flags.shape[1] + 1)
    broken = np.maximum.accumulate(np.where(flags, 0, places), axis=1)
    return (places - broken).max(axis=1).astype(np.float64)
