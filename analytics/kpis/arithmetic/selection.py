"""I find the values in the middle of a column without sorting it."""

import numpy as np

LONG, ONE_IN = 1 << 14, 128


def placed(values: np.ndarray, low: int, high: int) -> tuple[float, float]:
    """The values that would stand at two neighbouring places, or twice at the same, if the column were sorted."""
    if values.size >= LONG:
        values, left_out = _narrowed(values, low, high)
        low, high = low - left_out, high - left_out
    found = np.partition(values, (low, high))
    return float(found[low]), float(found[high])


def _narrowed(values: np.ndarray, low: int, high: int) -> tuple[np.ndarray, int]:
    """Those between two bounds that should enclose the places, with the number of smaller ones; all if they do not.

    The bounds are eight standard deviations apart in a sorted sample of the column.
    """
    sample = np.sort(values[::ONE_IN])
    at, reach = low * sample.size // values.size, 2 * int(sample.size**0.5)
    from_, to = sample[max(0, at - reach)], sample[min(sample.size - 1, at + reach)]
    smaller = int(np.count_nonzero(values < from_))
    inside = values.compress((values >= from_) & (values <= to))
    enclosed = smaller <= low and high < smaller + inside.size
    return (inside, smaller) if enclosed else (values, 0)
