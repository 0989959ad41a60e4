"""I read Match-Trader's closed positions: one row per round trip, its profit before commission and swap."""

from decimal import Decimal

from trading.importers import formats
from trading.reading.document import Document
from trading.reading.errors import CellRefused
from trading.reading.fields import Fields
from trading.reading.gathering import Gathering
from trading.reading.importing import Importer, Wishes
from trading.reading.table import Table
from trading.reading.texts import word
from trading.rows import Side, Statement, TradeRow

TABLE = Table(
    names={
        "id": "id",
        "symbol": "symbol",
        "side": "side",
        "type": "side",
        "volume": "quantity",
        "open time": "entry_time",
        "open price": "entry_price",
        "close time": "exit_time",
        "close price": "exit_price",
        "commission": "commission",
        "swap": "swap",
        "profit": "profit",
        "reason": "reason",
        "close reason": "reason",
        "stop loss": "stop_loss",
        "take profit": "take_profit",
        "sl": "stop_loss",
        "tp": "take_profit",
        "net profit": "net",
    },
    needed=("id", "symbol", "side", "quantity", "entry_time", "entry_price", "exit_time", "exit_price", "profit"),
    foreign=frozenset({"ticket", "position", "item"}),
)
SIDES: dict[str, Side] = {"buy": "long", "long": "long", "sell": "short", "short": "short"}


def read(document: Document, wishes: Wishes) -> Statement:
    gathering, manner = Gathering(), wishes.manner(document)
    manner.order = wishes.order(document)
    for _, fields in TABLE.rows(document, manner):
        with gathering.row(fields.row.number):
            gathering.add(_trade(fields))
    wishes.tell_zone(manner, gathering)
    return gathering.statement(format="match_trader", broker="match_trader", currency=wishes.currency)


def _trade(fields: Fields) -> TradeRow:
    side = word(fields.text("side"))
    if side not in SIDES:
        raise CellRefused("side", f"{side[:30]!r} is neither Buy nor Sell; export the positions in English")
    profit, costs, swap = fields.number("profit"), -fields.amount("commission") + Decimal(0), fields.amount("swap")
    entry = fields.moment("entry_time")
    return TradeRow(
        broker="match_trader",
        broker_trade_id=fields.needed("id"),
        symbol=fields.needed("symbol"),
        side=SIDES[side],
        quantity=fields.number("quantity"),
        entry_price=fields.number("entry_price"),
        entry_time=entry,
        exit_price=fields.number("exit_price"),
        exit_time=fields.moment_after("exit_time", entry),
        gross_pnl=profit,
        pnl=profit - costs + swap,
        commissions=costs,
        swap=swap,
        stop_loss=fields.level("stop_loss"),
        take_profit=fields.level("take_profit"),
        raw=fields.raw(),
        row=fields.row.number,
    )


formats.register(
    "match_trader",
    Importer(
        title="Match-Trader closed positions (CSV)", recognises=lambda d, _: TABLE.within(d), read=read, streams=True
    ),
)
