"""I read Charles Schwab's realized gains and losses: one row per closed lot, by days."""

from decimal import Decimal

from trading.importers import formats
from trading.reading.document import Document
from trading.reading.fields import Fields
from trading.reading.fingerprints import Fingerprints
from trading.reading.gathering import Gathering
from trading.reading.importing import Importer, Wishes
from trading.reading.table import Table
from trading.rows import Statement, TradeRow

TABLE = Table(
    names={
        "symbol": "symbol",
        "name": "name",
        "closed date": "exit_time",
        "opened date": "entry_time",
        "quantity": "quantity",
        "proceeds per share": "exit_price",
        "cost per share": "entry_price",
        "proceeds": "proceeds",
        "cost basis (cb)": "cost",
        "gain/loss ($)": "gain",
        "term": "term",
    },
    needed=("symbol", "exit_time", "entry_time", "quantity", "exit_price", "entry_price", "gain"),
)
SAME_ROW = ("symbol", "exit_time", "entry_time", "quantity", "proceeds", "cost", "gain")


def read(document: Document, wishes: Wishes) -> Statement:
    gathering, manner, fingerprints = Gathering(), wishes.manner(document), Fingerprints()
    manner.order = "mdy"
    for _, fields in TABLE.rows(document, manner):
        if fields.bare("entry_time")[:1].isdigit():
            with gathering.row(fields.row.number):
                gathering.add(_trade(fields, fingerprints))
    wishes.tell_zone(manner, gathering)
    currency = wishes.tell_currency("USD", gathering)
    return gathering.statement(format="schwab_gains", broker="schwab", currency=currency)


def _trade(fields: Fields, fingerprints: Fingerprints) -> TradeRow:
    """Fees lie in proceeds and cost and cannot be told apart. A lot closed before it was opened was short."""
    gain, quantity = fields.number("gain"), abs(fields.number("quantity"))
    opened, closed = fields.moment("entry_time"), fields.moment("exit_time")
    short = closed < opened
    prices = fields.number("entry_price"), fields.number("exit_price")
    return TradeRow(
        broker="schwab",
        broker_trade_id=fingerprints.of(fields.text(name) for name in SAME_ROW),
        symbol=fields.needed("symbol"),
        side="short" if short else "long",
        quantity=quantity,
        entry_price=prices[short],
        entry_time=min(opened, closed),
        exit_price=prices[not short],
        exit_time=max(opened, closed),
        gross_pnl=gain,
        pnl=gain,
        commissions=Decimal(0),
        asset_class="stock",
        raw=fields.raw(),
        row=fields.row.number,
    )


formats.register(
    "schwab_gains",
    Importer(title="Charles Schwab realized gains (CSV)", recognises=lambda d, _: TABLE.within(d), read=read),
)
