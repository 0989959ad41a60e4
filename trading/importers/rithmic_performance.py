"""I read Rithmic's performance report: one row per round trip."""

from decimal import Decimal

from trading.importers import formats
from trading.reading.contracts import root_of
from trading.reading.document import Document
from trading.reading.errors import CellRefused, StatementIncomplete
from trading.reading.fields import Fields, Manner
from trading.reading.gathering import Gathering
from trading.reading.importing import Importer, Wishes
from trading.reading.rows import Row
from trading.reading.sides import BOUGHT, SOLD
from trading.reading.table import Header, Table
from trading.reading.texts import plain, word
from trading.reading.totals import our_totals, reconciled
from trading.rows import Statement, TradeRow

TABLE = Table(
    names={
        "accountnumber": "account",
        "account number": "account",
        "account": "account",
        "instrument": "symbol",
        "fill size": "quantity",
        "trade p&l": "gross",
        "trade life span": "held",
        "commission & fees": "costs",
        "entry buy/sell": "side",
        "entry order number": "entry_order",
        "entry price": "entry_price",
        "entry time": "entry_time",
        "exit order number": "exit_order",
        "exit price": "exit_price",
        "exit time": "exit_time",
        "exit buy/sell": "exit_side",
    },
    needed=("quantity", "gross", "side", "entry_price", "entry_time", "exit_price", "exit_time"),
)
SUMS = ("account", "trade p&l")


def read(document: Document, wishes: Wishes) -> Statement:
    gathering, manner = Gathering(), wishes.manner(document)
    manner.order = wishes.order(document)
    report = _Report(gathering, manner)
    for row in document.rows():
        with gathering.row(row.number):
            report.take(row)
    if report.header is None:
        raise StatementIncomplete(name=document.name, missing="its header row", cure="Export it again, expanded.")
    accounts = {trade.account for trade in gathering.trades} - {""}
    if len(accounts) > 1:
        gathering.note(f"the file holds {len(accounts)} accounts; each trade names its own")
    wishes.tell_zone(manner, gathering)
    ours = our_totals(gathering.trades)
    ours["gross_result"] = ours["net_profit"] + ours["commissions"] - ours["swap"]
    return gathering.statement(
        format="rithmic_performance",
        broker="rithmic",
        account=accounts.pop() if len(accounts) == 1 else None,
        currency=wishes.currency,
        reconciliation=reconciled(report.stated, ours),
    )


class _Report:
    """Account and contract stand in columns, or each in a line of its own above the trades, perhaps with its sums."""

    def __init__(self, gathering: Gathering, manner: Manner) -> None:
        self.gathering, self.manner = gathering, manner
        self.header: Header | None = None
        self.account = self.symbol = ""
        self.stated: dict[str, Decimal] = {}
        self._sums: list[str] = []

    def take(self, row: Row) -> None:
        filled = row.filled
        if header := TABLE.header(row):
            self.header = header
        elif tuple(map(word, filled[:2])) == SUMS:
            self._sums = filled
        elif len(filled) <= 3:
            self._take_line(filled)
        elif self.header:
            self.gathering.add(_trade(Fields(row, self.header.columns, self.manner), self.account, self.symbol))

    def _take_line(self, filled: list[str]) -> None:
        name = plain(filled[0])
        if root_of(name):
            self.symbol = name
            return
        self.account = name
        if self._sums and len(filled) == 3:
            for total, text in (("gross_result", filled[1]), ("commissions", filled[2])):
                self.stated[total] = self.stated.get(total, Decimal(0)) + self.manner.number(total, text)


def _trade(fields: Fields, account: str, symbol: str) -> TradeRow:
    """Trade P&L is before commission and fees. Two pieces of the same two orders differ in their prices or times."""
    said = word(fields.text("side"))
    if said not in BOUGHT | SOLD:
        raise CellRefused("side", f"{said[:20]!r} is neither B nor S; export the report again")
    gross, costs = fields.number("gross"), abs(fields.amount("costs")) + Decimal(0)
    entry = fields.moment("entry_time")
    exit_ = fields.moment_after("exit_time", entry)
    orders = fields.text("entry_order"), fields.text("exit_order")
    digits = "".join(filter(str.isdigit, fields.bare("entry_time") + fields.bare("exit_time")))
    return TradeRow(
        broker="rithmic",
        broker_trade_id=f"{orders[0]}+{orders[1]}+{digits}+{fields.text('quantity')}",
        symbol=fields.text("symbol") or symbol or fields.needed("symbol"),
        side="long" if said in BOUGHT else "short",
        quantity=fields.number("quantity"),
        entry_price=fields.number("entry_price"),
        entry_time=entry,
        exit_price=fields.number("exit_price"),
        exit_time=exit_,
        gross_pnl=gross,
        pnl=gross - costs,
        commissions=costs,
        asset_class="future",
        raw=fields.raw(),
        row=fields.row.number,
        account=fields.text("account") or account,
    )


formats.register(
    "rithmic_performance",
    Importer(title="Rithmic performance (CSV)", recognises=lambda d, _: TABLE.within(d), read=read),
)
