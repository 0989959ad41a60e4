"""I am words pinned to trades: symbols, tags, emotions; each word once, as a number."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Labels:
    """`trade[k]` carries the word `names[codes[k]]`; a trade may carry none or several."""

    trade: np.ndarray
    codes: np.ndarray
    names: tuple[str, ...]

    def carried(self, n: int, words: Iterable[str] | None = None) -> np.ndarray:
        """Which of n trades carry one of the words (any word at all when none are named)."""
        mask = np.zeros(n, bool)
        if words is None:
            mask[self.trade] = True
        else:
            wanted = frozenset(words)
            chosen = np.array([name in wanted for name in self.names], bool)
            mask[self.trade[chosen[self.codes]]] = True
        return mask

    def where(self, mask: np.ndarray) -> "Labels":
        kept = mask[self.trade] if self.trade.size else np.zeros(0, bool)
        place = np.cumsum(mask) - 1
        return Labels(place[self.trade[kept]], self.codes[kept], self.names)

    def until(self, count: int) -> "Labels":
        kept = self.trade < count
        return Labels(self.trade[kept], self.codes[kept], self.names)


def labelled(words_of_trades: Sequence[Iterable[str]], *, fold: bool = True) -> Labels:
    """Number the words in order of appearance; with `fold` trimmed and lower-cased, each once per trade."""
    codes: dict[str, int] = {}
    trade, code = [], []
    for row, words in enumerate(words_of_trades):
        if not words:
            continue
        for word in dict.fromkeys(word.strip().casefold() for word in words) if fold else words:
            if word:
                trade.append(row)
                code.append(codes.setdefault(word, len(codes)))
    return Labels(np.array(trade, np.int64), np.array(code, np.int64), tuple(codes))
