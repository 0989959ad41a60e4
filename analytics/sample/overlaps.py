"""I find entries made while an earlier trade in the same symbol was still open."""

from functools import cached_property
from heapq import heappop, heappush
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from analytics.sample.columns import Columns


LOOK_BACK = 48


class Overlaps:
    """Exits are compared by their place in exit order: trade j is open at entry i when j >= closed[i]."""

    def __init__(self, columns: "Columns") -> None:
        self._columns = columns
        self._closed = columns.closed
        order = columns.entry_order
        self._grouped = order[_grouping(columns.symbol[order])]
        self._long = (columns.side > 0)[self._grouped]

    @cached_property
    def _open_before(self) -> tuple[np.ndarray, np.ndarray]:
        """Was an earlier short, an earlier long entry of the same symbol still open? In grouped order."""
        trade = self._grouped
        base = self._columns.symbol[trade] * (self._columns.n + 1)
        bar = base + self._closed[trade]
        return self._latest(~self._long, base) > bar, self._latest(self._long, base) > bar

    def _latest(self, side: np.ndarray, base: np.ndarray) -> np.ndarray:
        """Place of the last exit among the earlier entries of a side, counted up from the symbol's base."""
        before = np.zeros(side.size, np.int64)
        latest = np.where(side, base + self._grouped + 1, base)[:-1]
        np.maximum.accumulate(latest, out=before[1:])
        return before

    @cached_property
    def hedged(self) -> np.ndarray:
        """Entries while an opposite trade in the same symbol was open."""
        return self._against(same=False)

    @cached_property
    def stacked(self) -> np.ndarray:
        """Entries while a trade of the same symbol and side was open."""
        return self._against(same=True)

    def _against(self, *, same: bool) -> np.ndarray:
        short_open, long_open = self._open_before
        found = np.empty(self._columns.n, bool)
        found[self._grouped] = np.where(self._long == same, long_open, short_open)
        return found

    @cached_property
    def averaged_down(self) -> np.ndarray:
        """Stacked entries at a price worse for the open trade: it was under water when more was added."""
        found = np.zeros(self._columns.n, bool)
        if self.stacked.any():
            found[self._worse_priced()] = True
        return found

    def _worse_priced(self) -> list[int]:
        """Look back entry by entry within each symbol and side while an open trade may be found; few have many."""
        chosen, price, closed, group = self._chain
        exits = np.maximum.accumulate(group * (self._columns.n + 1) + chosen) - group * (self._columns.n + 1)
        found: list[np.ndarray] = []
        places = np.arange(chosen.size)
        for back in range(1, LOOK_BACK + 1):
            places = places[places >= back]
            before = places - back
            reach = (group[before] == group[places]) & (exits[before] >= closed[places])
            places, before = places[reach], before[reach]
            hit = (chosen[before] >= closed[places]) & (price[before] > price[places])
            found.append(chosen[places[hit]])
            places = places[~hit]
            if not places.size:
                break
        else:
            found.append(np.array(self._by_heap(set(chosen[places].tolist())), np.int64))
        return np.concatenate(found).tolist()

    @cached_property
    def _chain(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Stacking trades by symbol and side in entry order: trade, price as its side sees it, closed, group."""
        columns = self._columns
        key = columns.symbol * 2 + (columns.side > 0)
        chosen = self._stacking(key)
        price = columns.side[chosen] * columns.entry_price[chosen]
        return chosen, price, self._closed[chosen], key[chosen]

    def _by_heap(self, wanted: set[int]) -> list[int]:
        """One pass per symbol and side, the best-priced open trade on top of a heap."""
        chosen, price, closed, group = (column.tolist() for column in self._chain)
        heaps: dict[int, list[tuple[float, int]]] = {}
        worse = []
        for k, i in enumerate(chosen):
            heap = heaps.setdefault(group[k], [])
            while heap and heap[0][1] < closed[k]:
                heappop(heap)
            if i in wanted and heap and -heap[0][0] > price[k]:
                worse.append(i)
            if i >= closed[k]:
                heappush(heap, (-price[k], i))
        return worse

    def _stacking(self, key: np.ndarray) -> np.ndarray:
        """By symbol and side, the stacked trades and those the next of their symbol and side stacks upon."""
        order = self._columns.entry_order
        grouped = order[_grouping(key[order])]
        involved = self.stacked[grouped]
        involved[:-1] |= involved[1:]
        return grouped.compress(involved)


def _grouping(codes: np.ndarray) -> np.ndarray:
    """The order that brings equal codes together and keeps their own; small codes are sorted by their digits."""
    most = int(codes.max(initial=0))
    digits = codes.astype(np.uint8 if most < 2**8 else np.uint16) if most < 2**16 else codes
    return digits.argsort(kind="stable")
