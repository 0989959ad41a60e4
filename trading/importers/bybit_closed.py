"""I read Bybit's closed P&L: one row per closed position, its result after fees, without the time it was opened."""

from decimal import Decimal

from trading.importers import formats
from trading.reading.crypto import split_pair
from trading.reading.document import Document
from trading.reading.errors import CellRefused
from trading.reading.fields import Fields
from trading.reading.fingerprints import Fingerprints
from trading.reading.gathering import Gathering
from trading.reading.importing import Importer, Wishes
from trading.reading.table import Table
from trading.reading.texts import word
from trading.rows import Side, Statement, TradeRow

TABLE = Table(
    names={
        "contracts": "symbol",
        "market": "symbol",
        "symbol": "symbol",
        "closing direction": "direction",
        "qty": "quantity",
        "quantity": "quantity",
        "closed size": "quantity",
        "entry price": "entry_price",
        "exit price": "exit_price",
        "closed p&l": "pnl",
        "realized p&l": "pnl",
        "closed pnl": "pnl",
        "exit type": "kind",
        "trade time": "time",
        "filled time": "time",
        "order no.": "order",
        "order id": "order",
        "create time": "created",
        "opening fee": "opening_fee",
        "closing fee": "closing_fee",
        "funding fee": "funding",
        "trade type": "direction",
    },
    needed=("symbol", "direction", "quantity", "entry_price", "exit_price", "pnl", "time"),
)
CLOSED_BY: dict[str, Side] = {
    "sell": "long",
    "close long": "long",
    "buy": "short",
    "close short": "short",
    "close sell": "long",
    "close buy": "short",
    "long": "long",
    "short": "short",
}
SAME_ROW = ("order", "symbol", "direction", "quantity", "entry_price", "exit_price", "pnl", "time")
NO_ENTRY_TIME = "this export names no opening time: trades are shown as opened when they were closed"


def read(document: Document, wishes: Wishes) -> Statement:
    gathering, manner, fingerprints = Gathering(), wishes.manner(document), Fingerprints()
    coins: set[str] = set()
    for _, fields in TABLE.rows(document, manner):
        with gathering.row(fields.row.number):
            base, quote = split_pair(fields.needed("symbol").upper().removesuffix("PERP"))
            gathering.add(_trade(fields, fingerprints, inverse=quote == "USD"))
            coins.add(base if quote == "USD" else quote)
    if gathering.trades:
        gathering.note(NO_ENTRY_TIME)
    if len(coins) > 1:
        gathering.note(f"results are in several coins ({', '.join(sorted(coins))}), each trade in its own")
    wishes.tell_zone(manner, gathering)
    currency = wishes.tell_currency(coins.pop() if len(coins) == 1 else None, gathering)
    return gathering.statement(format="bybit_closed", broker="bybit", currency=currency)


def _trade(fields: Fields, fingerprints: Fingerprints, *, inverse: bool) -> TradeRow:
    """Closed P&L is after both fees; the gross result of a linear contract follows from its prices."""
    direction = word(fields.text("direction"))
    if direction not in CLOSED_BY:
        raise CellRefused("direction", f"{direction[:30]!r} is not known; it should be Buy or Sell")
    side, quantity, pnl = CLOSED_BY[direction], fields.number("quantity"), fields.number("pnl")
    entry, exit_, at = fields.number("entry_price"), fields.number("exit_price"), fields.moment("time")
    gross = pnl if inverse else (exit_ - entry) * quantity * (1 if side == "long" else -1)
    return TradeRow(
        broker="bybit",
        broker_trade_id=fingerprints.of(fields.text(name) for name in SAME_ROW),
        symbol=fields.needed("symbol"),
        side=side,
        quantity=quantity,
        entry_price=entry,
        entry_time=at,
        exit_price=exit_,
        exit_time=at,
        gross_pnl=gross,
        pnl=pnl,
        commissions=gross - pnl + Decimal(0),
        asset_class="crypto",
        raw=fields.raw(),
        row=fields.row.number,
    )


formats.register(
    "bybit_closed", Importer(title="Bybit closed P&L (CSV)", recognises=lambda d, _: TABLE.within(d), read=read)
)
