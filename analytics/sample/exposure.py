"""I am what was open at every moment: positions, notional and risk against the balance of that moment."""

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from analytics.sample.columns import standing
from analytics.sample.runs import summed

if TYPE_CHECKING:
    from analytics.sample.columns import Columns


def _last_equal(ordered: np.ndarray) -> np.ndarray:
    """For each value of a sorted column the place after its last equal."""
    changes = ordered[1:] != ordered[:-1]
    if changes.all():
        return np.arange(1, ordered.size + 1)
    ends = np.append(changes.nonzero()[0] + 1, ordered.size)
    return np.repeat(ends, np.diff(ends, prepend=0))


class Exposure:
    """Looked at just after every entry and every exit; a trade is open in [entry, exit)."""

    def __init__(self, columns: "Columns", curve: np.ndarray) -> None:
        self._columns, self._curve = columns, curve
        self._entered = columns.entered_sorted
        entries, exits = standing(self._entered, columns.exited), columns.closed[columns.entry_order]
        own_entries, own_exits = _last_equal(self._entered), _last_equal(columns.exited)
        self._entries = np.concatenate((own_entries, entries))
        self._exits = np.concatenate((exits, own_exits))

    def _open(self, sizes: np.ndarray) -> np.ndarray:
        opened = summed(sizes[self._columns.entry_order])
        closed = summed(sizes)
        return opened[self._entries] - closed[self._exits]

    def most_open(self) -> int:
        return int((self._entries - self._exits).max()) if self._entries.size else 0

    def most_of_balance(self, sizes: np.ndarray) -> float:
        """Largest Σ of open sizes over the balance of the moment (needs at least one trade)."""
        return float((self._open(sizes) / self._curve[self._exits]).max())

    @cached_property
    def window(self) -> int:
        """Microseconds from the first entry to the last exit."""
        return int(self._columns.exited[-1] - self._entered[0]) if self._columns.n else 0

    @cached_property
    def _latest_exit(self) -> np.ndarray:
        return np.maximum.accumulate(self._columns.exited[self._columns.entry_order])

    @cached_property
    def idle_gaps(self) -> np.ndarray:
        """Microseconds without any open trade before each entry but the first."""
        return np.maximum(0, self._entered[1:] - self._latest_exit[:-1])

    @property
    def in_market(self) -> int:
        """Microseconds with at least one open trade."""
        return self.window - int(self.idle_gaps.sum())
