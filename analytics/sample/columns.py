"""I hold the recorded columns of closed trades in exit order, NaN where nothing was recorded."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

import numpy as np

from analytics.sample.labels import Labels, labelled

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LONG = {"long", "buy", "b", "1", "+1"}
_EXACT = 2.0**53
_NUMBERS = ("pnl", "commissions", "slippage", "quantity", "entry_price", "exit_price", "mfe", "mae")
_OPTIONAL = ("pnl_percent", "initial_risk", "stop_loss", "multiplier")


@dataclass(frozen=True, eq=False)
class Columns:
    pnl: np.ndarray
    commissions: np.ndarray
    slippage: np.ndarray
    side: np.ndarray
    quantity: np.ndarray
    entry_price: np.ndarray
    exit_price: np.ndarray
    multiplier: np.ndarray
    entered: np.ndarray
    exited: np.ndarray
    mfe: np.ndarray
    mae: np.ndarray
    risk: np.ndarray
    notional: np.ndarray
    pnl_percent: np.ndarray
    symbol: np.ndarray
    entry_order: np.ndarray
    symbols: tuple[str, ...]
    tags: Labels
    emotions: Labels

    @property
    def n(self) -> int:
        return int(self.pnl.size)

    @cached_property
    def entered_sorted(self) -> np.ndarray:
        return self.entered[self.entry_order]

    @cached_property
    def closed(self) -> np.ndarray:
        """How many trades had closed when each was entered: those with an exit at or before its entry."""
        counted = np.empty(self.n, np.int64)
        counted[self.entry_order] = standing(self.exited, self.entered_sorted)
        return counted

    def scale(self, deposit: float) -> float:
        """10^k that turns every P&L and the deposit into whole numbers whose sums stay exact, else 1."""
        for scale in (1e2, 1e4, 1e6, 1e8):
            whole = np.rint(self.pnl * scale)
            if np.array_equal(whole / scale, self.pnl) and round(deposit * scale) / scale == deposit:
                return scale if float(np.abs(whole).sum()) + abs(deposit) * scale < _EXACT else 1.0
        return 1.0

    def where(self, mask: np.ndarray) -> "Columns":
        kept: dict[str, Any] = {
            column.name: getattr(self, column.name).compress(mask)
            for column in fields(self)
            if isinstance(getattr(self, column.name), np.ndarray) and column.name != "entry_order"
        }
        place = np.cumsum(mask) - 1
        order = place[self.entry_order[mask[self.entry_order]]]
        labels: dict[str, Any] = {"tags": self.tags.where(mask), "emotions": self.emotions.where(mask)}
        return replace(self, **kept, **labels, entry_order=order)

    def until(self, count: int) -> "Columns":
        """The trades that closed first."""
        first: dict[str, Any] = {
            column.name: getattr(self, column.name)[:count]
            for column in fields(self)
            if isinstance(getattr(self, column.name), np.ndarray) and column.name != "entry_order"
        }
        labels: dict[str, Any] = {"tags": self.tags.until(count), "emotions": self.emotions.until(count)}
        return replace(self, **first, **labels, entry_order=self.entry_order[self.entry_order < count])


def standing(haystack: np.ndarray, needles: np.ndarray) -> np.ndarray:
    """How many of a sorted column are at or below each of another sorted column; one merge of two runs."""
    order = np.argsort(np.concatenate((haystack, needles)), kind="stable")
    return np.flatnonzero(order >= haystack.size) - np.arange(needles.size)


def columns_of_rows(rows: Iterable[Any]) -> Columns:
    """Read TradeRow-like objects (attributes named as in trading.rows); open trades are left out."""
    closed = [row for row in rows if row.exit_time is not None]
    columns: dict[str, Any] = {name: _floats(closed, name) for name in (*_NUMBERS, *_OPTIONAL)}
    for name in ("side", "symbol"):
        columns[name] = [getattr(row, name) for row in closed]
    for name in ("tags", "emotions"):
        columns[name] = [getattr(row, name, ()) for row in closed]
    columns["entered"] = np.array([_instant(row.entry_time) for row in closed], np.int64)
    columns["exited"] = np.array([_instant(row.exit_time) for row in closed], np.int64)
    columns["id"] = [str(getattr(row, "id", None) or getattr(row, "broker_trade_id", "")) for row in closed]
    return ordered_columns(columns)


def ordered_columns(columns: Mapping[str, Any]) -> Columns:
    """Put plain columns of closed trades into exit order.

    Needed: pnl, quantity, entry_price, exit_price, side (+1/-1 or words), symbol, entered and exited (int64
    microseconds UTC). Optional: id, commissions, slippage, mfe, mae, initial_risk, stop_loss, multiplier,
    pnl_percent, tags, emotions (a sequence of words per trade).
    """
    n = len(columns["pnl"])
    entered, exited = (np.asarray(columns[name], np.int64) for name in ("entered", "exited"))
    identity = _identity_ranks(columns.get("id", np.arange(n)))
    order = np.lexsort((identity, entered, exited))
    numbers = {name: _column(columns, name, n)[order] for name in (*_NUMBERS, *_OPTIONAL)}
    entered, exited, identity = entered[order], exited[order], identity[order]
    symbols, codes = _symbols(columns, order)
    return _finished(
        numbers,
        side=_sides(columns["side"])[order],
        entered=entered,
        exited=exited,
        entry_order=np.lexsort((identity, entered)),
        symbol=codes,
        symbols=symbols,
        tags=_labels(columns, "tags", order),
        emotions=_labels(columns, "emotions", order),
    )


def _finished(numbers: dict[str, Any], **rest: Any) -> Columns:
    pnl, quantity, price = numbers["pnl"], numbers["quantity"], numbers["entry_price"]
    multiplier = np.nan_to_num(numbers.pop("multiplier"), nan=1.0)
    stop_risk = quantity * np.abs(price - numbers.pop("stop_loss")) * multiplier
    risk = numbers.pop("initial_risk")
    risk = np.where(np.isnan(risk), stop_risk, risk)
    notional = quantity * price * multiplier
    percent = numbers["pnl_percent"]
    with np.errstate(over="ignore"):  # the report says what is too large to mean anything
        numbers["pnl_percent"] = np.where(np.isnan(percent), 100 * pnl / notional, percent)
    numbers["commissions"] = np.nan_to_num(numbers["commissions"])
    return Columns(**numbers, **rest, multiplier=multiplier, notional=notional, risk=np.where(risk > 0, risk, np.nan))


def _column(columns: Mapping[str, Any], name: str, n: int) -> np.ndarray:
    values = columns.get(name)
    return np.full(n, np.nan) if values is None else np.asarray(values, np.float64)


def _labels(columns: Mapping[str, Any], name: str, order: np.ndarray) -> Labels:
    words = columns.get(name)
    return labelled([words[i] for i in order.tolist()] if words is not None and any(words) else [])


def _symbols(columns: Mapping[str, Any], order: np.ndarray) -> tuple[tuple[str, ...], np.ndarray]:
    words = columns["symbol"]
    return _numbered(["?"] * order.size if words is None else [words[i] or "?" for i in order.tolist()])


def _numbered(words: Sequence[str]) -> tuple[tuple[str, ...], np.ndarray]:
    """The words in order of appearance, and which of them each one is."""
    place = {word: code for code, word in enumerate(dict.fromkeys(words))}
    return tuple(place), np.fromiter(map(place.__getitem__, words), np.int64, len(words))


def _floats(rows: Sequence[Any], name: str) -> np.ndarray:
    values = (getattr(row, name, None) for row in rows)
    return np.array([np.nan if value is None else float(value) for value in values], np.float64)


def _instant(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


def _sides(sides: Sequence[Any]) -> np.ndarray:
    if isinstance(sides, np.ndarray) and sides.dtype.kind in "if":
        return np.sign(sides).astype(np.int64)
    signs = {side: 1 if str(side).strip().lower() in _LONG else -1 for side in set(sides)}
    return np.array([signs[side] for side in sides], np.int64)


def _identity_ranks(ids: Sequence[Any]) -> np.ndarray:
    """Place of every id among the ids: whole numbers by size, anything else by its letters."""
    if isinstance(ids, np.ndarray) and ids.dtype.kind == "i":
        return ids
    words = [str(identity) for identity in ids]
    whole = all(word.isdecimal() for word in words)
    keys: list[Any] = [int(word) for word in words] if whole else words
    ranks = np.empty(len(words), np.int64)
    ranks[sorted(range(len(words)), key=keys.__getitem__)] = np.arange(len(words))
    return ranks
