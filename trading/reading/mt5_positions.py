"""I read the Positions of a MetaTrader 5 report, closed and open."""

from collections import Counter
from dataclasses import replace
from decimal import Decimal

from trading.reading.errors import CellRefused
from trading.reading.fields import Fields
from trading.reading.gathering import Gathering
from trading.reading.mt5_deals import Deals, side_of, volume_of
from trading.reading.texts import word
from trading.rows import TradeRow

PENDING = ("limit", "stop")


class Positions:
    """`rows` counts the rows of closed positions; without any, the trades come from the deals."""

    def __init__(self, gathering: Gathering) -> None:
        self.gathering = gathering
        self.rows = 0
        self._trades: list[TradeRow] = []
        self._open: list[TradeRow] = []

    def take(self, fields: Fields, *, closed: bool) -> None:
        if not fields.bare("position") and not fields.bare("time"):
            return  # the sums below the table
        self.rows += closed
        with self.gathering.row(fields.row.number):
            if word(fields.bare("type")).endswith(PENDING):
                raise CellRefused(
                    "type", f"{fields.text('type')!r} is an order, not a position; export the report again"
                )
            trade = self._trade(fields, closed)
            (self._trades if closed else self._open).append(trade)

    def add_trades(self, deals: Deals | None) -> None:
        """Hand the trades over, each with the fee its deals carry, under ids that are each used once."""
        times = Counter(trade.broker_trade_id for trade in self._trades)
        used: dict[str, list[TradeRow]] = {}
        for trade in self._trades:
            earlier = used.setdefault(trade.broker_trade_id, [])
            if any(_same(trade, other) for other in earlier):
                self.gathering.note(f"position {trade.broker_trade_id} is printed twice and was taken once")
                continue
            earlier.append(trade)
            if len(earlier) > 1:
                trade = replace(trade, broker_trade_id=f"{trade.broker_trade_id}/{_digits(trade.raw['close_time'])}")
            self.gathering.add(deals.with_fee(trade) if deals else trade)
        for trade in self._open:
            trade = deals.with_opening_costs(trade) if deals else trade
            if trade.broker_trade_id in times:
                self.gathering.note(f"position {trade.broker_trade_id} is closed in part; its rest is kept open")
                trade = replace(trade, broker_trade_id=f"{trade.broker_trade_id}/open")
            self.gathering.add(trade)
        if deals:
            deals.tell_unplaced_fees()

    def _trade(self, fields: Fields, closed: bool) -> TradeRow:
        opened = fields.moment("time")
        shut = fields.moment_after("close_time", opened) if closed else None
        costs, swap = -fields.amount("commission"), fields.amount("swap")
        gross = fields.number("profit") if closed else None
        return TradeRow(
            broker="mt5",
            broker_trade_id=fields.needed("position"),
            symbol=fields.needed("symbol"),
            side=side_of(fields),
            quantity=volume_of(fields),
            entry_price=fields.number("price"),
            entry_time=opened,
            exit_price=fields.number("close_price") if closed else None,
            exit_time=shut,
            gross_pnl=gross,
            pnl=None if gross is None else gross - costs + swap,
            commissions=costs + Decimal(0),
            swap=swap,
            stop_loss=fields.level("stop_loss"),
            take_profit=fields.level("take_profit"),
            raw=fields.raw(),
            row=fields.row.number,
        )


def _same(one: TradeRow, other: TradeRow) -> bool:
    return replace(one, row=0) == replace(other, row=0)


def _digits(time: str) -> str:
    return "".join(character for character in time if character.isdigit())
