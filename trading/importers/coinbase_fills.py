"""I read the fills report of Coinbase Pro, Exchange and Advanced Trade."""

from decimal import Decimal

from trading.importers import formats
from trading.reading.crypto import Spot, split_pair, take_spot
from trading.reading.document import Document
from trading.reading.fields import Fields
from trading.reading.fingerprints import Fingerprints
from trading.reading.gathering import Gathering
from trading.reading.importing import Importer, Wishes
from trading.reading.ledger import Ledger
from trading.reading.sides import bought
from trading.reading.table import Table
from trading.rows import Statement

TABLE = Table(
    names={
        "portfolio": "account",
        "trade id": "id",
        "product": "symbol",
        "side": "side",
        "created at": "time",
        "size": "quantity",
        "size unit": "unit",
        "price": "price",
        "fee": "fee",
        "total": "total",
        "price/fee/total unit": "quote",
    },
    needed=("symbol", "side", "time", "quantity", "price", "fee", "quote"),
)
SAME_ROW = ("account", "symbol", "side", "time", "quantity", "price", "fee")


def read(document: Document, wishes: Wishes) -> Statement:
    gathering, manner, fingerprints = Gathering(), wishes.manner_in_utc(document), Fingerprints()
    ledger = Ledger(gathering, wishes, broker="coinbase")
    for _, fields in TABLE.rows(document, manner):
        with gathering.row(fields.row.number):
            take_spot(ledger, _spot(fields, fingerprints))
    ledger.add_trades()
    return gathering.statement(format="coinbase_fills", broker="coinbase", currency=ledger.currency())


def _spot(fields: Fields, fingerprints: Fingerprints) -> Spot:
    """The total is signed and after the fee: what was paid for a purchase, what came in for a sale."""
    base, quote = split_pair(fields.needed("symbol"))
    buys, fee, total = bought(fields, "side"), fields.amount("fee"), fields.optional("total")
    funds = None if total is None else abs(total) + (-fee if buys else fee) + Decimal(0)
    number = fields.text("id")
    return Spot(
        name=f"{fields.needed('symbol')}:{number}" if number else fingerprints.of(fields.text(n) for n in SAME_ROW),
        symbol=fields.needed("symbol"),
        base=base,
        quote=quote,
        buys=buys,
        quantity=fields.number("quantity"),
        price=fields.number("price"),
        funds=funds,
        fee=fee,
        fee_coin=fields.text("quote").upper(),
        at=fields.moment("time"),
        row=fields.row.number,
        raw=fields.raw(),
    )


formats.register(
    "coinbase_fills", Importer(title="Coinbase fills (CSV)", recognises=lambda d, _: TABLE.within(d), read=read)
)
