"""I read the balance history of TradingView's paper trading: each sentence of it that closes a position is a trade."""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from trading.importers import formats
from trading.reading.contracts import root_of
from trading.reading.document import Document
from trading.reading.errors import CellRefused
from trading.reading.fields import Fields
from trading.reading.fingerprints import Fingerprints
from trading.reading.gathering import Gathering
from trading.reading.importing import Importer, Wishes
from trading.reading.table import Table
from trading.reading.totals import our_totals, reconciled
from trading.rows import Side, Statement, TradeRow
from trading.trips import part_of

TABLE = Table(
    names={
        **dict.fromkeys(("time", "zeit"), "time"),
        **dict.fromkeys(("balance before", "saldo vor"), "before"),
        **dict.fromkeys(("balance after", "saldo nach"), "after"),
        **dict.fromkeys(("realized p&l (value)", "realized pnl (value)", "realisierter g&v (wert)"), "result"),
        **dict.fromkeys(
            ("realized p&l (currency)", "realized pnl (currency)", "realisierter g&v (währung)"), "currency"
        ),
        **dict.fromkeys(("action", "aktion"), "action"),
    },
    needed=("time", "result", "action"),
)
CLOSED = re.compile(
    r"Close (?P<side>long|short) position for symbol (?P<symbol>\S+) at price (?P<price>[0-9.]+)"
    r" for (?P<units>[0-9.]+) units?\.?(?: Position AVG Price was (?P<entry>[0-9.]+).*)?"
)
ENTERED = re.compile(r"Enter position for symbol (?P<symbol>\S+) at price [0-9.]+ for (?P<units>[0-9.]+) units?\.?.*")
COMMISSION = "Commission for: "
SIDES: dict[str, Side] = {"long": "long", "short": "short"}
NO_ENTRY_TIME = "this export names no opening time: trades are shown as opened when they were closed"
ZERO = Decimal(0)


@dataclass(slots=True)
class Entered:
    """What is left of an entry that cost a commission: only such entries leave a line in this history."""

    at: datetime
    units: Decimal
    cost: Decimal

    def take(self, units: Decimal) -> Decimal:
        part = part_of(self.cost, units, self.units)
        self.units, self.cost = self.units - units, self.cost - part
        return part


def read(document: Document, wishes: Wishes) -> Statement:
    gathering, manner = Gathering(), wishes.manner(document)
    manner.order = wishes.order(document)
    history = _History(gathering)
    for _, fields in TABLE.rows(document, manner):
        with gathering.row(fields.row.number):
            history.take(fields)
    history.add_trades()
    wishes.tell_zone(manner, gathering)
    currency = next(iter(history.currencies)) if len(history.currencies) == 1 else None
    return gathering.statement(
        format="tradingview_balance",
        broker="tradingview",
        currency=wishes.tell_currency(currency, gathering),
        reconciliation=reconciled(history.stated(), our_totals(gathering.trades) | history.ours()),
    )


