"""I read the Transaction History of Interactive Brokers in CSV: days without hours, money in the base currency."""

from decimal import Decimal

from trading.importers import formats
from trading.reading.document import Document
from trading.reading.fields import Fields
from trading.reading.fingerprints import Fingerprints
from trading.reading.gathering import Gathering
from trading.reading.ibkr_sections import Sections, is_statement
from trading.reading.importing import Importer, Wishes
from trading.reading.ledger import Entry, Ledger
from trading.reading.texts import word
from trading.reading.totals import reconciled
from trading.rows import Statement
from trading.trips import Fill

NAMES = {
    "date": "date",
    "account": "account",
    "description": "description",
    "transaction type": "type",
    "symbol": "symbol",
    "quantity": "quantity",
    "price": "price",
    "gross amount": "gross",
    "net amount": "net",
    "commission": "commission",
    "price currency": "price_currency",
    "field name": "name",
    "field value": "value",
}
HISTORY = "transaction history"
SAME_ROW = ("date", "account", "description", "type", "symbol", "quantity", "price", "gross", "commission")
ZERO = Decimal(0)
TRADED = {"buy", "sell", "assignment", "exercise"}


def recognises(document: Document, wishes: Wishes) -> bool:
    return is_statement(document) and any(word(row.cell(0)) == HISTORY for row in document.head)


def read(document: Document, wishes: Wishes) -> Statement:
    gathering, manner, fingerprints = Gathering(), wishes.manner(document), Fingerprints()
    manner.order = wishes.order(document)
    ledger, cash, stated = Ledger(gathering, wishes, broker="ibkr"), ZERO, {}
    for section, kind, fields in Sections(NAMES).rows(document, manner):
        with gathering.row(fields.row.number):
            if section == "summary" and word(fields.text("name")) == "base currency":
                ledger.base = fields.text("value").upper()
            elif section == "summary" and word(fields.text("name")) == "change":
                stated = {"cash": fields.number("value")}
            elif section == HISTORY and kind == "data":
                cash += fields.amount("net")
                if word(fields.text("type")) in TRADED and fields.optional("quantity"):
                    _take(fields, ledger, fingerprints)
    ledger.add_trades()
    wishes.tell_zone(manner, gathering)
    return gathering.statement(
        format="ibkr_transactions",
        broker="ibkr",
        account=ledger.account(),
        currency=ledger.currency() or ledger.base,
        reconciliation=reconciled(stated, {"cash": cash}),
    )


def _take(fields: Fields, ledger: Ledger, fingerprints: Fingerprints) -> None:
    quantity, gross, account = fields.number("quantity"), fields.number("gross"), fields.text("account")
    symbol = fields.needed("symbol")
    fill = Fill(
        name=fingerprints.of(fields.text(name) for name in SAME_ROW),
        book=f"{account}/{symbol}",
        symbol=symbol,
        buys=quantity > 0,
        quantity=abs(quantity),
        price=fields.number("price"),
        at=fields.moment("date"),
        costs=-fields.amount("commission") + ZERO,
        worth=abs(gross),
        row=fields.row.number,
    )
    ledger.take(Entry(fill=fill, raw=fields.raw(), currency=ledger.base or "", account=account))


formats.register(
    "ibkr_transactions",
    Importer(title="Interactive Brokers transaction history (CSV)", recognises=recognises, read=read),
)
