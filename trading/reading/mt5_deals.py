"""I read the Deals of a MetaTrader 5 report: trades where there are no positions, fees and cash where there are."""

from collections import defaultdict
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from trading.reading.errors import CellRefused
from trading.reading.fields import Fields
from trading.reading.gathering import Gathering
from trading.reading.numbers import NOTHING
from trading.reading.texts import plain, word
from trading.reading.trip_rows import trade_row
from trading.rows import Side, TradeRow
from trading.trips import Effect, Fill, Method, build_trips

SIDES: dict[str, Side] = {"buy": "long", "sell": "short"}
EFFECTS: dict[str, Effect] = {"in": "open", "out": "close", "in/out": "net", "out by": "close"}
NO_PART_OF_BALANCE = {"credit"}
VOIDED = {"buy canceled", "sell canceled"}
ZERO = Decimal(0)


def side_of(fields: Fields) -> Side:
    kind = word(fields.bare("type"))
    if kind not in SIDES:
        raise CellRefused("type", f"{plain(kind)[:40]!r} is neither buy nor sell; correct the row or export it again")
    return SIDES[kind]


def volume_of(fields: Fields) -> Decimal:
    """Testers and partial closes print "0.06 / 0.10": done / asked. Done is what counts."""
    text = fields.bare("volume").split("/")[0].strip()
    if text in NOTHING:
        raise CellRefused("volume", "is blank; a trade needs its volume")
    return fields.manner.number("volume", text)


class Deals:
    """`cash` sums what is no trade; the balances are the account's before the first and after the last deal."""

    def __init__(self, gathering: Gathering) -> None:
        self.gathering = gathering
        self.cash = ZERO
        self.opening_balance: Decimal | None = None
        self.last_balance: Decimal | None = None
        self.column_totals: dict[str, Decimal] = {}
        self._seen = 0
        self._fills: list[Fill] = []
        self._raw: dict[int, dict[str, str]] = {}
        self._fees: dict[tuple[str, datetime, Decimal, Decimal], list[Decimal]] = defaultdict(list)
        self._opening_fees: dict[str, Decimal] = defaultdict(Decimal)
        self._opening_costs: dict[str, Decimal] = defaultdict(Decimal)

    def take(self, fields: Fields) -> None:
        with self.gathering.row(fields.row.number):
            if not fields.bare("type") and not fields.bare("time"):
                self._take_sums(fields)
            elif fields.bare("time"):
                self._take_deal(fields)

    def _take_sums(self, fields: Fields) -> None:
        """The row of sums below the table. A formula that was never calculated leaves it blank."""
        if fields.optional("commission") is not None and fields.optional("swap") is not None:
            self.column_totals = {
                "commissions": -(fields.amount("commission") + fields.amount("fee")) + ZERO,
                "swap": fields.amount("swap"),
            }

    def _take_deal(self, fields: Fields) -> None:
        kind = word(fields.bare("type"))
        costs, swap = -(fields.amount("commission") + fields.amount("fee")), fields.amount("swap")
        profit, balance = fields.amount("profit"), fields.optional("balance")
        if self._seen == 0 and balance is not None:
            self.opening_balance = balance - (ZERO if kind in NO_PART_OF_BALANCE else profit - costs + swap)
        self._seen += 1
        self.last_balance = balance
        if kind in SIDES:
            self._take_fill(fields, costs, swap, profit)
        elif kind in VOIDED:
            self.gathering.note(f"row {fields.row.number}: a {kind} deal takes back an earlier one; check that trade")
            self.cash += profit - costs + swap
        elif kind not in NO_PART_OF_BALANCE:
            self.cash += profit - costs + swap

    def _take_fill(self, fields: Fields, costs: Decimal, swap: Decimal, profit: Decimal) -> None:
        direction = word(fields.bare("direction"))
        if direction not in EFFECTS:
            raise CellRefused("direction", f"{plain(direction)[:40]!r} is not known; it should be in, out or in/out")
        at, volume, price = fields.moment("time"), volume_of(fields), fields.number("price")
        if volume <= 0:
            raise CellRefused("volume", f"is {volume}; a deal has a volume above zero")
        symbol, deal, order = fields.needed("symbol"), fields.needed("deal"), fields.text("order")
        fee = -fields.amount("fee")
        if direction == "in":
            self._opening_costs[order] += costs
        if fee and direction == "in":
            self._opening_fees[order] += fee
        elif fee:
            self._fees[symbol, at, price, volume].append(fee)
        self._raw[fields.row.number] = fields.raw()
        self._fills.append(
            Fill(
                name=deal,
                lot=order or deal,
                book=symbol,
                symbol=symbol,
                buys=SIDES[word(fields.bare("type"))] == "long",
                quantity=volume,
                price=price,
                at=at,
                effect=EFFECTS[direction],
                costs=costs,
                swap=swap,
                gross=profit if direction != "in" else None,
                row=fields.row.number,
            )
        )

    def add_trades(self, *, hedging: bool) -> None:
        """Round trips from the deals alone: one average position per symbol, or for hedging lot by lot."""
        trips = build_trips(self._fills, Method.SAME_SIZE if hedging else Method.AVERAGE)
        for trip in (*trips.closed, *trips.open):
            raw = self._raw[(trip.exit or trip.entry).row]
            self.gathering.add(trade_row(trip, broker="mt5", raw=raw))
        for fill, left in trips.unmatched:
            reason = f"closes {left} {fill.symbol} opened before this report begins; export it from an earlier date"
            self.gathering.refuse(fill.row, "direction", reason)
        if hedging and trips.closed:
            self.gathering.note("positions of a hedging account were rebuilt from deals: exits were matched by size")

    def with_opening_costs(self, trade: TradeRow) -> TradeRow:
        """The table of open positions has no commission: the deals of the opening order have paid it already."""
        self._opening_fees.pop(trade.broker_trade_id, None)
        return replace(trade, commissions=trade.commissions + self._opening_costs.get(trade.broker_trade_id, ZERO))

    def with_fee(self, trade: TradeRow) -> TradeRow:
        """The Positions table has no fee: add those of the opening order and of the one deal that closed it."""
        fee = self._opening_fees.pop(trade.broker_trade_id, ZERO)
        if trade.exit_time and trade.exit_price:
            closing = self._fees.get((trade.symbol, trade.exit_time, trade.exit_price, trade.quantity), [])
            if closing:
                fee += closing.pop()
        if not fee or trade.pnl is None:
            return trade
        raw = {**trade.raw, "fee": str(-fee)}
        return replace(trade, commissions=trade.commissions + fee, pnl=trade.pnl - fee, raw=raw)

    def tell_unplaced_fees(self) -> None:
        left = sum(self._opening_fees.values(), ZERO) + sum((sum(fees, ZERO) for fees in self._fees.values()), ZERO)
        if left:
            self.gathering.note(f"fees of {left} in the Deals belong to no position for certain and are in no trade")
