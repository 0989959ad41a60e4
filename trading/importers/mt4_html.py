"""I read the MetaTrader 4 Statement and DetailedStatement, the HTML reports of the terminal and the server."""

import re
from decimal import Decimal

from trading.importers import formats
from trading.reading.document import Document
from trading.reading.errors import StatementIncomplete
from trading.reading.gathering import Gathering
from trading.reading.importing import Importer, Wishes
from trading.reading.labels import labelled_numbers
from trading.reading.mt4 import Mt4Table, mt4_columns
from trading.reading.rows import Row
from trading.reading.texts import plain
from trading.reading.totals import our_totals, reconciled
from trading.rows import Reconciled, Statement

LONGEST = 400
ACCOUNT = re.compile(r"(?:Account|A/C No)\s*:\s*(\S+)")
CURRENCY = re.compile(r"Currency\s*:\s*([A-Z]{3})\b")
TOTALS = {
    "closed trade p/l": "net_profit",
    "closed p/l": "closed_profit",
    "total net profit": "details_net_profit",
    "gross profit": "gross_profit",
    "gross loss": "gross_loss",
    "total trades": "total_trades",
    "deposit/withdrawal": "deposits",
    "previous ledger balance": "opening_balance",
    "balance": "balance",
}


def recognises(document: Document, wishes: Wishes) -> bool:
    return document.kind == "html" and any(mt4_columns(row) for row in document.head)


def read(document: Document, wishes: Wishes) -> Statement:
    gathering, manner = Gathering(), wishes.manner(document)
    table, columns = Mt4Table(gathering, manner), None
    stated: dict[str, Decimal] = {}
    identity: dict[str, str] = {}
    for row in document.rows():
        if found := mt4_columns(row):
            columns = found
        elif totals := labelled_numbers(row, TOTALS, manner):
            stated = totals | stated
        elif columns:
            table.take(row, columns)
        if not columns:
            _identify(row, identity)
    if columns is None:
        raise StatementIncomplete(
            name=document.name,
            missing="the table of Closed Transactions",
            cure="Save it with Account History > Save as Detailed Report.",
        )
    wishes.tell_zone(manner, gathering)
    if table.pending:
        gathering.note(f"{table.pending} pending orders were never filled and are no trades")
    return gathering.statement(
        format="mt4_html",
        broker="mt4",
        reconciliation=_proof(stated, table),
        account=identity.get("account"),
        currency=wishes.tell_currency(identity.get("currency"), gathering),
    )


def _identify(row: Row, identity: dict[str, str]) -> None:
    line = " ".join(row.filled)[:LONGEST]
    for key, pattern in (("account", ACCOUNT), ("currency", CURRENCY)):
        if found := pattern.search(line):
            identity.setdefault(key, plain(found[1]))


def _proof(stated: dict[str, Decimal], table: Mt4Table) -> tuple[Reconciled, ...]:
    """MT4 prints "Closed P/L" as commission + swap + profit + taxes, so it is net; it prints losses unsigned."""
    ours = our_totals(table.gathering.trades)
    ours["closed_profit"] = ours["details_net_profit"] = ours["net_profit"]
    ours["deposits"] = table.cash
    if "gross_loss" in stated:
        stated["gross_loss"] = -abs(stated["gross_loss"])
    if "net_profit" in stated:
        stated.pop("closed_profit", None)
    if stated.get("details_net_profit") == stated.get("net_profit"):
        stated.pop("details_net_profit", None)
    opening = stated.pop("opening_balance", Decimal(0) if table.begins_with_cash else None)
    if opening is not None:  # a balance can only be derived when the history holds what it grew from
        ours["balance"] = opening + table.cash + ours["net_profit"]
    return reconciled(stated, ours)


formats.register("mt4_html", Importer(title="MetaTrader 4 statement (HTML)", recognises=recognises, read=read))
