"""I am the winning and losing streaks in exit order; a break-even ends both."""

from functools import cached_property

import numpy as np

from analytics.sample.runs import runs_of


class Streaks:
    def __init__(self, signs: np.ndarray) -> None:
        self.signs = signs

    @cached_property
    def winning(self) -> tuple[np.ndarray, np.ndarray]:
        return runs_of(self.signs > 0)

    @cached_property
    def losing(self) -> tuple[np.ndarray, np.ndarray]:
        return runs_of(self.signs < 0)

    @cached_property
    def wins_so_far(self) -> np.ndarray:
        """Length of the winning streak that ends with each trade, 0 where it did not win."""
        return _so_far(self.signs.size, *self.winning)

    @cached_property
    def losses_so_far(self) -> np.ndarray:
        return _so_far(self.signs.size, *self.losing)


def _so_far(n: int, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    lengths = ends - starts
    counted = np.zeros(n, np.int64)
    begin = np.repeat(starts, lengths)
    places = np.arange(begin.size) + np.repeat(starts - np.append(0, np.cumsum(lengths)[:-1]), lengths)
    counted[places] = places - begin + 1
    return counted
