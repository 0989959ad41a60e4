"""I read Trading 212's history; its totals, in the account's currency and after fees, are what counts."""

from decimal import Decimal

from trading.importers import formats
from trading.reading.document import Document
from trading.reading.fields import Fields
from trading.reading.fingerprints import Fingerprints
from trading.reading.gathering import Gathering
from trading.reading.importing import Importer, Wishes
from trading.reading.ledger import Entry, Ledger
from trading.reading.table import Header, Table
from trading.reading.texts import word
from trading.rows import Statement
from trading.trips import Fill

FEES = (
    *("currency conversion fee", "stamp duty", "stamp duty reserve tax", "ptm levy", "transaction fee", "finra fee"),
    *("french transaction tax", "charge amount", "tax", "withholding tax"),
)
TABLE = Table(
    names={
        "action": "action",
        "time": "time",
        "isin": "isin",
        "ticker": "symbol",
        "no. of shares": "quantity",
        "price/share": "price",
        "currency (price/share)": "price_currency",
        "exchange rate": "rate",
        "result": "result",
        "currency (result)": "result_currency",
        "total": "total",
        "currency (total)": "currency",
        "id": "id",
        **{fee: fee for fee in FEES},
        **{f"currency ({fee})": f"{fee} currency" for fee in FEES},
    },
    needed=("action", "time", "symbol", "quantity", "price", "price_currency"),
)
SAME_ROW = ("action", "time", "isin", "symbol", "quantity", "price")


def read(document: Document, wishes: Wishes) -> Statement:
    gathering, manner, fingerprints = Gathering(), wishes.manner_in_utc(document), Fingerprints()
    manner.order = wishes.order(document)
    ledger = Ledger(gathering, wishes, broker="trading212")
    for header, fields in TABLE.rows(document, manner):
        action = word(fields.text("action"))
        if action.endswith((" buy", " sell")):
            with gathering.row(fields.row.number):
                _take(fields, header, ledger, fingerprints, buys=action.endswith("buy"))
        elif "split" in action or "distribution" in action:
            gathering.note(f"row {fields.row.number}: {action} moves shares and is no trade; check that position")
    ledger.add_trades()
    wishes.tell_zone(manner, gathering)
    return gathering.statement(format="trading212", broker="trading212", currency=ledger.currency())


def _take(fields: Fields, header: Header, ledger: Ledger, fingerprints: Fingerprints, *, buys: bool) -> None:
    currency = (fields.text("currency") or _named_in(header) or fields.text("price_currency")).upper()
    costs = Decimal(0)
    for fee in FEES:
        amount = fields.amount(fee)
        if amount and fields.text(f"{fee} currency").upper() in {"", currency}:
            costs += abs(amount)
        elif amount:
            ledger.foreign_fee(fields.text(f"{fee} currency").upper(), fields.row.number)
    total = fields.optional("total")
    fill = Fill(
        name=fields.text("id") or fingerprints.of(fields.text(name) for name in SAME_ROW),
        book=fields.text("isin") or fields.needed("symbol"),
        symbol=fields.needed("symbol"),
        buys=buys,
        quantity=fields.number("quantity"),
        price=fields.number("price"),
        at=fields.moment("time"),
        effect="open" if buys else "close",
        costs=costs,
        worth=None if total is None else abs(total) + (-costs if buys else costs),
        row=fields.row.number,
    )
    ledger.take(Entry(fill=fill, raw=fields.raw(), asset_class="stock", currency=currency))


def _named_in(header: Header) -> str:
    """Older exports write the currency into the header: Total (EUR)."""
    return next((name[-4:-1].upper() for name in header.columns if name.startswith("total (")), "")


formats.register(
    "trading212", Importer(title="Trading 212 history (CSV)", recognises=lambda d, _: TABLE.within(d), read=read)
)
