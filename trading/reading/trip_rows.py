"""I write a round trip down as a trade, with the names by which a later file goes on from it."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from trading.reading.continuing import ENTRY, EXIT, WORTH
from trading.rows import TradeRow
from trading.trips import Trip

WORTHLESS = Decimal("1e-12")  # an option that expires has no price; the journal keeps the least one it can


def trade_row(
    trip: Trip, *, broker: str, raw: dict[str, str], asset_class: str = "other", account: str = ""
) -> TradeRow:
    """The trip in the money of its fills; `raw` is what the broker says of it besides."""
    shut = trip.exit
    return TradeRow(
        broker=broker,
        broker_trade_id=trip.name,
        symbol=trip.entry.symbol,
        side=trip.side,
        quantity=trip.quantity,
        entry_price=trip.entry_price,
        entry_time=trip.entry.at,
        exit_price=(shut.price or WORTHLESS) if shut else None,
        exit_time=shut.at if shut else None,
        gross_pnl=trip.gross if shut else None,
        pnl=trip.net if shut else None,
        commissions=trip.costs,
        swap=trip.swap,
        asset_class=asset_class,
        raw=raw,
        row=(shut or trip.entry).row,
        account=account,
    )


def names_of(trip: Trip) -> dict[str, str]:
    """What a later file needs to go on from this trade."""
    return {ENTRY: trip.entry.name} | ({EXIT: trip.exit.name} if trip.exit else _worth(trip))


def kept_open(begun: TradeRow, trip: Trip, closed: Iterable[Trip]) -> TradeRow | None:
    """The rest of a position that an earlier file opened, told anew if this file closed a part of it."""
    rows = [other.exit.row for other in closed if other.exit and other.entry.name == trip.entry.name]
    if not rows:
        return None
    raw = {**begun.raw, **_worth(trip)}
    return replace(begun, quantity=trip.quantity, commissions=trip.costs, raw=raw, row=max(rows))


def _worth(trip: Trip) -> dict[str, str]:
    """What an open trade cost, where its price and size do not say so; a later file that closes it needs it."""
    plain = trip.money == trip.quantity * trip.entry_price * trip.entry.multiplier
    return {} if plain else {WORTH: f"{trip.money:f}"}
