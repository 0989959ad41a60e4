"""I read Tradovate's Orders report: filled orders, at their average price, without any fees."""

from trading.importers import formats
from trading.reading.document import Document
from trading.reading.fields import Fields
from trading.reading.fingerprints import Fingerprints
from trading.reading.futures import Execution, take_execution
from trading.reading.gathering import Gathering
from trading.reading.importing import Importer, Wishes
from trading.reading.ledger import Ledger
from trading.reading.sides import bought
from trading.reading.table import Table
from trading.reading.texts import word
from trading.reading.tradovate import NO_FEES
from trading.rows import Statement

TABLE = Table(
    names={
        "orderid": "id",
        "order id": "order",
        "account": "account",
        "b/s": "side",
        "contract": "symbol",
        "avgprice": "average",
        "avg fill price": "average",
        "price": "price",
        "filledqty": "quantity",
        "filled qty": "quantity",
        "fill time": "time",
        "timestamp": "time_placed",
        "status": "status",
        "product": "product",
    },
    needed=("side", "symbol", "quantity"),
    foreign=frozenset({"pair id", "position id", "paired qty"}),
)
SAME_ROW = ("account", "symbol", "side", "quantity", "average", "price", "time", "time_placed")
FILLED = {"filled", "partially filled", "partiallyfilled", "completed"}


def recognises(document: Document, wishes: Wishes) -> bool:
    return TABLE.within(document)


def read(document: Document, wishes: Wishes) -> Statement:
    gathering, manner, fingerprints = Gathering(), wishes.manner(document), Fingerprints()
    manner.order = "mdy"
    ledger, unfilled = Ledger(gathering, wishes, broker="tradovate"), 0
    for _, fields in TABLE.rows(document, manner):
        with gathering.row(fields.row.number):
            if _is_filled(fields):
                take_execution(ledger, _execution(fields, fingerprints))
            else:
                unfilled += 1
    ledger.add_trades()
    gathering.note(NO_FEES)
    if unfilled:
        gathering.note(f"{unfilled} orders were never filled and are no trades")
    wishes.tell_zone(manner, gathering)
    return gathering.statement(
        format="tradovate_orders", broker="tradovate", account=ledger.account(), currency=ledger.currency()
    )


def _is_filled(fields: Fields) -> bool:
    """Some exports leave the status out; and a cancelled order may have been filled in part, at a price of its own."""
    if "status" not in fields.columns or word(fields.text("status")) in FILLED:
        return bool(fields.optional("quantity"))
    return bool(fields.optional("quantity")) and fields.optional("average") is not None and bool(fields.bare("time"))


def _execution(fields: Fields, fingerprints: Fingerprints) -> Execution:
    price = "average" if fields.optional("average") is not None else "price"
    id = fields.text("id") or fields.text("order")
    return Execution(
        name=id or fingerprints.of(fields.text(name) for name in SAME_ROW),
        account=fields.text("account"),
        symbol=fields.needed("symbol"),
        buys=bought(fields, "side"),
        quantity=fields.number("quantity"),
        price=fields.number(price),
        at=fields.moment("time" if fields.bare("time") else "time_placed"),
        row=fields.row.number,
        raw=fields.raw(),
    )


formats.register("tradovate_orders", Importer(title="Tradovate orders (CSV)", recognises=recognises, read=read))
