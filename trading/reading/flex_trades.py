"""I pair a Flex file's executions, and what earlier files left open, into trades in the account's currency."""

from dataclasses import replace
from decimal import Decimal

from aetheris.money import to_stored
from trading.reading.continuing import continued
from trading.reading.flex import Execution, Flex
from trading.reading.gathering import Gathering
from trading.reading.importing import Wishes
from trading.reading.trip_rows import kept_open, names_of, trade_row
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
            if rest := kept_open(joined.begun[trip.name], trip, trips.closed):
                gathering.add(_in_the_accounts_money(rest))
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


def _trade(trip: Trip, by_row: dict[int, Execution]) -> TradeRow:
    """Amounts go into the account's currency at the rate of the execution that closed the lot."""
    last = by_row[(trip.exit or trip.entry).row]
    raw = last.raw | names_of(trip) | ({} if last.rate == ONE else {RATE: f"{last.rate:f}"})
    category = ASSET_CLASSES.get(last.category, "other")
    row = trade_row(trip, broker=BROKER, raw=raw, asset_class=category, account=last.raw.get("accountId", ""))
    return _times(row, last.rate)
