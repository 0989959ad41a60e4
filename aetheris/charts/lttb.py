"""I thin a long line to a given number of points and keep its shape (largest triangle, three buckets)."""

from collections.abc import Sequence


def keep(xs: Sequence[float], ys: Sequence[float], most: int = 420) -> list[int]:
    """Indexes of the points to draw, first and last always among them.

    Source: Sveinn Steinarsson, Downsampling Time Series for Visual Representation (2013), chapter 4.2.
    """
    count = len(xs)
    if count <= most or most < 3:
        return list(range(count))
    width = (count - 2) / (most - 2)
    edges = [1 + int(n * width) for n in range(most - 1)]
    edges[-1] = count - 1
    chosen = [0]
    for bucket in range(most - 2):
        start, stop = edges[bucket], edges[bucket + 1]
        after = range(stop, edges[bucket + 2] if bucket < most - 3 else count)
        ahead_x = sum(xs[n] for n in after) / len(after)
        ahead_y = sum(ys[n] for n in after) / len(after)
        here = chosen[-1]
        chosen.append(max(range(start, stop), key=lambda n: _area(xs, ys, here, n, ahead_x, ahead_y)))
    return [*chosen, count - 1]


def _area(xs: Sequence[float], ys: Sequence[float], a: int, b: int, x: float, y: float) -> float:
    return abs((xs[a] - x) * (ys[b] - ys[a]) - (xs[a] - xs[b]) * (y - ys[a]))
