"""I read Saxo's transactions: each deal is one phrase, "Sell 3 @ 139.74 USD", and its costs lie in the amount."""

import re
from decimal import Decimal

from trading.importers import formats
from trading.reading.document import Document
from trading.reading.errors import CellRefused
from trading.reading.fields import Fields
from trading.reading.fingerprints import Fingerprints
from trading.reading.gathering import Gathering
from trading.reading.importing import Importer, Wishes
from trading.reading.ledger import Entry, Ledger
from trading.reading.phrases import Deal, deal_in
from trading.reading.table import Table
from trading.rows import Statement
from trading.trips import Fill

TABLE = Table(
    names={
        "client id": "account",
        "trade date": "date",
        "type": "type",
        "instrument": "name",
        "event": "event",
        "instrument isin": "isin",
        "instrument currency": "price_currency",
        "instrument symbol": "symbol",
        "amount": "amount",
        "booked amount": "amount",
        "order id": "order",
        "trade id": "id",
        "conversion rate": "rate",
    },
    needed=("date", "type", "name", "event", "amount", "rate"),
)
SAME_ROW = ("account", "date", "isin", "name", "event", "amount")
EXCHANGE = re.compile(r":[a-z]+$")
LARGEST_COST = Decimal("0.05")


def read(document: Document, wishes: Wishes) -> Statement:
    gathering, manner, fingerprints = Gathering(), wishes.manner(document), Fingerprints()
    ledger = Ledger(gathering, wishes, broker="saxo")
    for _, fields in TABLE.rows(document, manner):
        with gathering.row(fields.row.number):
            if deal := deal_in(fields.text("event"), fields.optional("amount")):
                _take(fields, deal, ledger, fingerprints)
    ledger.add_trades()
    wishes.tell_zone(manner, gathering)
    return gathering.statement(format="saxo", broker="saxo", account=ledger.account(), currency=ledger.currency())


def _take(fields: Fields, deal: Deal, ledger: Ledger, fingerprints: Fingerprints) -> None:
    """The amount is in the account's currency; where the conversion rate is one, that is the instrument's own."""
    rate, amount = fields.optional("rate") or Decimal(1), fields.number("amount")
    if (amount > 0) == deal.buys and amount:
        raise CellRefused("amount", f"is {amount} for {deal.words}; a purchase lies below zero, a sale above")
    worth = deal.quantity * deal.price * rate
    costs = (abs(amount) - worth) * (1 if deal.buys else -1)
    if not 0 <= costs <= worth * LARGEST_COST + 30:
        note = f"row {fields.row.number}: the amount {amount} is not {deal.words}; the amount is what counts"
        ledger.gathering.note(note)
        worth, costs = abs(amount), Decimal(0)
    fill = Fill(
        name=fields.text("id") or fingerprints.of(fields.text(name) for name in SAME_ROW),
        book=f"{fields.text('account')}/{fields.text('isin') or fields.needed('name')}",
        symbol=EXCHANGE.sub("", fields.text("symbol")) or fields.needed("name"),
        buys=deal.buys,
        quantity=deal.quantity,
        price=deal.price,
        at=fields.moment("date"),
        costs=costs,
        worth=worth,
        effect="open" if deal.buys else "close",
        row=fields.row.number,
    )
    currency = deal.currency if rate == 1 else ""
    entry = Entry(fill=fill, raw=fields.raw(), asset_class="stock", currency=currency, account=fields.text("account"))
    ledger.take(entry)


formats.register(
    "saxo", Importer(title="Saxo transactions (CSV, XLSX)", recognises=lambda d, _: TABLE.within(d), read=read)
)
