"""I read Kraken's trades export; a trade with margin may be short, one without sells only what was bought."""

from trading.importers import formats
from trading.reading.crypto import Spot, split_pair, take_spot
from trading.reading.document import Document
from trading.reading.fields import Fields
from trading.reading.gathering import Gathering
from trading.reading.importing import Importer, Wishes
from trading.reading.ledger import Ledger
from trading.reading.sides import bought
from trading.reading.table import Table
from trading.rows import Statement

COLUMNS = "txid ordertxid pair time type ordertype price cost fee vol margin misc ledgers"
TABLE = Table(
    names={name: name for name in COLUMNS.split()},
    needed=("txid", "pair", "time", "type", "price", "fee", "vol"),
)


def read(document: Document, wishes: Wishes) -> Statement:
    gathering, manner = Gathering(), wishes.manner_in_utc(document)
    ledger = Ledger(gathering, wishes, broker="kraken")
    for _, fields in TABLE.rows(document, manner):
        with gathering.row(fields.row.number):
            take_spot(ledger, _spot(fields))
    ledger.add_trades()
    return gathering.statement(format="kraken", broker="kraken", currency=ledger.currency())


def _spot(fields: Fields) -> Spot:
    base, quote = split_pair(fields.needed("pair"))
    return Spot(
        name=fields.needed("txid"),
        symbol=fields.needed("pair"),
        base=base,
        quote=quote,
        buys=bought(fields, "type"),
        quantity=fields.number("vol"),
        price=fields.number("price"),
        funds=fields.optional("cost") or None,
        fee=fields.amount("fee"),
        at=fields.moment("time"),
        leveraged=fields.amount("margin") > 0,
        row=fields.row.number,
        raw=fields.raw(),
    )


formats.register("kraken", Importer(title="Kraken trades (CSV)", recognises=lambda d, _: TABLE.within(d), read=read))
