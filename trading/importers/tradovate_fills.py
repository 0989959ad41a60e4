"""I read Tradovate's Fills report: one row per execution, with its commission and a second clock in UTC."""

from trading.importers import formats
from trading.reading.document import Document
from trading.reading.fields import Fields
from trading.reading.futures import Execution, take_execution
from trading.reading.gathering import Gathering
from trading.reading.importing import Importer, Wishes
from trading.reading.ledger import Ledger
from trading.reading.sides import bought
from trading.reading.table import Table
from trading.reading.texts import word
from trading.rows import Statement

TABLE = Table(
    names={
        "fill id": "id",
        "order id": "order",
        "_timestamp": "utc",
        "timestamp": "time",
        "account": "account",
        "b/s": "side",
        "quantity": "quantity",
        "price": "price",
        "contract": "symbol",
        "product": "product",
        "_active": "active",
        "commission": "commission",
    },
    needed=("id", "side", "symbol", "quantity", "price"),
    foreign=frozenset({"pair id", "position id", "filled qty", "filledqty"}),
)
COMMISSION_ONLY = "commissions are those this report names; exchange and clearing fees stand in the cash report"


def read(document: Document, wishes: Wishes) -> Statement:
    gathering, manner = Gathering(), wishes.manner(document)
    manner.order = "mdy"
    ledger, busted = Ledger(gathering, wishes, broker="tradovate"), 0
    for _, fields in TABLE.rows(document, manner):
        if word(fields.bare("active")) == "false":
            busted += 1
            continue
        with gathering.row(fields.row.number):
            take_execution(ledger, _execution(fields))
    ledger.add_trades()
    gathering.note(COMMISSION_ONLY)
    if busted:
        gathering.note(f"{busted} fills were taken back by the exchange and are no trades")
    wishes.tell_zone(manner, gathering)
    return gathering.statement(
        format="tradovate_fills", broker="tradovate", account=ledger.account(), currency=ledger.currency()
    )


def _execution(fields: Fields) -> Execution:
    return Execution(
        name=fields.needed("id"),
        account=fields.text("account"),
        symbol=fields.needed("symbol"),
        buys=bought(fields, "side"),
        quantity=fields.number("quantity"),
        price=fields.number("price"),
        at=fields.moment("utc" if fields.bare("utc") else "time"),
        costs=fields.amount("commission"),
        row=fields.row.number,
        raw=fields.raw(),
    )


formats.register(
    "tradovate_fills", Importer(title="Tradovate fills (CSV)", recognises=lambda d, _: TABLE.within(d), read=read)
)
