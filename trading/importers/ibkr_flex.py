"""I read an Interactive Brokers Flex query in XML: executions into round trips, first in first out."""

from collections import Counter
from decimal import Decimal

from trading.importers import formats
from trading.reading.document import Document
from trading.reading.errors import StatementIncomplete
from trading.reading.fields import Manner
from trading.reading.flex import Execution, Flex, read_flex
from trading.reading.gathering import Gathering
from trading.reading.importing import Importer, Wishes
from trading.reading.ledger import WORTHLESS
from trading.reading.totals import our_totals, reconciled
from trading.rows import Reconciled, Statement, TradeRow
from trading.trips import Fill, Method, Trip, build_trips

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
ZERO = Decimal(0)


def recognises(document: Document, wishes: Wishes) -> bool:
    return document.kind == "xml" and any(
        mark in document.text[:4096] for mark in ("<FlexQueryResponse", "<FlexStatements")
    )


def read(document: Document, wishes: Wishes) -> Statement:
    gathering, manner = Gathering(), wishes.manner(document)
    flex = read_flex(document, manner, gathering, wishes.currency)
    if flex.other_rows and not flex.executions and not gathering.errors:
        raise StatementIncomplete(
            name=document.name,
            missing="executions: it has only orders, lots or summaries",
            cure="In the Flex query's Trades section tick Executions and run it again.",
        )
    return statement_of(flex, gathering, wishes, manner, format="ibkr_flex")


def statement_of(flex: Flex, gathering: Gathering, wishes: Wishes, manner: Manner, *, format: str) -> Statement:
    """Executions, however they were delivered, as trades beside IBKR's own result."""
    _build(flex, gathering, wishes.method)
    wishes.tell_zone(manner, gathering)
    several = len(flex.accounts) > 1
    if several:
        gathering.note(f"the file holds {len(flex.accounts)} accounts; each trade's raw field accountId names its own")
    return gathering.statement(
        format=format,
        broker="ibkr",
        reconciliation=_proof(flex, gathering),
        account=None if several else next(iter(flex.accounts), None),
        currency=wishes.tell_currency(flex.currency, gathering),
    )


def _build(flex: Flex, gathering: Gathering, method: Method) -> None:
    by_row = {execution.fill.row: execution for execution in flex.executions}
    trips = build_trips((execution.fill for execution in flex.executions), method)
    for trip in (*trips.closed, *trips.open):
        gathering.add(_trade(trip, by_row))
    for fill, left in trips.unmatched:
        reason = f"closes {left} {fill.symbol} whose opening is not in the file; run the query from an earlier date"
        gathering.refuse(fill.row, "openCloseIndicator", reason)


def _trade(trip: Trip, by_row: dict[int, Execution]) -> TradeRow:
    """Amounts go into the base currency at the rate of the execution that closed the lot."""
    shut = trip.exit
    last: Fill = shut or trip.entry
    rate = by_row[last.row].rate
    gross, costs = trip.gross * rate, trip.costs * rate
    return TradeRow(
        broker="ibkr",
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
        asset_class=ASSET_CLASSES.get(by_row[last.row].category, "other"),
        raw=by_row[last.row].raw,
        row=last.row,
        account=by_row[last.row].raw.get("accountId", ""),
    )


def _proof(flex: Flex, gathering: Gathering) -> tuple[Reconciled, ...]:
    """IBKR's fifoPnlRealized is net of both commissions. It leaves out plain currency, so neither side counts it."""
    if flex.realized is None:
        gathering.note("the query has no fifoPnlRealized, so there is nothing to prove the result against")
        return ()
    currency_trades = Counter(trade.asset_class for trade in gathering.trades)["forex"]
    if currency_trades:
        gathering.note(f"{currency_trades} currency trades are not part of IBKR's fifoPnlRealized")
    ours = our_totals(trade for trade in gathering.trades if trade.asset_class != "forex")
    return reconciled({"net_profit": flex.realized}, ours)


formats.register("ibkr_flex", Importer(title="Interactive Brokers Flex query (XML)", recognises=recognises, read=read))
