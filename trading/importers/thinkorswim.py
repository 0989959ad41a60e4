"""I read the thinkorswim account statement: deals from the cash balance, what they open or close from the trades."""

from trading.importers import formats
from trading.reading.document import Document
from trading.reading.errors import StatementIncomplete
from trading.reading.fields import Manner
from trading.reading.gathering import Gathering
from trading.reading.importing import Importer, Wishes
from trading.reading.ledger import Ledger
from trading.reading.thinkorswim import History, Section, section_of
from trading.reading.thinkorswim_cash import Cash
from trading.reading.totals import reconciled
from trading.rows import Statement


def recognises(document: Document, wishes: Wishes) -> bool:
    return document.kind in {"text", "xlsx"} and any(section_of(row) for row in document.head)


def read(document: Document, wishes: Wishes) -> Statement:
    gathering, manner = Gathering(), _manner(document, wishes)
    ledger = Ledger(gathering, wishes, broker="thinkorswim")
    ledger.base = ledger.base or "USD"
    history, cash = History(manner), Cash(manner, ledger)
    section: Section | None = None
    seen: set[str] = set()
    for row in document.rows():
        if found := section_of(row):
            section = found
            seen.add(section.kind)
        elif len(row.filled) <= 1 and not row.cell(0)[:1].isdigit():
            section = None
        elif section and section.kind == "trades":
            with gathering.row(row.number):
                history.take(row, section)
        elif section:
            with gathering.row(row.number):
                cash.take(row, section)
    if not seen & {"cash", "futures", "trades"}:
        raise StatementIncomplete(
            name=document.name, missing="its Cash Balance", cure="Export the whole account statement to a file."
        )
    cash.add_deals(history)
    ledger.add_trades()
    wishes.tell_zone(manner, gathering)
    return gathering.statement(
        format="thinkorswim",
        broker="thinkorswim",
        currency=wishes.tell_currency("USD", gathering),
        reconciliation=reconciled(cash.stated | cash.running, cash.ours),
    )


def _manner(document: Document, wishes: Wishes) -> Manner:
    manner = wishes.manner(document)
    manner.order = "mdy"  # a program of the United States, whatever the computer's language
    return manner


formats.register("thinkorswim", Importer(title="thinkorswim account statement (CSV)", recognises=recognises, read=read))
