"""I read Trading 212's history; its totals, in the account's currency and after fees, are what counts."""

import re
from collections import defaultdict
from decimal import Decimal

from trading.importers import formats
from trading.reading.document import Document
from trading.reading.fields import Fields
from trading.reading.fingerprints import Fingerprints
from trading.reading.gathering import Gathering
from trading.reading.importing import Importer, Wishes
from trading.reading.ledger import Entry, Ledger
from trading.reading.table import Table
from trading.reading.texts import word
from trading.rows import Statement
from trading.trips import Fill

FEES = (
    *("currency conversion fee", "stamp duty", "stamp duty reserve tax", "ptm levy", "transaction fee", "finra fee"),
    *("french transaction tax", "tax", "withholding tax"),
)
CURRENCIES = ("eur", "gbp", "usd", "chf", "pln", "czk", "ron", "huf", "sek", "dkk", "nok", "bgn", "cad", "aud")
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
        **{f"{name} ({currency})": name for name in ("total", "result", *FEES) for currency in CURRENCIES},
    },
    needed=("action", "time", "symbol", "quantity", "price", "price_currency"),
)
TOTAL = re.compile(r"Total \(([A-Z]{3})\)")
SAME_ROW = ("action", "time", "isin", "symbol", "quantity", "price")


def read(document: Document, wishes: Wishes) -> Statement:
    gathering, manner, fingerprints = Gathering(), wishes.manner_in_utc(document), Fingerprints()
    manner.order = wishes.order(document)
    ledger, named = Ledger(gathering, wishes, broker="trading212"), _named_in(document)
    splits: dict[tuple[str, str], list[Fields]] = defaultdict(list)
    for _, fields in TABLE.rows(document, manner):
        action = word(fields.text("action"))
        with gathering.row(fields.row.number):
            if action.endswith((" buy", " sell")):
                _take(fields, named, ledger, fingerprints, buys=action.endswith("buy"))
            elif action.startswith("stock split") and fields.bare("quantity"):
                splits[fields.text("isin") or fields.text("symbol"), fields.bare("time")[:10]].append(fields)
            elif "distribution" in action or action.startswith(("transfer", "stock split")):
                gathering.note(f"row {fields.row.number}: {action} moves shares and is no trade; check that position")
    for rows in splits.values():
        with gathering.row(rows[0].row.number):
            _split(rows, ledger)
    ledger.add_trades()
    wishes.tell_zone(manner, gathering)
    return gathering.statement(format="trading212", broker="trading212", currency=ledger.currency())


def _named_in(document: Document) -> str:
    """Older exports write the currency into the header: Total (EUR)."""
    cells = (cell for row in document.head[:10] for cell in row.cells)
    return next((found[1] for cell in cells if (found := TOTAL.fullmatch(cell.strip()))), "")


def _split(rows: list[Fields], ledger: Ledger) -> None:
    """A split takes the old shares away in one row and gives the new ones in another."""
    added = sum(
        (fields.number("quantity") * (1 if "open" in word(fields.text("action")) else -1) for fields in rows),
        Decimal(0),
    )
    if added:
        fill = Fill(
            name=f"split {rows[0].text('isin')} {rows[0].bare('time')[:10]}",
            book=rows[0].text("isin") or rows[0].needed("symbol"),
            symbol=rows[0].needed("symbol"),
            buys=added > 0,
            quantity=abs(added),
            price=Decimal(1),
            at=rows[0].moment("time"),
            effect="split",
            row=rows[0].row.number,
        )
        ledger.take(Entry(fill=fill, raw=rows[0].raw(), asset_class="stock"))


def _take(fields: Fields, named: str, ledger: Ledger, fingerprints: Fingerprints, *, buys: bool) -> None:
    currency = (fields.text("currency") or named or fields.text("price_currency")).upper()
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


formats.register(
    "trading212", Importer(title="Trading 212 history (CSV)", recognises=lambda d, _: TABLE.within(d), read=read)
)
