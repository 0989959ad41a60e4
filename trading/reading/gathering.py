"""I gather the trades of one file, keep aside the rows that cannot be taken, and hand both over as a Statement."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from decimal import Decimal
from types import TracebackType

from trading.reading.errors import CellRefused
from trading.reading.flow import flowing
from trading.rows import Reconciled, RowError, Statement, TradeRow

MONEY_LIMIT = Decimal(10) ** 12
NO_TRADES = "the file was read whole and holds no trades"
MONEY_FIELDS = ("pnl", "gross_pnl", "commissions", "swap", "slippage", "mfe", "mae", "initial_risk")
BELOW_ZERO_REFUSED = ("mfe", "mae", "stop_loss", "take_profit", "initial_risk")


class Gathering:
    """`rows_read` of the statement is trades plus refused rows, so that a sync log built on it adds up."""

    def __init__(self) -> None:
        flow = flowing()
        self.trades: list[TradeRow] = [] if flow is None else flow
        self._flows = flow is not None
        self.errors: list[RowError] = []
        self.notes: list[str] = []
        self._refused: set[int] = set()
        self._ids: dict[str, int] = {}

    def row(self, number: int) -> AbstractContextManager[None]:
        """Whatever a cell of this row refuses becomes its RowError; the next row is read all the same."""
        return _Guard(self, number)

    def refuse(self, row: int, field: str, reason: str) -> None:
        """A row is refused once, for the first thing that is wrong with it."""
        if row not in self._refused:
            self._refused.add(row)
            self.errors.append(RowError(row, field, reason))

    def add(self, trade: TradeRow) -> None:
        problem = trade.problem() or _out_of_bounds(trade) or self._repeated(trade)
        if problem:
            self.refuse(trade.row, *problem)
        else:
            if not self._flows:
                self._ids[trade.broker_trade_id] = trade.row
            self.trades.append(trade)

    def _repeated(self, trade: TradeRow) -> tuple[str, str] | None:
        first = self._ids.get(trade.broker_trade_id)
        if first is None:
            return None
        return "broker_trade_id", f"{trade.broker_trade_id} stands in row {first} already; keep only one of the two"

    def note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    def statement(
        self,
        *,
        format: str,
        broker: str,
        reconciliation: Iterable[Reconciled] = (),
        account: str | None = None,
        currency: str | None = None,
    ) -> Statement:
        if not self.trades and not self.errors:
            self.note(NO_TRADES)
        return Statement(
            format=format,
            broker=broker,
            rows_read=len(self.trades) + len(self.errors),
            trades=tuple(self.trades),
            errors=tuple(sorted(self.errors, key=lambda error: error.row)),
            reconciliation=tuple(reconciliation),
            account=account,
            currency=currency,
            notes=tuple(self.notes),
        )


def _out_of_bounds(trade: TradeRow) -> tuple[str, str] | None:
    for field in MONEY_FIELDS:
        amount = getattr(trade, field)
        if amount is not None and abs(amount) >= MONEY_LIMIT:
            return field, f"is {amount}, more than any account holds; check the column"
    for field in BELOW_ZERO_REFUSED:
        amount = getattr(trade, field)
        if amount is not None and amount < 0:
            return field, f"is {amount}; it is given as a magnitude, zero or above"
    return None


class _Guard(AbstractContextManager[None]):
    def __init__(self, gathering: Gathering, number: int) -> None:
        self.gathering = gathering
        self.number = number

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if isinstance(error, CellRefused):
            self.gathering.refuse(self.number, error.field, error.reason)
            return True
        return False
