"""I read the journal of FTMO's Account MetriX: its header is translated, its columns keep their places."""

from dataclasses import replace
from decimal import Decimal

from trading.importers import formats
from trading.reading.document import Document
from trading.reading.errors import CellRefused, StatementIncomplete
from trading.reading.fields import Fields
from trading.reading.gathering import Gathering
from trading.reading.importing import Importer, Wishes
from trading.reading.mt4 import mt4_columns
from trading.reading.rows import Row
from trading.reading.texts import word
from trading.reading.times import NotAMoment, naive_moment
from trading.rows import Side, Statement, TradeRow

FIRST = (
    "id entry_time side quantity symbol entry_price stop_loss take_profit exit_time exit_price swap commission profit"
)
SHORT = {name: index for index, name in enumerate((*FIRST.split(), "duration"))}
LONG = {name: index for index, name in enumerate((*FIRST.split(), "pips", "duration"))}
SIDES: dict[str, Side] = {"buy": "long", "sell": "short"}
HOUR = 3_600


def columns_of(row: Row) -> dict[str, int] | None:
    """A row is MetriX's if its last column holds the very seconds between its two times, or an hour more or less."""
    columns = {14: SHORT, 15: LONG}.get(len(row.cells) - (row.cells[-1:] == [""]))
    if columns is None or word(row.cell(2)) not in SIDES or not row.cell(0).isdigit():
        return None
    try:
        opened, shut = (naive_moment(row.cell(columns[name]), "dmy") for name in ("entry_time", "exit_time"))
        held = Decimal(row.cell(columns["duration"]).replace(" ", ""))
    except (NotAMoment, ArithmeticError):
        return None
    return columns if abs((shut - opened).total_seconds() - float(held)) % HOUR < 2 else None


def recognises(document: Document, wishes: Wishes) -> bool:
    if document.kind not in {"text", "xlsx"} or any(mt4_columns(row) for row in document.head[:10]):
        return False
    return any(columns_of(row) for row in document.head[:20])


def read(document: Document, wishes: Wishes) -> Statement:
    gathering, manner = Gathering(), wishes.manner(document)
    manner.order = wishes.order(document)
    columns: dict[str, int] | None = None
    for row in document.rows():
        columns = columns or columns_of(row)
        if columns and row.cell(0)[:1].isdigit():
            with gathering.row(row.number):
                gathering.add(_trade(Fields(row, columns, manner)))
    if columns is None:
        raise StatementIncomplete(name=document.name, missing="rows of trades", cure="Export the journal again as CSV.")
    wishes.tell_zone(manner, gathering)
    return gathering.statement(format="ftmo_metrix", broker="ftmo", currency=wishes.currency)


def _trade(fields: Fields) -> TradeRow:
    """Profit is before swap and commission."""
    side = word(fields.text("side"))
    if side not in SIDES:
        raise CellRefused("type", f"{side[:30]!r} is neither buy nor sell; export the journal again")
    profit, costs, swap = fields.number("profit"), -fields.amount("commission") + Decimal(0), fields.amount("swap")
    entry = fields.moment("entry_time")
    trade = TradeRow(
        broker="ftmo",
        broker_trade_id=fields.needed("id"),
        symbol=fields.needed("symbol"),
        side=SIDES[side],
        quantity=fields.number("quantity"),
        entry_price=fields.number("entry_price"),
        entry_time=entry,
        exit_price=fields.number("exit_price"),
        exit_time=fields.moment_after("exit_time", entry),
        gross_pnl=profit,
        pnl=profit - costs + swap,
        commissions=costs,
        swap=swap,
        raw=fields.raw(),
        row=fields.row.number,
    )
    return replace(trade, stop_loss=fields.level("stop_loss"), take_profit=fields.level("take_profit"))


formats.register(
    "ftmo_metrix", Importer(title="FTMO Account MetriX journal (CSV)", recognises=recognises, read=read, streams=True)
)
