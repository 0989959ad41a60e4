"""I read the MetaTrader 4 account history as copied or saved to CSV."""

from trading.importers import formats
from trading.reading.document import Document
from trading.reading.errors import StatementIncomplete
from trading.reading.gathering import Gathering
from trading.reading.importing import Importer, Wishes
from trading.reading.mt4 import Mt4Table, mt4_columns
from trading.rows import Statement

HEADER_WITHIN = 10


def recognises(document: Document, wishes: Wishes) -> bool:
    return document.kind in {"text", "xlsx"} and any(mt4_columns(row) for row in document.head[:HEADER_WITHIN])


def read(document: Document, wishes: Wishes) -> Statement:
    gathering, manner = Gathering(), wishes.manner(document)
    table, columns = Mt4Table(gathering, manner), None
    for row in document.rows():
        if found := mt4_columns(row):
            columns = found
        elif columns:
            table.take(row, columns)
    if columns is None:
        raise StatementIncomplete(
            name=document.name,
            missing="the header Ticket, Open Time, Type, Size, Item, Price …",
            cure="Save the account history with its header line.",
        )
    wishes.tell_zone(manner, gathering)
    if table.pending:
        gathering.note(f"{table.pending} pending orders were never filled and are no trades")
    if any(trade.stop_loss for trade in gathering.trades):
        gathering.note("S/L and T/P are the last ones set, so no initial risk is taken from them")
    return gathering.statement(format="mt4_csv", broker="mt4", currency=wishes.currency)


formats.register("mt4_csv", Importer(title="MetaTrader 4 history (CSV)", recognises=recognises, read=read))
