"""I am what the trader knew at each entry: the trade that had closed last, not the row above."""

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from analytics.sample.zones import MINUTE

if TYPE_CHECKING:
    from analytics.sample.columns import Columns
    from analytics.sample.streaks import Streaks

_REVENGE_WINDOW = 15 * MINUTE
_REVENGE_SIZE = 1.25
_REVENGE_MOODS = ("revenge", "angry", "frustrated")


class Past:
    """`previous[i]` is the exit-order place of the latest exit at or before entry i, -1 when there is none."""

    def __init__(self, columns: "Columns", streaks: "Streaks") -> None:
        self._columns, self._streaks = columns, streaks
        self.known = np.minimum(columns.closed, np.arange(columns.n))
        """How many trades had closed at each entry."""
        self.previous = self.known - 1

    def _before(self, values: np.ndarray, nothing: float) -> np.ndarray:
        """The value of the previous trade at each entry, `nothing` where there was none."""
        return np.concatenate((values, np.array([nothing], values.dtype)))[self.previous]

    @cached_property
    def outcome(self) -> np.ndarray:
        return self._before(self._streaks.signs, 0)

    @cached_property
    def after_win(self) -> np.ndarray:
        return self.outcome > 0

    @cached_property
    def after_loss(self) -> np.ndarray:
        return self.outcome < 0

    @cached_property
    def pause(self) -> np.ndarray:
        """Microseconds between the previous exit and this entry (nonsense where previous is -1)."""
        return self._columns.entered - self._columns.exited[self.previous]

    @cached_property
    def losses_in_a_row(self) -> np.ndarray:
        return self._before(self._streaks.losses_so_far, 0)

    @cached_property
    def wins_in_a_row(self) -> np.ndarray:
        return self._before(self._streaks.wins_so_far, 0)

    @cached_property
    def same_symbol(self) -> np.ndarray:
        return self._columns.symbol == self._columns.symbol[self.previous]

    @cached_property
    def opposite_side(self) -> np.ndarray:
        return self._columns.side != self._columns.side[self.previous]

    def growth(self, sizes: np.ndarray) -> np.ndarray:
        """Size of each trade over the size of its previous one."""
        return sizes / sizes[self.previous]

    @cached_property
    def hasty(self) -> np.ndarray:
        """Entered at most 15 minutes after a known loss."""
        return self.after_loss & (self.pause <= _REVENGE_WINDOW)

    @cached_property
    def revenge(self) -> np.ndarray:
        """Hasty, and bigger, or in the same symbol, or in a telling mood."""
        columns = self._columns
        bigger = columns.notional >= _REVENGE_SIZE * columns.notional[self.previous]
        moody = columns.emotions.carried(columns.n, _REVENGE_MOODS)
        return self.hasty & (bigger | self.same_symbol | moody)
