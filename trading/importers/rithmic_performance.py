"""I read Rithmic's performance report: one row per round trip."""

from decimal import Decimal

from trading.importers import formats
from trading.reading.document import Document
from trading.reading.errors import CellRefused
from trading.reading.fields import Fields
from trading.reading.gathering import Gathering
from trading.reading.importing import Importer, Wishes
from trading.reading.sides import BOUGHT, SOLD
from trading.reading.table import Table
from trading.reading.texts import word
from trading.rows import Statement, TradeRow

TABLE = Table(
    names={
        "accountnumber": "account",
        "account number": "account",
        "account": "account",
        "instrument": "symbol",
        "fill size": "quantity",
        "trade p&l": "gross",
        "trade life span": "held",
        "commission & fees": "costs",
        "entry buy/sell": "side",
        "entry order number": "entry_order",
        "entry price": "entry_price",
        "entry time": "entry_time",
        "exit order number": "exit_order",
        "exit price": "exit_price",
        "exit time": "exit_time",
        "exit buy/sell": "exit_side",
    },
    needed=("symbol", "quantity", "gross", "side", "entry_price", "entry_time", "exit_price", "exit_time"),
)


def read(document: Document, wishes: Wishes) -> Statement:
    gathering, manner = Gathering(), wishes.manner(document)
    manner.order = wishes.order(document)
    accounts: dict[str, None] = {}
    for _, fields in TABLE.rows(document, manner):
        with gathering.row(fields.row.number):
            gathering.add(_trade(fields))
            accounts.setdefault(fields.text("account"))
    if len(accounts) > 1:
        gathering.note(f"the file holds {len(accounts)} accounts; each trade names its own")
    wishes.tell_zone(manner, gathering)
    account = next(iter(accounts)) if len(accounts) == 1 else None
    return gathering.statement(
        format="rithmic_performance", broker="rithmic", account=account or None, currency=wishes.currency
    )


def _trade(fields: Fields) -> TradeRow:
    """Trade P&L is before commission and fees. Two pieces of the same two orders differ in their prices or times."""
    said = word(fields.text("side"))
    if said not in BOUGHT | SOLD:
        raise CellRefused("side", f"{said[:20]!r} is neither B nor S; export the report again")
    gross, costs = fields.number("gross"), abs(fields.amount("costs")) + Decimal(0)
    entry = fields.moment("entry_time")
    exit_ = fields.moment_after("exit_time", entry)
    orders = fields.text("entry_order"), fields.text("exit_order")
    digits = "".join(filter(str.isdigit, fields.bare("entry_time") + fields.bare("exit_time")))
    return TradeRow(
        broker="rithmic",
        broker_trade_id=f"{orders[0]}+{orders[1]}+{digits}+{fields.text('quantity')}",
        symbol=fields.needed("symbol"),
        side="long" if said in BOUGHT else "short",
        quantity=fields.number("quantity"),
        entry_price=fields.number("entry_price"),
        entry_time=entry,
        exit_price=fields.number("exit_price"),
        exit_time=exit_,
        gross_pnl=gross,
        pnl=gross - costs,
        commissions=costs,
        asset_class="future",
        raw=fields.raw(),
        row=fields.row.number,
        account=fields.text("account"),
    )


formats.register(
    "rithmic_performance",
    Importer(title="Rithmic performance (CSV)", recognises=lambda d, _: TABLE.within(d), read=read),
)
