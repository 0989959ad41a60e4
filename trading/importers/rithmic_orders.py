"""I read the Completed Orders of Rithmic's R|Trader; the zone of their times stands in the header."""

from decimal import Decimal

from trading.importers import formats
from trading.reading.document import Document
from trading.reading.errors import StatementIncomplete
from trading.reading.fields import Fields
from trading.reading.fingerprints import Fingerprints
from trading.reading.futures import Execution, take_execution
from trading.reading.gathering import Gathering
from trading.reading.importing import Importer, Wishes
from trading.reading.ledger import Ledger
from trading.reading.sides import bought
from trading.reading.table import Table
from trading.reading.totals import our_totals, reconciled
from trading.rows import Statement

TABLE = Table(
    names={
        "account": "account",
        "status": "status",
        "buy/sell": "side",
        "qty filled": "quantity",
        "symbol": "symbol",
        "exchange": "exchange",
        "avg fill price": "price",
        "order number": "id",
        "update time": "time",
        "commission fill rate": "rate",
        "closed profit/loss": "closed",
        "order type": "type",
        "price type": "type",
        "qty to fill": "wanted",
        "limit price": "limit",
        "update time (rdt)": "time",
    },
    needed=("account", "side", "symbol", "price", "time"),
)
SAME_ROW = ("account", "symbol", "side", "quantity", "price", "time")
NO_FEES = "the columns hold no Commission Fill Rate: results are before costs; add the column in R|Trader to have them"


def read(document: Document, wishes: Wishes) -> Statement:
    gathering, manner, fingerprints = Gathering(), wishes.manner(document), Fingerprints()
    manner.order = wishes.order(document)
    ledger, stated, unfilled = Ledger(gathering, wishes, broker="rithmic"), Decimal(0), 0
    states = rated = False
    for header, fields in TABLE.rows(document, manner):
        if "quantity" not in header.columns:
            raise StatementIncomplete(
                name=document.name, missing="the column Qty Filled", cure="Add it in R|Trader and export once more."
            )
        states, rated = states or "closed" in header.columns, rated or "rate" in header.columns
        with gathering.row(fields.row.number):
            if not fields.optional("quantity"):
                unfilled += 1
                continue
            stated += fields.amount("closed")
            take_execution(ledger, _execution(fields, fingerprints))
    ledger.add_trades()
    if not rated:
        gathering.note(NO_FEES)
    if unfilled:
        gathering.note(f"{unfilled} orders were never filled and are no trades")
    wishes.tell_zone(manner, gathering)
    ours = our_totals(gathering.trades)
    proof = {"gross_result": stated} if states and stated else {}
    return gathering.statement(
        format="rithmic_orders",
        broker="rithmic",
        account=ledger.account(),
        currency=ledger.currency(),
        reconciliation=reconciled(
            proof, ours | {"gross_result": ours["net_profit"] + ours["commissions"] - ours["swap"]}
        ),
    )


def _execution(fields: Fields, fingerprints: Fingerprints) -> Execution:
    quantity = fields.number("quantity")
    return Execution(
        name=fields.text("id") or fingerprints.of(fields.text(name) for name in SAME_ROW),
        account=fields.text("account"),
        symbol=fields.needed("symbol"),
        buys=bought(fields, "side"),
        quantity=quantity,
        price=fields.number("price"),
        at=fields.moment("time"),
        costs=abs(fields.amount("rate")) * quantity,
        row=fields.row.number,
        raw=fields.raw(),
    )


formats.register(
    "rithmic_orders",
    Importer(title="Rithmic completed orders (CSV)", recognises=lambda d, _: TABLE.within(d), read=read),
)
