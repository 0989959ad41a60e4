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
        return _so_far(self.signs > 0)

    @cached_property
    def losses_so_far(self) -> np.ndarray:
        return _so_far(self.signs < 0)


def _so_far(flags: np.ndarray) -> np.ndarray:
    """How many in a row up to each place, 0 where the flag is not set."""
    places = np.arange(flags.size, dtype=np.int32)
    return places - np.maximum.accumulate(np.where(flags, -1, places))
