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
        self._grouped = order[np.argsort(columns.symbol[order], kind="stable")]

    def _open_before(self, side: np.ndarray) -> np.ndarray:
        """Per trade: was an earlier entry of the same symbol, among `side`, still open? In grouped order."""
        trade, n = self._grouped, self._columns.n
        base = self._columns.symbol[trade] * (n + 1)
        latest = np.maximum.accumulate(np.where(side[trade], base + trade + 1, base))
        before = np.append(0, latest[:-1])
        return before - base > self._closed[trade]

    @cached_property
    def hedged(self) -> np.ndarray:
        """Entries while an opposite trade in the same symbol was open."""
        return self._against(same=False)

    @cached_property
    def stacked(self) -> np.ndarray:
        """Entries while a trade of the same symbol and side was open."""
        return self._against(same=True)

    def _against(self, *, same: bool) -> np.ndarray:
        long = self._columns.side > 0
        trade, found = self._grouped, np.zeros(self._columns.n, bool)
        for entrant in (long, ~long):
            hit = self._open_before(entrant if same else ~entrant) & entrant[trade]
            found[trade[hit]] = True
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
        chosen = self._stacking
        chosen = chosen[np.argsort(key[chosen], kind="stable")]
        return chosen, (columns.side * columns.entry_price)[chosen], self._closed[chosen], key[chosen]

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

    @property
    def _stacking(self) -> np.ndarray:
        """In entry order, the stacked trades and those the next of their symbol and side stacks upon."""
        columns, order = self._columns, self._columns.entry_order
        key = (columns.symbol * 2 + (columns.side > 0))[order]
        grouped = order[np.argsort(key, kind="stable")]
        stacked = self.stacked[grouped]
        involved = np.zeros(columns.n, bool)
        involved[grouped[stacked | np.append(stacked[1:], False)]] = True
        return order[involved[order]]
