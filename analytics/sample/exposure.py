"""I am what was open at every moment: positions, notional and risk against the balance of that moment."""

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from analytics.sample.columns import standing
from analytics.sample.runs import summed

if TYPE_CHECKING:
    from analytics.sample.columns import Columns


type Places = np.ndarray | slice


def _last_equal(ordered: np.ndarray) -> Places:
    """For each value of a sorted column the place after its last equal."""
    changes = ordered[1:] != ordered[:-1]
    if changes.all():
        return slice(1, None)
    ends = np.append(changes.nonzero()[0] + 1, ordered.size)
    return np.repeat(ends, np.diff(ends, prepend=0))


class Exposure:
    """Looked at just after every entry and every exit; a trade is open in [entry, exit)."""

    def __init__(self, columns: "Columns", curve: np.ndarray) -> None:
        self._columns, self._curve = columns, curve
        self._entered = columns.entered_sorted
        at_entries = _last_equal(self._entered), columns.closed[columns.entry_order]
        at_exits = standing(self._entered, columns.exited), _last_equal(columns.exited)
        self._moments: tuple[tuple[Places, Places], ...] = (at_entries, at_exits)

    def most_open(self) -> int:
        many = np.arange(self._columns.n + 1)
        return max(int((many[entries] - many[exits]).max(initial=0)) for entries, exits in self._moments)

    def most_of_balance(self, sizes: np.ndarray) -> float:
        """Largest Σ of open sizes over the balance of the moment (needs at least one trade)."""
        opened, closed = summed(sizes[self._columns.entry_order]), summed(sizes)
        return max(
            float(((opened[entries] - closed[exits]) / self._curve[exits]).max()) for entries, exits in self._moments
        )

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
