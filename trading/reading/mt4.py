"""I read the table of trades that every MetaTrader 4 statement has in common."""

from collections.abc import Mapping
from decimal import Decimal

from trading.reading.columns import columns_of, has_all
from trading.reading.errors import CellRefused
from trading.reading.fields import Fields, Manner
from trading.reading.gathering import Gathering
from trading.reading.rows import Row
from trading.reading.texts import plain, word
from trading.rows import Side, TradeRow

HEADER: Mapping[str, tuple[str, ...]] = {
    "ticket": ("ticket",),
    "open time": ("open_time",),
    "type": ("type",),
    "size": ("size",),
    "lots": ("size",),
    "volume": ("size",),
    "item": ("item",),
    "symbol": ("item",),
    "price": ("open_price", "close_price"),
    "open price": ("open_price",),
    "close price": ("close_price",),
    "s/l": ("stop_loss",),
    "t/p": ("take_profit",),
    "close time": ("close_time",),
    "commission": ("commission",),
    "commis": ("commission",),
    "taxes": ("taxes",),
    "swap": ("swap",),
    "profit": ("profit",),
    "trade p/l": ("profit",),
    "comment": ("comment",),
}
NEEDED = ("ticket", "open_time", "type", "size", "item", "open_price", "profit")
DEAL_WORDS = {"entry", "direction"}  # then it is MetaTrader 5
SIDES: Mapping[str, Side] = {"buy": "long", "sell": "short"}
PENDING = {"buy limit", "sell limit", "buy stop", "sell stop", "buy stop limit", "sell stop limit"}
CASH = {
    "balance",
    "credit",
    "deposit",
    "withdrawal",
    "correction",
    "bonus",
    "commission",
    "charge",
    "rebate",
    "dividend",
}
VOIDED = ("cancelled", "canceled", "deleted", "expired")
ZERO = Decimal(0)


def mt4_columns(row: Row) -> dict[str, int] | None:
    """The columns if this row is the header of an MT4 table, closed or open."""
    columns = columns_of(row, HEADER)
    deals = any(word(cell) in DEAL_WORDS for cell in row.cells)
    return columns if has_all(columns, NEEDED) and columns["ticket"] <= 1 and not deals else None


class Mt4Table:
    """Reads rows below a header. `cash` sums deposits and the like, `pending` counts orders that were never filled."""

    def __init__(self, gathering: Gathering, manner: Manner) -> None:
        self.gathering = gathering
        self.manner = manner
        self.cash = ZERO
        self.pending = 0
        self.begins_with_cash: bool | None = None

    def take(self, row: Row, columns: Mapping[str, int]) -> None:
        fields = Fields(row, columns, self.manner)
        ticket, kind = fields.bare("ticket"), word(fields.bare("type"))
        if not ticket:
            self._take_comment(row)
        elif kind in PENDING or (kind in SIDES and any(word(cell).startswith(VOIDED) for cell in row.cells[8:])):
            self.pending += 1
        elif kind in SIDES or (kind and ticket[0].isdigit()):
            if self.begins_with_cash is None:
                self.begins_with_cash = kind in CASH
            with self.gathering.row(row.number):
                if kind in CASH:
                    self._take_cash(kind, fields)
                else:
                    self.gathering.add(self._trade(kind, fields))

    def _take_comment(self, row: Row) -> None:
        """MetaTrader puts magic number and comment of a trade into a short row of their own below it."""
        trades = self.gathering.trades
        if trades and trades[-1].row == row.number - 1 and len(row.filled) <= 2 and isinstance(trades[-1].raw, dict):
            trades[-1].raw["comment"] = plain(" ".join(row.filled))

    def _take_cash(self, kind: str, fields: Fields) -> None:
        """Credit is the broker's money and no part of the balance."""
        amount = fields.amount("profit")
        self.cash += ZERO if kind == "credit" else amount

    def _trade(self, kind: str, fields: Fields) -> TradeRow:
        if kind not in SIDES:
            raise CellRefused("type", f"{kind[:40]!r} is no MT4 trade type known here; it should be buy or sell")
        opened = fields.moment("open_time")
        closing = fields.bare("close_time")
        closed = fields.moment_after("close_time", opened) if closing else None
        costs = -(fields.amount("commission") + fields.amount("taxes"))
        swap = fields.amount("swap")
        gross = fields.number("profit") if closed else None
        hint = plain(fields.row.hint)
        return TradeRow(
            broker="mt4",
            broker_trade_id=fields.needed("ticket"),
            symbol=fields.needed("item").upper() if fields.text("item").islower() else fields.needed("item"),
            side=SIDES[kind],
            quantity=fields.number("size"),
            entry_price=fields.number("open_price"),
            entry_time=opened,
            exit_price=fields.number("close_price") if closed else None,
            exit_time=closed,
            gross_pnl=gross,
            pnl=None if gross is None else gross - costs + swap,
            commissions=costs,
            swap=swap,
            stop_loss=fields.level("stop_loss"),
            take_profit=fields.level("take_profit"),
            raw=fields.raw() | ({"hint": hint} if hint else {}),
            row=fields.row.number,
        )
