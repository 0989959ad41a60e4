"""I pair a Flex file's executions, and what earlier files left open, into trades in the account's currency."""

from dataclasses import replace
from decimal import Decimal

from aetheris.money import to_stored
from trading.reading.continuing import ENTRY, EXIT, WORTH, Continued, continued
from trading.reading.flex import Execution, Flex
from trading.reading.gathering import Gathering
from trading.reading.importing import Wishes
from trading.reading.ledger import WORTHLESS
from trading.rows import TradeRow
from trading.trips import Fill, Method, Trip, build_trips

BROKER = "ibkr"
RATE = "rate"  # under which a trade's own fields keep what its currency was worth
OWN_FIELD = "tradePrice"  # every trade of a Flex file has it, and none of IBKR's other reports
ASSET_CLASSES = {
    "STK": "stock",
    "OPT": "option",
    "FOP": "option",
    "FUT": "future",
    "CASH": "forex",
    "CFD": "cfd",
    "CRYPTO": "crypto",
    "BOND": "bond",
    "FUND": "fund",
    "WAR": "warrant",
    "CMDTY": "commodity",
}
ONE = Decimal(1)


def add_trades(flex: Flex, gathering: Gathering, wishes: Wishes) -> None:
    """A query that rolls over the last days closes what an earlier one left open, first in first out."""
    by_row = {execution.fill.row: execution for execution in flex.executions}
    known = (_in_its_own_money(trade) for trade in wishes.known if trade.broker == BROKER and OWN_FIELD in trade.raw)
    fills = (execution.fill for execution in flex.executions)
    joined = continued(fills, known, paired=wishes.method is not Method.AVERAGE, one_book=_one_book)
    trips = build_trips(joined.fills, wishes.method)
    for trade in joined.told:
        gathering.add(_in_the_accounts_money(trade))
    for trip in trips.closed:
        gathering.add(_trade(trip, by_row))
    for trip in trips.open:
        if trip.name in joined.begun:
            _keep_open(trip, trips.closed, joined, gathering)
        else:
            gathering.add(_trade(trip, by_row))
    for fill, left in trips.unmatched:
        where = "whose opening is not in the file, nor was it imported before"
        reason = f"closes {left} {fill.symbol} {where}; run the query from an earlier date"
        gathering.refuse(fill.row, "openCloseIndicator", reason)


def _one_book(fill: Fill, trade: TradeRow) -> bool:
    """One account and one contract, as far as both files name them."""
    account, _, contract = fill.book.partition("/")
    theirs, conid = trade.raw.get("accountId", ""), trade.raw.get("conid", "")
    same_account = not account or not theirs or account == theirs
    return same_account and (not conid or contract in {conid, trade.symbol})


def _in_its_own_money(trade: TradeRow) -> TradeRow:
    """A known trade as its executions were: in their currency, not yet in the account's."""
    return _times(trade, ONE / Decimal(trade.raw.get(RATE, "1")))


def _in_the_accounts_money(trade: TradeRow) -> TradeRow:
    return _times(trade, Decimal(trade.raw.get(RATE, "1")))


def _times(trade: TradeRow, rate: Decimal) -> TradeRow:
    if rate == ONE:
        return trade
    gross, net = (None if amount is None else to_stored(amount * rate) for amount in (trade.gross_pnl, trade.pnl))
    return replace(trade, gross_pnl=gross, pnl=net, commissions=to_stored(trade.commissions * rate))


def _keep_open(trip: Trip, closed: list[Trip], joined: Continued, gathering: Gathering) -> None:
    """The rest of a position that an earlier file opened is told anew if this one closed a part of it."""
    rows = [other.exit.row for other in closed if other.exit and other.entry.name == trip.entry.name]
    if rows:
        begun = joined.begun[trip.name]
        raw = {**begun.raw, **_worth(trip)}
        told = replace(begun, quantity=trip.quantity, commissions=trip.costs, raw=raw, row=max(rows))
        gathering.add(_in_the_accounts_money(told))


def _trade(trip: Trip, by_row: dict[int, Execution]) -> TradeRow:
    """Amounts go into the account's currency at the rate of the execution that closed the lot."""
    shut = trip.exit
    last = by_row[(shut or trip.entry).row]
    gross, costs = trip.gross * last.rate, trip.costs * last.rate
    return TradeRow(
        broker=BROKER,
        broker_trade_id=trip.name,
        symbol=trip.entry.symbol,
        side=trip.side,
        quantity=trip.quantity,
        entry_price=trip.entry_price,
        entry_time=trip.entry.at,
        exit_price=(shut.price or WORTHLESS) if shut else None,
        exit_time=shut.at if shut else None,
        gross_pnl=gross if shut else None,
        pnl=gross - costs if shut else None,
        commissions=costs,
        asset_class=ASSET_CLASSES.get(last.category, "other"),
        raw=last.raw | _names(trip) | ({} if last.rate == ONE else {RATE: f"{last.rate:f}"}),
        row=last.fill.row,
        account=last.raw.get("accountId", ""),
    )


def _names(trip: Trip) -> dict[str, str]:
    """What a later file needs to go on from this trade."""
    return {ENTRY: trip.entry.name} | ({EXIT: trip.exit.name} if trip.exit else _worth(trip))


def _worth(trip: Trip) -> dict[str, str]:
    """What an open trade cost, where its price and size do not say so."""
    plain = trip.money == trip.quantity * trip.entry_price * trip.entry.multiplier
    return {} if plain else {WORTH: f"{trip.money:f}"}
