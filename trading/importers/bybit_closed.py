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
        "order quantity": "quantity",
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
        "trade type": "kind_or_direction",
    },
    needed=("symbol", "quantity", "entry_price", "exit_price", "pnl", "time"),
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
ZERO = Decimal(0)
DECISIVE = 4  # the wrong side must miss the result by so many times more than the right one


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
    """Closed P&L is after fees and funding; where the file names these, they lead back to the gross result."""
    quantity, pnl, at = fields.number("quantity"), fields.number("pnl"), fields.moment("time")
    entry, exit_ = fields.number("entry_price"), fields.number("exit_price")
    moved = _moved(entry, exit_, quantity, inverse=inverse)
    costs, funding = fields.amount("opening_fee") + fields.amount("closing_fee"), fields.amount("funding")
    stated = "opening_fee" in fields.columns and "closing_fee" in fields.columns
    direction = _direction(fields)
    proven = _side_by_result(moved, pnl + costs + funding) if stated else None
    side = proven or _side_by_word(direction)
    if not stated:
        costs = ZERO if inverse else (moved if side == "long" else -moved) - pnl
    named = (direction if name == "direction" else fields.text(name) for name in SAME_ROW)
    return TradeRow(
        broker="bybit",
        broker_trade_id=fingerprints.of(named),
        symbol=fields.needed("symbol"),
        side=side,
        quantity=quantity,
        entry_price=entry,
        entry_time=at,
        exit_price=exit_,
        exit_time=at,
        gross_pnl=pnl + costs + funding,
        pnl=pnl,
        commissions=costs,
        swap=ZERO - funding,
        asset_class="crypto",
        raw=fields.raw(),
        row=fields.row.number,
    )


def _direction(fields: Fields) -> str:
    """Some exports call the closing direction Trade Type; in others that column says Trade or Liquidation."""
    other = fields.text("kind_or_direction")
    return fields.text("direction") or (other if word(other) in CLOSED_BY else "")


def _side_by_word(direction: str) -> Side:
    if not direction:
        raise CellRefused("direction", "is told neither by a column nor by the result; import the derivatives trades")
    if word(direction) not in CLOSED_BY:
        raise CellRefused("direction", f"{direction[:30]!r} is not known; it should be Buy or Sell")
    return CLOSED_BY[word(direction)]


def _side_by_result(moved: Decimal, gross: Decimal) -> Side | None:
    """The result before fees proves the side: a long one is what the price moved, a short one minus that."""
    if not moved:
        return None
    long_misses, short_misses = abs(moved - gross), abs(moved + gross)
    if DECISIVE * long_misses <= short_misses:
        return "long"
    return "short" if DECISIVE * short_misses <= long_misses else None


def _moved(entry: Decimal, exit_: Decimal, quantity: Decimal, *, inverse: bool) -> Decimal:
    """What a long position of this size made of the move; an inverse contract pays it in the coin."""
    if not inverse:
        return (exit_ - entry) * quantity
    if entry <= 0 or exit_ <= 0:
        raise CellRefused("entry_price", "and exit price must both lie above zero")
    return quantity / entry - quantity / exit_


formats.register(
    "bybit_closed", Importer(title="Bybit closed P&L (CSV)", recognises=lambda d, _: TABLE.within(d), read=read)
)
