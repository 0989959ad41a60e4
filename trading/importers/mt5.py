"""I read the MetaTrader 5 trade history and tester reports, HTML, XLSX or CSV alike."""

import re
from decimal import Decimal

from trading.importers import formats
from trading.reading.document import Document
from trading.reading.errors import StatementIncomplete
from trading.reading.fields import Fields
from trading.reading.gathering import Gathering
from trading.reading.importing import Importer, Wishes
from trading.reading.labels import labelled_numbers
from trading.reading.mt5 import Sections
from trading.reading.mt5_deals import Deals
from trading.reading.mt5_positions import Positions
from trading.reading.texts import plain
from trading.reading.totals import our_totals, reconciled
from trading.rows import Reconciled, Statement

LONGEST = 200
TITLES = ("trade history report", "strategy tester report")
ACCOUNT = re.compile(r"\b([\w*.-]+)\s*\(\s*([A-Z]{3})\s*,([^()]*)\)")
TOTALS = {
    "total net profit": "net_profit",
    "gross profit": "gross_profit",
    "gross loss": "gross_loss",
    "total trades": "total_trades",
    "balance": "balance",
}


def recognises(document: Document, wishes: Wishes) -> bool:
    """By a table of positions or deals, or by the report's own title above tables we shall meet further down."""
    if document.kind == "xml":
        return False
    sections, titled = Sections(), False
    for row in document.head:
        titled = titled or any(cell.lower() in TITLES for cell in row.filled[:3])
        sections.place(row)
        if sections.kind in {"positions", "deals"} or (titled and sections.kind):
            return True
    return False


def read(document: Document, wishes: Wishes) -> Statement:
    gathering, manner = Gathering(), wishes.manner(document)
    sections, positions, deals = Sections(), Positions(gathering), Deals(gathering)
    stated: dict[str, Decimal] = {}
    identity: tuple[str, str, str] | None = None
    seen: set[str] = set()
    for row in document.rows():
        if not row.cell(0)[:1].isdigit() and (totals := labelled_numbers(row, TOTALS, manner)):
            stated |= totals
        identity = identity or _identity(row.filled)
        if sections.place(row):
            seen.add(sections.kind)
        elif row.cell(0).endswith(":"):
            continue  # a summary, whatever table it stands below
        elif sections.kind in {"positions", "open"}:
            seen.add(sections.kind)
            positions.take(Fields(row, sections.columns, manner), closed=sections.kind == "positions")
        elif sections.kind == "deals":
            seen.add("deals")
            deals.take(Fields(row, sections.columns, manner))
    if not seen & {"positions", "deals"}:
        raise StatementIncomplete(
            name=document.name,
            missing="a table of Positions or Deals",
            cure="In MetaTrader 5 choose History > Report and save it again, with the period that holds your trades.",
        )
    account, currency, kind = identity or (None, None, "")
    if positions.rows:
        positions.add_trades(deals)
    else:
        deals.add_trades(hedging="hedg" in kind.lower())
        positions.add_trades(None)
    wishes.tell_zone(manner, gathering)
    return gathering.statement(
        format="mt5",
        broker="mt5",
        reconciliation=_proof(stated, gathering, deals),
        account=account,
        currency=wishes.tell_currency(currency, gathering),
    )


def _identity(cells: list[str]) -> tuple[str, str, str] | None:
    """Number, currency and kind from "5551234 (USD, Broker-Server, real, Hedge)", printed so in every language."""
    found = ACCOUNT.search(" ".join(cells)[:LONGEST]) if len(cells) <= 4 else None
    return (plain(found[1]), found[2], found[3]) if found else None


def _proof(stated: dict[str, Decimal], gathering: Gathering, deals: Deals) -> tuple[Reconciled, ...]:
    """MT5 counts a result with commission, fee and swap. Where a server leaves them out of its totals, that is said."""
    ours = our_totals(gathering.trades)
    net = ours["net_profit"]
    if stated.get("gross_profit", ours["gross_profit"]) != ours["gross_profit"]:
        profits = [trade.gross_pnl or Decimal(0) for trade in gathering.trades if not trade.is_open]
        bare = sum((profit for profit in profits if profit > 0), Decimal(0))
        if stated["gross_profit"] == bare:
            gathering.note("this report's Gross Profit and Gross Loss leave out commission and swap")
            ours["gross_profit"] = bare
            ours["gross_loss"] = sum((profit for profit in profits if profit < 0), Decimal(0))
            if stated.get("net_profit") == sum(profits, Decimal(0)):
                ours["net_profit"] = sum(profits, Decimal(0))
    if "gross_loss" in stated:
        stated["gross_loss"] = -abs(stated["gross_loss"])
    if "balance" not in stated and deals.last_balance is not None:
        stated["balance"] = deals.last_balance
    if deals.opening_balance is not None:
        open_costs = sum((trade.commissions for trade in gathering.trades if trade.is_open), Decimal(0))
        ours["balance"] = deals.opening_balance + deals.cash + net - open_costs
    if not any(trade.is_open for trade in gathering.trades):
        stated |= deals.column_totals
    return reconciled(stated, ours)


formats.register("mt5", Importer(title="MetaTrader 5 report (HTML, XLSX)", recognises=recognises, read=read))
