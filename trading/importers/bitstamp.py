"""I read Bitstamp's transaction history, the old export with units beside the numbers and the new one without."""

from decimal import Decimal

from trading.importers import formats
from trading.reading.crypto import Spot, take_spot, with_unit
from trading.reading.document import Document
from trading.reading.errors import CellRefused
from trading.reading.fields import Fields
from trading.reading.fingerprints import Fingerprints
from trading.reading.gathering import Gathering
from trading.reading.importing import Importer, Wishes
from trading.reading.ledger import Ledger
from trading.reading.numbers import NOTHING
from trading.reading.sides import bought
from trading.reading.table import Table
from trading.reading.texts import word
from trading.rows import Statement

TABLE = Table(
    names={
        "id": "id",
        "type": "type",
        "datetime": "time",
        "account": "account",
        "amount": "amount",
        "amount currency": "amount_unit",
        "value": "value",
        "value currency": "value_unit",
        "rate": "rate",
        "rate currency": "rate_unit",
        "fee": "fee",
        "fee currency": "fee_unit",
        "sub type": "side",
        "subtype": "side",
        "order id": "order",
    },
    needed=("type", "time", "account", "amount", "value", "rate", "fee", "side"),
)
SAME_ROW = ("time", "account", "amount", "value", "rate", "fee", "side")


def read(document: Document, wishes: Wishes) -> Statement:
    gathering, manner, fingerprints = Gathering(), wishes.manner_in_utc(document), Fingerprints()
    ledger = Ledger(gathering, wishes, broker="bitstamp")
    for _, fields in TABLE.rows(document, manner):
        if word(fields.text("type")) in {"market", "trade"}:
            with gathering.row(fields.row.number):
                take_spot(ledger, _spot(fields, fingerprints))
    ledger.add_trades()
    return gathering.statement(format="bitstamp", broker="bitstamp", currency=ledger.currency())


def _money(fields: Fields, name: str) -> tuple[Decimal, str]:
    text, unit = with_unit(fields.bare(name))
    unit = unit or fields.text(f"{name}_unit").upper()
    if text in NOTHING and name == "fee":
        return Decimal(0), unit
    if not unit:
        raise CellRefused(name, "names no currency; export the transactions again")
    return fields.manner.number(name, text), unit


def _spot(fields: Fields, fingerprints: Fingerprints) -> Spot:
    (quantity, base), (value, quote) = _money(fields, "amount"), _money(fields, "value")
    fee, fee_coin = _money(fields, "fee")
    return Spot(
        name=fields.text("id") or fingerprints.of(fields.text(name) for name in SAME_ROW),
        symbol=f"{base}{quote}",
        base=base,
        quote=quote,
        buys=bought(fields, "side"),
        quantity=quantity,
        price=_money(fields, "rate")[0],
        funds=value,
        fee=fee,
        fee_coin=fee_coin,
        at=fields.moment("time"),
        row=fields.row.number,
        raw=fields.raw(),
    )


formats.register(
    "bitstamp", Importer(title="Bitstamp transactions (CSV)", recognises=lambda d, _: TABLE.within(d), read=read)
)
