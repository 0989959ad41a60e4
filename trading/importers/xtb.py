"""I read XTB's cash operations: shares bought and sold, told in their comments."""

import re
from decimal import Decimal

from trading.importers import formats
from trading.reading.document import Document
from trading.reading.errors import CellRefused
from trading.reading.fields import Fields
from trading.reading.gathering import Gathering
from trading.reading.importing import Importer, Wishes
from trading.reading.ledger import Entry, Ledger
from trading.reading.table import Table
from trading.reading.texts import word
from trading.reading.totals import reconciled
from trading.rows import Statement
from trading.trips import Fill

TABLE = Table(
    names={
        "id": "id",
        "type": "type",
        "time": "time",
        "symbol": "symbol",
        "ticker": "symbol",
        "comment": "comment",
        "amount": "amount",
        "typ": "type",
        "czas": "time",
        "komentarz": "comment",
        "kwota": "amount",
        "tipo": "type",
        "hora": "time",
        "comentario": "comment",
        "importe": "amount",
        "comentário": "comment",
        "valor": "amount",
    },
    needed=("id", "type", "time", "symbol", "comment", "amount"),
)
TRADE = re.compile(r"(?P<what>OPEN|CLOSE) (?P<side>BUY|SELL) (?P<done>[0-9.]+)(?:/[0-9.]+)? @ (?P<price>[0-9.]+)")
CFD = re.compile(r"(?:Profit|Swap|Commission) of position", re.IGNORECASE)


def read(document: Document, wishes: Wishes) -> Statement:
    gathering, manner = Gathering(), wishes.manner(document)
    manner.order = "dmy"  # XTB writes the day first in every language
    ledger, cash, stated = Ledger(gathering, wishes, broker="xtb"), Decimal(0), {}
    for _, fields in TABLE.rows(document, manner):
        with gathering.row(fields.row.number):
            if word(fields.text("type")) == "total":
                stated = {"cash": fields.number("amount")}
                continue
            cash += fields.amount("amount")
            if found := TRADE.match(fields.text("comment")):
                _take(fields, found, ledger)
            elif fields.text("comment").lower().startswith("profit of position"):
                raise CellRefused("comment", "names neither volume nor price; import XTB's closed positions for CFDs")
    ledger.add_trades()
    wishes.tell_zone(manner, gathering)
    proof = reconciled(stated, {"cash": cash})
    return gathering.statement(format="xtb", broker="xtb", currency=ledger.currency(), reconciliation=proof)


def _take(fields: Fields, found: re.Match[str], ledger: Ledger) -> None:
    """The amount is in the account's currency, whatever the share is priced in. Numbers in comments use points."""
    opens = found["what"] == "OPEN"
    fill = Fill(
        name=fields.needed("id") if opens else f"{fields.needed('id')}-close",
        book=f"{fields.needed('symbol')} {found['side']}",
        symbol=fields.needed("symbol"),
        buys=opens == (found["side"] == "BUY"),
        quantity=_decimal(found["done"]),
        price=_decimal(found["price"]),
        at=fields.moment("time"),
        effect="open" if opens else "close",
        worth=abs(fields.number("amount")),
        row=fields.row.number,
    )
    ledger.take(Entry(fill=fill, raw=fields.raw(), asset_class="stock"))


def _decimal(text: str) -> Decimal:
    if text.count(".") > 1 or not text.strip("."):
        raise CellRefused("comment", f"{text[:20]!r} is no number; export the operations again")
    return Decimal(text)


formats.register(
    "xtb", Importer(title="XTB cash operations (CSV, XLSX)", recognises=lambda d, _: TABLE.within(d), read=read)
)
