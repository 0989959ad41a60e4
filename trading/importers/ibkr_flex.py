"""I read an Interactive Brokers Flex query in XML: executions into round trips, first in first out."""

from collections import Counter

from trading.importers import formats
from trading.reading.continuing import EXIT
from trading.reading.document import Document
from trading.reading.errors import StatementIncomplete
from trading.reading.fields import Manner
from trading.reading.flex import Flex, read_flex
from trading.reading.flex_trades import add_trades
from trading.reading.gathering import Gathering
from trading.reading.importing import Importer, Wishes
from trading.reading.totals import our_totals, reconciled
from trading.rows import Reconciled, Statement


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
    add_trades(flex, gathering, wishes)
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


def _proof(flex: Flex, gathering: Gathering) -> tuple[Reconciled, ...]:
    """IBKR's fifoPnlRealized is net of both commissions. It leaves out plain currency, so neither side counts it; nor
    does either count what was closed by an execution of an earlier file, though this one may hold its opening."""
    if flex.realized is None:
        gathering.note("the query has no fifoPnlRealized, so there is nothing to prove the result against")
        return ()
    names = {execution.fill.name for execution in flex.executions}
    closed = [trade for trade in gathering.trades if trade.raw.get(EXIT) in names]
    currency_trades = Counter(trade.asset_class for trade in gathering.trades)["forex"]
    if currency_trades:
        gathering.note(f"{currency_trades} currency trades are not part of IBKR's fifoPnlRealized")
    ours = our_totals(trade for trade in closed if trade.asset_class != "forex")
    return reconciled({"net_profit": flex.realized}, ours)


formats.register("ibkr_flex", Importer(title="Interactive Brokers Flex query (XML)", recognises=recognises, read=read))
