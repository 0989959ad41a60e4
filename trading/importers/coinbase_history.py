"""I read Coinbase's own transaction history: purchases and sales; conversions have no price pair and are told aside."""

from collections import Counter
from decimal import Decimal

from trading.importers import formats
from trading.reading.crypto import Spot, take_spot
from trading.reading.document import Document
from trading.reading.fields import Fields
from trading.reading.fingerprints import Fingerprints
from trading.reading.gathering import Gathering
from trading.reading.importing import Importer, Wishes
from trading.reading.ledger import Ledger
from trading.reading.table import Table
from trading.reading.texts import word
from trading.rows import Statement

TABLE = Table(
    names={
        "id": "id",
        "timestamp": "time",
        "transaction type": "type",
        "asset": "asset",
        "subtotal": "subtotal",
        "quantity transacted": "quantity",
        "price currency": "currency",
        "spot price currency": "currency",
        "price at transaction": "price",
        "spot price at transaction": "price",
        "notes": "notes",
        "total (inclusive of fees and/or spread)": "total",
        "total (inclusive of fees)": "total",
        "fees and/or spread": "fee",
        "fees": "fee",
    },
    needed=("time", "type", "asset", "quantity", "currency", "price", "subtotal", "total"),
)
TRADED = {
    "buy": True,
    "advanced trade buy": True,
    "advance trade buy": True,
    "sell": False,
    "advanced trade sell": False,
    "advance trade sell": False,
}
SAME_ROW = ("id", "time", "type", "asset", "quantity", "currency", "price", "subtotal")


def read(document: Document, wishes: Wishes) -> Statement:
    gathering, manner, fingerprints = Gathering(), wishes.manner_in_utc(document), Fingerprints()
    manner.order = wishes.order(document)
    ledger = Ledger(gathering, wishes, broker="coinbase")
    others: Counter[str] = Counter()
    for _, fields in TABLE.rows(document, manner):
        with gathering.row(fields.row.number):
            if word(fields.text("type")) in TRADED:
                take_spot(ledger, _spot(fields, fingerprints))
            else:
                others[fields.text("type")] += 1
    ledger.add_trades()
    if others:
        kinds = ", ".join(f"{kind} {times}" for kind, times in others.most_common(12))
        gathering.note(f"{others.total()} rows are no trades: {kinds}")
    return gathering.statement(format="coinbase_history", broker="coinbase", currency=ledger.currency())


def _spot(fields: Fields, fingerprints: Fingerprints) -> Spot:
    """The subtotal is before the fee or spread; ids of old exports are cut, so the whole row names the trade."""
    asset, currency = fields.needed("asset").upper(), fields.needed("currency").upper()
    subtotal = fields.optional("subtotal")
    return Spot(
        name=fingerprints.of(fields.text(name) for name in SAME_ROW),
        symbol=f"{asset}-{currency}",
        base=asset,
        quote=currency,
        buys=TRADED[word(fields.text("type"))],
        quantity=abs(fields.number("quantity")),
        price=fields.number("price"),
        funds=None if subtotal is None else abs(subtotal),
        fee=abs(fields.amount("fee")) + Decimal(0),
        at=fields.moment("time"),
        row=fields.row.number,
        raw=fields.raw(),
    )


formats.register(
    "coinbase_history",
    Importer(title="Coinbase transactions (CSV)", recognises=lambda d, _: TABLE.within(d), read=read),
)
