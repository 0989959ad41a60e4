"""I read Tradovate's Position History: one row per pair of fills, several accounts in one file."""

from trading.importers import formats
from trading.reading.document import Document
from trading.reading.fields import Fields
from trading.reading.gathering import Gathering
from trading.reading.importing import Importer, Wishes
from trading.reading.table import Table
from trading.reading.tradovate import NO_FEES, paired_trade
from trading.rows import Statement

TABLE = Table(
    names={
        "account": "account",
        "contract": "symbol",
        "pair id": "pair",
        "buy fill id": "buy_fill",
        "sell fill id": "sell_fill",
        "paired qty": "quantity",
        "buy price": "buy_price",
        "sell price": "sell_price",
        "p/l": "pnl",
        "currency": "currency",
        "bought timestamp": "bought_at",
        "sold timestamp": "sold_at",
    },
    needed=("symbol", "pair", "quantity", "buy_price", "sell_price", "pnl", "bought_at", "sold_at"),
)

LATER = "it becomes a trade in the export made after it is closed"


def read(document: Document, wishes: Wishes) -> Statement:
    gathering, manner = Gathering(), wishes.manner(document)
    manner.order = "mdy"
    accounts: dict[str, None] = {}
    currencies: set[str] = set()
    for _, fields in TABLE.rows(document, manner):
        if _is_open(fields):
            gathering.note(f"row {fields.row.number}: {fields.text('symbol')} is still open; {LATER}")
            continue
        with gathering.row(fields.row.number):
            gathering.add(paired_trade(fields, fields.needed("pair")))
            accounts.setdefault(fields.text("account"))
            currencies.add(fields.text("currency"))
    if len(accounts) > 1:
        gathering.note(f"the file holds {len(accounts)} accounts; each trade's raw field account names its own")
    gathering.note(NO_FEES)
    wishes.tell_zone(manner, gathering)
    return gathering.statement(
        format="tradovate_positions",
        broker="tradovate",
        account=next(iter(accounts)) if len(accounts) == 1 else None,
        currency=wishes.tell_currency(currencies.pop() or None if len(currencies) == 1 else None, gathering),
    )


def _is_open(fields: Fields) -> bool:
    """A position held stands there without its pair."""
    return bool(fields.bare("symbol")) and not any(map(fields.bare, ("pair", "quantity", "pnl")))


formats.register(
    "tradovate_positions",
    Importer(title="Tradovate Position History (CSV)", recognises=lambda d, _: TABLE.within(d), read=read),
)
