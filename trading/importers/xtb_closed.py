"""I read XTB's closed positions: one row per round trip, swap and rollover apart from a gross profit."""

from decimal import Decimal

from trading.importers import formats
from trading.reading.document import Document
from trading.reading.errors import CellRefused
from trading.reading.fields import Fields
from trading.reading.gathering import Gathering
from trading.reading.importing import Importer, Wishes
from trading.reading.table import Table
from trading.reading.texts import word
from trading.reading.totals import our_totals, reconciled
from trading.rows import Side, Statement, TradeRow

TABLE = Table(
    names={
        "position": "id",
        "symbol": "symbol",
        "type": "side",
        "volume": "quantity",
        "open time": "entry_time",
        "open price": "entry_price",
        "close time": "exit_time",
        "close price": "exit_price",
        "sl": "stop_loss",
        "tp": "take_profit",
        "commission": "commission",
        "swap": "swap",
        "rollover": "rollover",
        "gross p/l": "gross",
        "gross profit": "gross",
        "comment": "comment",
        "purchase value": "value",
    },
    needed=("id", "symbol", "side", "quantity", "entry_time", "entry_price", "exit_time", "exit_price", "gross"),
    foreign=frozenset({"ticket", "item"}),
)
SIDES: dict[str, Side] = {"buy": "long", "sell": "short"}
CURRENCY, ACCOUNT = "currency", {"account", "account number"}


def read(document: Document, wishes: Wishes) -> Statement:
    gathering, manner = Gathering(), wishes.manner(document)
    manner.order = "dmy"  # XTB writes the day first in every language
    stated: dict[str, Decimal] = {}
    for _, fields in TABLE.rows(document, manner):
        with gathering.row(fields.row.number):
            if word(fields.bare("id")) == "total":
                swap = fields.amount("swap") + fields.amount("rollover")
                stated = {"gross_result": fields.number("gross"), "swap": swap}
                stated["commissions"] = -fields.amount("commission") + Decimal(0)
            elif fields.bare("symbol"):
                gathering.add(_trade(fields))
    wishes.tell_zone(manner, gathering)
    ours = our_totals(gathering.trades)
    ours["gross_result"] = ours["net_profit"] + ours["commissions"] - ours["swap"]
    return gathering.statement(
        format="xtb_closed",
        broker="xtb",
        account=_labelled(document, ACCOUNT),
        currency=wishes.tell_currency(_labelled(document, {CURRENCY}), gathering),
        reconciliation=reconciled(stated, ours),
    )


def _labelled(document: Document, names: set[str]) -> str | None:
    """What stands behind a label in the lines above the table."""
    for row in document.head[:30]:
        filled = row.filled
        if len(filled) == 2 and word(filled[0]) in names and len(filled[1]) <= 20:
            return filled[1]
    return None


def _trade(fields: Fields) -> TradeRow:
    side = word(fields.text("side"))
    if side not in SIDES:
        raise CellRefused("type", f"{side[:30]!r} is neither BUY nor SELL; export the positions again")
    gross, costs = fields.number("gross"), -fields.amount("commission") + Decimal(0)
    swap = fields.amount("swap") + fields.amount("rollover")
    entry = fields.moment("entry_time")
    return TradeRow(
        broker="xtb",
        broker_trade_id=fields.needed("id"),
        symbol=fields.needed("symbol"),
        side=SIDES[side],
        quantity=fields.number("quantity"),
        entry_price=fields.number("entry_price"),
        entry_time=entry,
        exit_price=fields.number("exit_price"),
        exit_time=fields.moment_after("exit_time", entry),
        gross_pnl=gross,
        pnl=gross - costs + swap,
        commissions=costs,
        swap=swap,
        stop_loss=fields.level("stop_loss"),
        take_profit=fields.level("take_profit"),
        raw=fields.raw(),
        row=fields.row.number,
    )


formats.register(
    "xtb_closed",
    Importer(title="XTB closed positions (CSV, XLSX)", recognises=lambda d, _: TABLE.within(d), read=read),
)
