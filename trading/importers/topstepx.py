"""I read the trades export of TopstepX and other ProjectX platforms: one row per leg, fees apart from a gross P/L."""

from trading.importers import formats
from trading.reading.document import Document
from trading.reading.errors import CellRefused
from trading.reading.fields import Fields
from trading.reading.gathering import Gathering
from trading.reading.importing import Importer, Wishes
from trading.reading.table import Table
from trading.rows import Side, Statement, TradeRow

TABLE = Table(
    names={
        "id": "id",
        "contractname": "symbol",
        "enteredat": "entry_time",
        "exitedat": "exit_time",
        "entryprice": "entry_price",
        "exitprice": "exit_price",
        "fees": "fees",
        "pnl": "pnl",
        "size": "quantity",
        "type": "side",
        "commissions": "commissions",
    },
    needed=("id", "symbol", "entry_time", "exit_time", "entry_price", "exit_price", "fees", "pnl", "quantity", "side"),
)
SIDES: dict[str, Side] = {"long": "long", "short": "short"}


def read(document: Document, wishes: Wishes) -> Statement:
    gathering, manner = Gathering(), wishes.manner(document)
    manner.order = "mdy"  # the platform writes the month first, whatever the computer's language
    for _, fields in TABLE.rows(document, manner):
        with gathering.row(fields.row.number):
            gathering.add(_trade(fields))
    wishes.tell_zone(manner, gathering)
    return gathering.statement(format="topstepx", broker="topstepx", currency=wishes.currency)


def _trade(fields: Fields) -> TradeRow:
    side = fields.text("side").lower()
    if side not in SIDES:
        raise CellRefused("side", f"{side[:20]!r} is neither Long nor Short; export the trades again")
    costs, gross = fields.amount("fees") + fields.amount("commissions"), fields.number("pnl")
    entry = fields.moment("entry_time")
    return TradeRow(
        broker="topstepx",
        broker_trade_id=fields.needed("id"),
        symbol=fields.needed("symbol"),
        side=SIDES[side],
        quantity=fields.number("quantity"),
        entry_price=fields.number("entry_price"),
        entry_time=entry,
        exit_price=fields.number("exit_price"),
        exit_time=fields.moment_after("exit_time", entry),
        gross_pnl=gross,
        pnl=gross - costs,
        commissions=costs,
        asset_class="future",
        raw=fields.raw(),
        row=fields.row.number,
    )


formats.register(
    "topstepx",
    Importer(title="TopstepX trades (CSV)", recognises=lambda d, _: TABLE.within(d), read=read, streams=True),
)