class _History:
    """The lines of the file in the order of time, whichever way round they are printed."""

    def __init__(self, gathering: Gathering) -> None:
        self.gathering = gathering
        self.lines: list[tuple[datetime, Fields, Decimal]] = []
        self.balances: dict[int, tuple[Decimal, Decimal]] = {}
        self.currencies: dict[str, None] = {}
        self.spent: dict[str, list[Decimal]] = defaultdict(list)
        self.entered: dict[str, list[Entered]] = defaultdict(list)
        self.others = ZERO
        self.other_count = 0
        self.untimed = False

    def take(self, fields: Fields) -> None:
        before, after = fields.optional("before"), fields.optional("after")
        self.lines.append((fields.moment("time"), fields, _change(fields)))
        if before is not None and after is not None:
            self.balances[fields.row.number] = before, after
        if currency := fields.text("currency").upper():
            self.currencies.setdefault(currency)

    def add_trades(self) -> None:
        if len(self.lines) > 1 and self.lines[0][0] > self.lines[-1][0]:
            self.lines.reverse()
        self.lines.sort(key=lambda line: line[0])
        for _, fields, change in self.lines:
            what = fields.text("action").removeprefix(COMMISSION)
            if what != fields.text("action") and CLOSED.fullmatch(what):
                self.spent[what].append(-change)
        fingerprints = Fingerprints()
        for at, fields, change in self.lines:
            with self.gathering.row(fields.row.number):
                self._read(at, fields, change, fingerprints)
        if self.untimed:
            self.gathering.note(NO_ENTRY_TIME)
        if self.other_count:
            self.gathering.note(f"{self.other_count} lines are neither trades nor commissions")

    def _read(self, at: datetime, fields: Fields, change: Decimal, fingerprints: Fingerprints) -> None:
        action = fields.text("action")
        if closed := CLOSED.fullmatch(action):
            self.gathering.add(self._trade(at, fields, change, closed, fingerprints))
        elif entered := ENTERED.fullmatch(action.removeprefix(COMMISSION)):
            units = fields.manner.number("action", entered["units"])
            if units <= 0:
                raise CellRefused("action", "names no units above zero; export the history again")
            self.entered[entered["symbol"]].append(Entered(at, units, -change))
        elif not CLOSED.fullmatch(action.removeprefix(COMMISSION)):
            self.others += change
            self.other_count += 1

    def _trade(
        self, at: datetime, fields: Fields, gross: Decimal, closed: re.Match[str], fingerprints: Fingerprints
    ) -> TradeRow:
        if not closed["entry"]:
            raise CellRefused("action", "names no average price the position was opened at; export the order history")
        units = fields.manner.number("action", closed["units"])
        opened, costs = self._opened(closed["symbol"], units)
        self.untimed = self.untimed or opened is None
        spent = self.spent[fields.text("action")]
        costs += spent.pop(0) if spent else ZERO
        return TradeRow(
            broker="tradingview",
            broker_trade_id=fingerprints.of((fields.bare("time"), fields.text("action"))),
            symbol=closed["symbol"],
            side=SIDES[closed["side"]],
            quantity=units,
            entry_price=fields.manner.number("action", closed["entry"]),
            entry_time=opened or at,
            exit_price=fields.manner.number("action", closed["price"]),
            exit_time=at,
            gross_pnl=gross,
            pnl=gross - costs,
            commissions=costs,
            asset_class="future" if root_of(closed["symbol"]) else "other",
            raw=fields.raw(),
            row=fields.row.number,
        )

    def _opened(self, symbol: str, units: Decimal) -> tuple[datetime | None, Decimal]:
        """When the first of these units was bought, and what entering cost; None where the history tells of fewer."""
        lots, costs = self.entered[symbol], ZERO
        if sum((lot.units for lot in lots), ZERO) < units:
            return None, ZERO
        first = lots[0].at
        while units:
            part = min(units, lots[0].units)
            costs += lots[0].take(part)
            units -= part
            if not lots[0].units:
                del lots[0]
        return first, costs

    def stated(self) -> dict[str, Decimal]:
        ends = self._ends()
        return {"balance": ends[1]} if ends else {}

    def ours(self) -> dict[str, Decimal]:
        """What the balance must be: as it began, our trades, commissions of what is still open, all other lines."""
        ends = self._ends()
        net = sum((trade.pnl or ZERO for trade in self.gathering.trades), ZERO)
        waiting = sum((lot.cost for lots in self.entered.values() for lot in lots), ZERO)
        waiting += sum((cost for costs in self.spent.values() for cost in costs), ZERO)
        return {"balance": ends[0] + net - waiting + self.others} if ends else {}

    def _ends(self) -> tuple[Decimal, Decimal] | None:
        """The balance before the first line and after the last one."""
        rows = [fields.row.number for _, fields, _ in self.lines]
        if not rows or not {rows[0], rows[-1]} <= set(self.balances):
            return None
        return self.balances[rows[0]][0], self.balances[rows[-1]][1]


def _change(fields: Fields) -> Decimal:
    """A line without a result changes the balance by what stands before and after it."""
    change = fields.optional("result")
    return fields.amount("after") - fields.amount("before") if change is None else change


formats.register(
    "tradingview_balance",
    Importer(title="TradingView paper balance history (CSV)", recognises=lambda d, _: TABLE.within(d), read=read),
)
