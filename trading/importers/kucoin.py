"""I read KuCoin's spot order and trade history, the old export and the one with units in its headers."""

import re

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
        "tradecreatedat": "time",
        "filled time": "time",
        "trade id": "id",
        "tradeid": "id",
        "symbol": "symbol",
        "side": "side",
        "price": "price",
        "avg. filled price": "price",
        "filled price": "price",
        "size": "quantity",
        "filled amount": "quantity",
        "funds": "funds",
        "filled volume": "funds",
        "fee": "fee",
        "feecurrency": "fee_coin",
        "fee currency": "fee_coin",
        "time": "time",
        "pair": "symbol",
        "filledprice": "price",
        "amount": "quantity",
        "volume": "funds",
        "feecoin": "fee_coin",
        "status": "status",
        "order id": "order",
        "orderid": "order",
    },
    needed=("time", "symbol", "side", "price", "quantity", "funds", "fee", "fee_coin"),
    foreign=frozenset({"executed", "realized profit"}),
)
SAME_ROW = ("order", "time", "symbol", "side", "price", "quantity", "funds", "fee")
UNFILLED = re.compile(r"cancel|open|reject", re.IGNORECASE)


def read(document: Document, wishes: Wishes) -> Statement:
    gathering, manner, fingerprints = Gathering(), wishes.manner(document), Fingerprints()
    ledger = Ledger(gathering, wishes, broker="kucoin")
    for _, fields in TABLE.rows(document, manner):
        if UNFILLED.search(fields.text("status")) and not fields.bare("quantity").strip("0."):
            continue
        with gathering.row(fields.row.number):
            take_spot(ledger, _spot(fields, fingerprints))
    ledger.add_trades()
    wishes.tell_zone(manner, gathering)
    return gathering.statement(format="kucoin", broker="kucoin", currency=ledger.currency())


def _spot(fields: Fields, fingerprints: Fingerprints) -> Spot:
    base, quote = split_pair(fields.needed("symbol"))
    return Spot(
        name=fields.text("id") or fingerprints.of(fields.text(name) for name in SAME_ROW),
        symbol=fields.needed("symbol"),
        base=base,
        quote=quote,
        buys=bought(fields, "side"),
        quantity=fields.number("quantity"),
        price=fields.number("price"),
        funds=fields.optional("funds") or None,
        fee=fields.amount("fee"),
        fee_coin=fields.text("fee_coin").upper(),
        at=fields.moment("time"),
        row=fields.row.number,
        raw=fields.raw(),
    )


formats.register(
    "kucoin", Importer(title="KuCoin spot trades (CSV)", recognises=lambda d, _: TABLE.within(d), read=read)
)
