"""I turn a broker's executions into trades, remembering those of positions still open between two calls."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from trading.rows import TradeRow
from trading.trips import Fill, Trip, build_trips

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """One execution as a broker tells it; `quote` is the money it is paid in, `multiplier` money per point."""

    id: str
    symbol: str
    buys: bool
    quantity: Decimal
    price: Decimal
    at: datetime
    quote: str
    base: str = ""
    fee: Decimal = ZERO
    fee_currency: str = ""
    multiplier: Decimal = Decimal(1)
    inverse: bool = False
    book: str = ""
    asset_class: str = "other"


class Filling:
    """`moneys` count as the account's money. What is in another, or settled in coins, is left out and counted."""

    def __init__(self, broker: str, memory: Mapping[str, Any], moneys: set[str]) -> None:
        self.broker, self.moneys = broker, moneys
        self._fills = {one["name"]: _fill(one) for one in memory.get("fills", ())}
        self._done: list[str] = list(memory.get("done", ()))
        self._skipped: dict[str, int] = dict(memory.get("skipped", {}))
        self._classes: dict[str, str] = dict(memory.get("classes", {}))
        self._open: list[Fill] = []

    def rows(self, deals: Iterable[Deal]) -> list[TradeRow]:
        """Trips that closed, and open ones. A deal told before is passed over."""
        known = {*self._fills, *self._done}
        for deal in deals:
            if deal.id in known:
                continue
            known.add(deal.id)
            self._done.append(deal.id)
            if deal.inverse or deal.quote not in self.moneys:
                self._skipped[deal.quote] = self._skipped.get(deal.quote, 0) + 1
                continue
            self._classes[deal.symbol] = deal.asset_class
            self._fills[deal.id] = self._as_fill(deal)
        trips = build_trips(self._fills.values())
        self._open = _since_flat(self._fills.values())
        return [self._row(trip) for trip in (*trips.closed, *trips.open)]

    def forget(self, id: str) -> bool:
        """Take back an execution of an open book; False when its trade is closed and written already."""
        return self._fills.pop(id, None) is not None

    def memory(self) -> dict[str, Any]:
        """The executions of books that are not flat; the ids of the last ones, since a page may tell them again."""
        return {"fills": [_told(fill) for fill in self._open], "done": self._done[-2000:], "skipped": self._skipped,
                "classes": self._classes}  # fmt: skip

    def _as_fill(self, deal: Deal) -> Fill:
        costs = deal.fee
        if deal.fee_currency == deal.base != deal.quote:
            costs = deal.fee * deal.price  # the deal's own price is the rate
        elif deal.fee_currency not in {deal.quote, *self.moneys}:
            costs = ZERO  # a third coin, without a rate
        return Fill(name=deal.id, book=f"{deal.book}:{deal.symbol}", symbol=deal.symbol, buys=deal.buys,
                    quantity=deal.quantity, price=deal.price, at=deal.at, multiplier=deal.multiplier,
                    costs=costs)  # fmt: skip

    def _row(self, trip: Trip) -> TradeRow:
        shut = trip.exit
        return TradeRow(
            broker=self.broker, broker_trade_id=trip.name, symbol=trip.entry.symbol, side=trip.side,
            quantity=trip.quantity, entry_price=trip.entry_price, entry_time=trip.entry.at,
            exit_price=shut.price if shut else None, exit_time=shut.at if shut else None,
            gross_pnl=trip.gross if shut else None, pnl=trip.net if shut else None, commissions=trip.costs,
            swap=trip.swap, asset_class=self._classes.get(trip.entry.symbol, "other"),
            raw={"entry": trip.entry.name, **({"exit": shut.name} if shut else {})},
        )  # fmt: skip


def _since_flat(fills: Iterable[Fill]) -> list[Fill]:
    """Of each book what came after it was flat the last time: nothing before that can matter again."""
    kept: dict[str, list[Fill]] = {}
    held: dict[str, Decimal] = {}
    for fill in sorted(fills, key=lambda one: (one.at, len(one.name), one.name)):
        held[fill.book] = held.get(fill.book, ZERO) + (fill.quantity if fill.buys else -fill.quantity)
        kept.setdefault(fill.book, []).append(fill)
        if not held[fill.book]:
            kept[fill.book] = []
    return [fill for book in kept.values() for fill in book]


def _told(fill: Fill) -> dict[str, Any]:
    return {"name": fill.name, "book": fill.book, "symbol": fill.symbol, "buys": fill.buys,
            "quantity": str(fill.quantity), "price": str(fill.price), "at": fill.at.isoformat(),
            "multiplier": str(fill.multiplier), "costs": str(fill.costs)}  # fmt: skip


def _fill(told: Mapping[str, Any]) -> Fill:
    numbers: dict[str, Any] = {name: Decimal(told[name]) for name in ("quantity", "price", "multiplier", "costs")}
    return Fill(name=told["name"], book=told["book"], symbol=told["symbol"], buys=told["buys"],
                at=datetime.fromisoformat(told["at"]), **numbers)  # fmt: skip
