"""I read Charles Schwab's transaction history; amounts are what counts, splits add shares without money."""

import re
from datetime import datetime
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
from trading.reading.totals import reconciled
from trading.rows import Statement
from trading.trips import Effect, Fill

TABLE = Table(
    names={
        "date": "date",
        "action": "action",
        "symbol": "symbol",
        "description": "description",
        "quantity": "quantity",
        "price": "price",
        "fees & comm": "fees",
        "amount": "amount",
    },
    needed=("date", "action", "symbol", "quantity", "price", "fees", "amount"),
)
ACTIONS: dict[str, tuple[bool, Effect]] = {
    "buy": (True, "net"),
    "reinvest shares": (True, "open"),
    "buy to open": (True, "open"),
    "buy to close": (True, "close"),
    "buy to cover": (True, "close"),
    "sell": (False, "close"),
    "sell to close": (False, "close"),
    "sell to open": (False, "open"),
    "sell short": (False, "open"),
}
SPLITS = {"stock split", "stock div dist"}
SHARES_ONLY = {
    *("reverse split", "spin-off", "stock merger", "name change", "conversion", "journaled shares"),
    *("security transfer", "mandatory reorg exc"),
}
EXPIRIES = {"expired", "assigned", "exchange or exercise"}
OPTION = re.compile(r".+\s(?:\d{6}[CP]\d+|\d{2}/\d{2}/\d{4} [\d.]+ [CP])")
SAME_ROW = ("date", "action", "symbol", "quantity", "price", "fees", "amount")
AS_OF = re.compile(r".*\bas of\s+", re.IGNORECASE)
TOTAL = "transactions total"
CONTRACT = Decimal(100)


def read(document: Document, wishes: Wishes) -> Statement:
    gathering, manner, fingerprints = Gathering(), wishes.manner(document), Fingerprints()
    manner.order = "mdy"
    ledger, cash, stated = Ledger(gathering, wishes, broker="schwab"), Decimal(0), {}
    expired: list[Fields] = []
    for _, fields in TABLE.rows(document, manner):
        with gathering.row(fields.row.number):
            if word(fields.bare("date")) == TOTAL:
                stated = {"cash": fields.number("amount")}
                continue
            cash += fields.amount("amount")
            if word(fields.text("action")) in EXPIRIES:
                expired.append(fields)
            else:
                _take(fields, ledger, fingerprints)
    for fields in expired:
        with gathering.row(fields.row.number):
            _expire(fields, ledger, fingerprints)
    ledger.add_trades()
    wishes.tell_zone(manner, gathering)
    proof = reconciled(stated, {"cash": cash})
    return gathering.statement(format="schwab", broker="schwab", currency=ledger.currency(), reconciliation=proof)


def _take(fields: Fields, ledger: Ledger, fingerprints: Fingerprints) -> None:
    action, symbol = word(fields.text("action")), fields.text("symbol")
    if action in SHARES_ONLY and symbol:
        what = f"row {fields.row.number}: {fields.text('action')} of {symbol}"
        ledger.gathering.note(f"{what} moves shares without a price and is no trade; check that position")
    if action not in ACTIONS | dict.fromkeys(SPLITS) or not symbol:
        return
    split = action in SPLITS
    buys, effect = ACTIONS.get(action, (True, "split"))
    quantity = abs(fields.number("quantity"))
    option = bool(OPTION.fullmatch(symbol))
    price = Decimal(1) if split else fields.number("price")
    amount, fees = fields.optional("amount"), fields.amount("fees")
    worth = None if split or amount is None else abs(amount) + (-fees if buys else fees)
    fill = Fill(
        name=fingerprints.of(fields.text(name) for name in SAME_ROW),
        book=symbol,
        symbol=symbol,
        buys=buys,
        quantity=quantity,
        price=price,
        at=_moment(fields),
        effect=effect,
        multiplier=CONTRACT if option else Decimal(1),
        costs=Decimal(0) if split else fees,
        worth=worth,
        row=fields.row.number,
    )
    ledger.take(Entry(fill=fill, raw=fields.raw(), asset_class="option" if option else "stock", currency="USD"))


def _expire(fields: Fields, ledger: Ledger, fingerprints: Fingerprints) -> None:
    """An option that expires or is assigned closes for nothing; which way round, its other rows tell."""
    symbol, quantity = fields.needed("symbol"), abs(fields.number("quantity"))
    fills = [entry.fill for entry in ledger.entries.values() if entry.fill.symbol == symbol]
    held = sum((fill.quantity if fill.buys else -fill.quantity for fill in fills), Decimal(0))
    fill = Fill(
        name=fingerprints.of(fields.text(name) for name in SAME_ROW),
        book=symbol,
        symbol=symbol,
        buys=held < 0,
        quantity=quantity,
        price=Decimal(0),
        at=_moment(fields),
        effect="close",
        worth=Decimal(0),
        row=fields.row.number,
    )
    ledger.take(Entry(fill=fill, raw=fields.raw(), asset_class="option", currency="USD"))


def _moment(fields: Fields) -> datetime:
    return fields.manner.moment("date", AS_OF.sub("", fields.bare("date")), fields.row.number)


formats.register(
    "schwab", Importer(title="Charles Schwab transactions (CSV)", recognises=lambda d, _: TABLE.within(d), read=read)
)
