"""I read Binance's spot trade history, with units glued to the numbers or in columns of their own."""

from collections.abc import Mapping

from trading.importers import formats
from trading.reading.crypto import Spot, split_pair, take_spot, with_unit
from trading.reading.document import Document
from trading.reading.errors import CellRefused
from trading.reading.fields import Fields
from trading.reading.fingerprints import Fingerprints
from trading.reading.gathering import Gathering
from trading.reading.importing import Importer, Wishes
from trading.reading.ledger import Ledger
from trading.reading.sides import bought
from trading.reading.table import Table
from trading.rows import Statement

GLUED = Table(
    names={
        "date": "time",
        "pair": "pair",
        "side": "side",
        "price": "price",
        "trade id": "id",
        "executed": "quantity",
        "amount": "funds",
        "fee": "fee",
    },
    needed=("time", "pair", "side", "price", "quantity", "funds", "fee"),
)
APART = Table(
    names={
        "date": "time",
        "market": "pair",
        "type": "side",
        "side": "side",
        "price": "price",
        "trade id": "id",
        "amount": "quantity",
        "total": "funds",
        "fee": "fee",
        "fee coin": "fee_coin",
    },
    needed=("time", "pair", "side", "price", "quantity", "funds", "fee", "fee_coin"),
)
SAME_ROW = ("time", "pair", "side", "price", "quantity", "funds", "fee", "fee_coin")


def recognises(document: Document, wishes: Wishes) -> bool:
    return GLUED.within(document) or APART.within(document)


def read(document: Document, wishes: Wishes) -> Statement:
    gathering, manner, fingerprints = Gathering(), wishes.manner_in_utc(document), Fingerprints()
    ledger = Ledger(gathering, wishes, broker="binance")
    for _, fields in (GLUED if GLUED.within(document) else APART).rows(document, manner):
        with gathering.row(fields.row.number):
            take_spot(ledger, _spot(fields, fingerprints))
    ledger.add_trades()
    return gathering.statement(format="binance_spot", broker="binance", currency=ledger.currency())


def _spot(fields: Fields, fingerprints: Fingerprints) -> Spot:
    """Units say which coin is base and which is quote; without them the pair's own ending does."""
    amounts: Mapping[str, tuple[str, str]] = {
        name: with_unit(fields.bare(name)) for name in ("quantity", "funds", "fee")
    }
    base, quote = amounts["quantity"][1], amounts["funds"][1]
    if not (base and quote):
        base, quote = split_pair(fields.needed("pair"))
    if not amounts["quantity"][0]:
        raise CellRefused("quantity", "is blank; a trade needs this number")
    number = fields.manner.number
    return Spot(
        name=fields.text("id") or fingerprints.of(fields.text(name) for name in SAME_ROW),
        symbol=fields.needed("pair"),
        base=base,
        quote=quote,
        buys=bought(fields, "side"),
        quantity=number("quantity", amounts["quantity"][0]),
        price=fields.number("price"),
        funds=number("funds", amounts["funds"][0]),
        fee=number("fee", amounts["fee"][0] or "0"),
        fee_coin=amounts["fee"][1] or fields.text("fee_coin").upper(),
        at=fields.moment("time"),
        row=fields.row.number,
        raw=fields.raw(),
    )


formats.register("binance_spot", Importer(title="Binance spot trades (CSV)", recognises=recognises, read=read))
