"""I am a trade before it has a database: frozen, checked, in Decimal."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

Side = Literal["long", "short"]
FIRST_YEAR, LAST_YEAR = 1970, 2200


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeRow:
    """One round trip as a broker reports it, already in our signs.

    Money is in the account's currency. `commissions` and `slippage` are costs (positive = lost, a rebate is
    negative), `swap` keeps its sign, `mfe` and `mae` are magnitudes, `pnl` is net:
    pnl = gross_pnl - commissions + swap. An open position has neither exit nor pnl. Times carry a zone. `account` is
    the broker's own name of the account, where a file may hold several.
    """

    broker: str
    broker_trade_id: str
    symbol: str
    side: Side
    quantity: Decimal
    entry_price: Decimal
    entry_time: datetime
    exit_price: Decimal | None = None
    exit_time: datetime | None = None
    gross_pnl: Decimal | None = None
    pnl: Decimal | None = None
    pnl_percent: Decimal | None = None
    commissions: Decimal = Decimal(0)
    swap: Decimal = Decimal(0)
    slippage: Decimal | None = None
    mfe: Decimal | None = None
    mae: Decimal | None = None
    stop_loss: Decimal | None = None
    take_profit: Decimal | None = None
    initial_risk: Decimal | None = None
    asset_class: str = "other"
    setup: str | None = None
    tags: tuple[str, ...] = ()
    emotions: tuple[str, ...] = ()
    trade_notes: str = ""
    raw: Mapping[str, str] = field(default_factory=dict)
    row: int = 0
    account: str = ""

    @property
    def is_open(self) -> bool:
        return self.exit_time is None

    def problem(self) -> tuple[str, str] | None:
        """(field, reason) of the first law this row would break in the database, or None."""
        if not self.broker_trade_id.strip():
            return "broker_trade_id", "has no id of the broker's; without it a second import could not tell it apart"
        for moment, name in ((self.entry_time, "entry_time"), (self.exit_time, "exit_time")):
            if moment is not None and not FIRST_YEAR <= moment.year < LAST_YEAR:
                return name, f"lies in the year {moment.year}; trades are kept from {FIRST_YEAR} to {LAST_YEAR}"
        if self.quantity <= 0:
            return "quantity", f"is {self.quantity}; a trade has a quantity above zero"
        if self.entry_price <= 0:
            return "entry_price", f"is {self.entry_price}; a price is above zero"
        if (self.exit_price is None) != (self.exit_time is None):
            return "exit_price", "exit price and exit time come together or not at all"
        if self.exit_price is not None and self.exit_price <= 0:
            return "exit_price", f"is {self.exit_price}; a price is above zero"
        if self.exit_time is not None and self.exit_time < self.entry_time:
            return (
                "exit_time",
                f"{self.exit_time:%Y-%m-%d %H:%M:%S} lies before the entry {self.entry_time:%Y-%m-%d %H:%M:%S}",
            )
        if self.exit_time is not None and self.pnl is None:
            return "pnl", "a closed trade has a result"
        return None


@dataclass(frozen=True, slots=True)
class RowError:
    """A row that was not taken: where, which field, why and what to do."""

    row: int
    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class Stated:
    """A total the statement prints about itself, e.g. ("net_profit", 1234.56)."""

    name: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class Reconciled:
    """One of the statement's own totals beside ours."""

    name: str
    statement: Decimal
    ours: Decimal

    @property
    def equal(self) -> bool:
        return self.statement == self.ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """All that one broker file says: its trades, the rows we could not take, its own totals beside ours."""

    format: str
    broker: str
    rows_read: int
    trades: tuple[TradeRow, ...]
    errors: tuple[RowError, ...] = ()
    reconciliation: tuple[Reconciled, ...] = ()
    account: str | None = None
    currency: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def open_count(self) -> int:
        return sum(1 for trade in self.trades if trade.is_open)

    @property
    def net(self) -> Decimal:
        """What the closed trades came to, each in its own currency."""
        return sum((trade.pnl for trade in self.trades if trade.pnl is not None), Decimal(0))
