"""I read the orders export of TopstepX and other ProjectX platforms: Bid is a purchase, Ask a sale."""

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
from trading.trips import Effect

TABLE = Table(
    names={
        "id": "id",
        "accountname": "account",
        "contractname": "symbol",
        "status": "status",
        "size": "quantity",
        "side": "side",
        "filledat": "time",
        "executeprice": "price",
        "positiondisposition": "effect",
        "fees": "fees",
        "commissions": "commissions",
    },
    needed=("id", "symbol", "status", "quantity", "side", "time", "price"),
)
EFFECTS: dict[str, Effect] = {"opening": "open", "open": "open", "closing": "close", "close": "close"}
NO_FEES = "the orders export leaves fees out: results are before them; the trades export has them"


def read(document: Document, wishes: Wishes) -> Statement:
    gathering, manner = Gathering(), wishes.manner(document)
    manner.order = "mdy"  # the platform writes the month first, whatever the computer's language
    ledger, unfilled = Ledger(gathering, wishes, broker="topstepx"), 0
    for _, fields in TABLE.rows(document, manner):
        if word(fields.text("status")) != "filled":
            unfilled += 1
            continue
        with gathering.row(fields.row.number):
            take_execution(ledger, _execution(fields))
    ledger.add_trades()
    if not any("fees" in trade.raw for trade in gathering.trades):
        gathering.note(NO_FEES)
    if unfilled:
        gathering.note(f"{unfilled} orders were never filled and are no trades")
    wishes.tell_zone(manner, gathering)
    return gathering.statement(
        format="topstepx_orders", broker="topstepx", account=ledger.account(), currency=ledger.currency()
    )


def _execution(fields: Fields) -> Execution:
    """Trades and orders are numbered apart, so an order's id says what it is."""
    return Execution(
        name=f"order-{fields.needed('id')}",
        account=fields.text("account"),
        symbol=fields.needed("symbol"),
        buys=bought(fields, "side"),
        quantity=abs(fields.number("quantity")),
        price=fields.number("price"),
        at=fields.moment("time"),
        effect=EFFECTS.get(word(fields.text("effect")), "net"),
        costs=fields.amount("fees") + fields.amount("commissions"),
        row=fields.row.number,
        raw=fields.raw(),
    )


formats.register(
    "topstepx_orders", Importer(title="TopstepX orders (CSV)", recognises=lambda d, _: TABLE.within(d), read=read)
)
