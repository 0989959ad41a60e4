"""I lay accounts of like size side by side: one row each, trades in exit order, the rest of the row empty."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import numpy as np

CELLS = 1 << 16
OPTIONAL = ("commissions", "slippage", "mfe", "mae", "initial_risk")


class Stack:
    """`there` tells which cells hold a trade; numbers are NaN elsewhere."""

    def __init__(self, columns: dict[str, np.ndarray], counts: np.ndarray, deposit: np.ndarray) -> None:
        self._columns, self.counts, self.deposit = columns, counts, deposit
        self.there = np.arange(max(1, int(counts.max(initial=0)))) < counts[:, None]

    @property
    def n(self) -> np.ndarray:
        return self.counts.astype(np.float64)

    def laid(self, name: str) -> np.ndarray:
        matrix = np.full(self.there.shape, np.nan)
        matrix[self.there] = self._columns[name]
        return matrix

    def times(self, name: str) -> np.ndarray:
        matrix = np.zeros(self.there.shape, np.int64)
        matrix[self.there] = self._columns[name]
        return matrix

    @cached_property
    def pnl(self) -> np.ndarray:
        return self.laid("pnl")

    @cached_property
    def money(self) -> np.ndarray:
        """P&L with 0 where there is no trade."""
        return np.where(self.there, self.pnl, 0.0)

    @cached_property
    def balance(self) -> np.ndarray:
        """B_0 .. B_N, held level after the last trade; in whole cents where all are, so that sums are exact."""
        cents = np.rint(self.money * 100)
        exact = bool((cents / 100 == self.money).all()) and bool(
            (np.rint(self.deposit * 100) / 100 == self.deposit).all()
        )
        scale = 100.0 if exact else 1.0
        first = np.rint(self.deposit * scale)[:, None] if exact else self.deposit[:, None]
        return np.concatenate((first, first + np.cumsum(cents if exact else self.money, axis=1)), axis=1) / scale


def blocks(columns: Mapping[str, Any], accounts: np.ndarray, deposit: np.ndarray) -> Iterator[tuple[np.ndarray, Stack]]:
    """Accounts by falling size, as many at a time as fill a block."""
    entered, exited = np.asarray(columns["entered"]), np.asarray(columns["exited"])
    counts = np.bincount(accounts, minlength=deposit.size)
    by_size = np.argsort(-counts, kind="stable")
    place = np.empty_like(by_size)
    place[by_size] = np.arange(by_size.size)
    order = np.lexsort((entered, exited, place[accounts]))
    ends = np.append(0, np.cumsum(counts[by_size]))
    names = ("pnl", "side", "quantity", "entry_price", "exit_price", "entered", "exited", *OPTIONAL)
    missing = np.full(accounts.size, np.nan)
    sorted_columns = {name: np.asarray(columns.get(name, missing))[order] for name in names}
    first = 0
    while first < by_size.size:
        rows = by_size[first : first + max(1, CELLS // max(1, int(counts[by_size[first]])))]
        inside = slice(int(ends[first]), int(ends[first + rows.size]))
        yield (
            rows,
            Stack({name: column[inside] for name, column in sorted_columns.items()}, counts[rows], deposit[rows]),
        )
        first += rows.size
