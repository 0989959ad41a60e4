"""I am the frozen evidence a KPI may read; I define win, loss and scratch once.

Trades stand in exit order (exit_time, entry_time, id); entry order is (entry_time, id). Times are int64
microseconds since 1970 in UTC. Whatever several KPIs need is computed at most once per sample.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal, cast

import numpy as np

from analytics.kpis.arithmetic.answers import Undefined
from analytics.kpis.arithmetic.moments import FLAT, FLAT_RETURNS, Moments, picked
from analytics.sample.balance import Balance
from analytics.sample.clock import Clock
from analytics.sample.columns import Columns, columns_of_rows, ordered_columns
from analytics.sample.daily import Daily
from analytics.sample.days import EntryDays, ExitDays
from analytics.sample.exposure import Exposure
from analytics.sample.overlaps import Overlaps
from analytics.sample.past import Past
from analytics.sample.streaks import Streaks

type Calendar = Literal["weekday252", "all365"]

DAYS_PER_YEAR: dict[str, int] = {"weekday252": 252, "all365": 365}


class CalendarUnknown(ValueError):
    """A calendar other than weekday252 and all365."""


@dataclass(frozen=True, eq=False)
class Sample:
    """Closed trades of one account (or of any cut of it) beside the deposit they started from."""

    columns: Columns
    starting_balance: Decimal
    calendar: Calendar = "weekday252"
    timezone: str = "UTC"
    currency: str = "USD"
    risk_free: float = 0.0
    answers: dict[str, Any] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if self.calendar not in DAYS_PER_YEAR:
            raise CalendarUnknown(f"calendar {self.calendar!r} is neither weekday252 nor all365")

    @classmethod
    def from_rows(
        cls,
        rows: Iterable[Any],
        *,
        starting_balance: Decimal,
        calendar: Calendar = "weekday252",
        timezone: str = "UTC",
        currency: str = "USD",
        risk_free: float = 0.0,
    ) -> "Sample":
        """From TradeRow-like objects in any order; open ones (no exit) are left out."""
        return cls(columns_of_rows(rows), starting_balance, calendar, timezone, currency, risk_free)

    @classmethod
    def from_columns(
        cls,
        columns: Mapping[str, Any],
        *,
        starting_balance: Decimal,
        calendar: Calendar = "weekday252",
        timezone: str = "UTC",
        currency: str = "USD",
        risk_free: float = 0.0,
    ) -> "Sample":
        """From equally long columns of closed trades in any order; see `ordered_columns` for their names."""
        return cls(ordered_columns(columns), starting_balance, calendar, timezone, currency, risk_free)

    def where(self, mask: np.ndarray) -> "Sample":
        """The same account cut to some of its trades (a symbol, a side, an hour)."""
        return self._of(self.columns.where(mask))

    def until(self, count: int) -> "Sample":
        """The same account as it stood after so many trades."""
        return self._of(self.columns.until(count))

    def _of(self, columns: Columns) -> "Sample":
        return Sample(columns, self.starting_balance, self.calendar, self.timezone, self.currency, self.risk_free)

    # what happened, trade by trade

    @property
    def n(self) -> int:
        return self.columns.n

    @cached_property
    def pnl(self) -> np.ndarray:
        return self.columns.pnl

    @cached_property
    def commissions(self) -> np.ndarray:
        return self.columns.commissions

    @cached_property
    def slippage(self) -> np.ndarray:
        return self._recorded(self.columns.slippage, "slippage")

    @cached_property
    def costs(self) -> np.ndarray:
        """Commission and slippage; a slippage nobody recorded adds nothing."""
        return self.commissions + np.where(np.isnan(self.columns.slippage), 0.0, self.columns.slippage)

    @cached_property
    def mfe(self) -> np.ndarray:
        return self._recorded(self.columns.mfe, "MFE")

    @cached_property
    def mae(self) -> np.ndarray:
        return self._recorded(self.columns.mae, "MAE")

    @cached_property
    def excursed(self) -> np.ndarray:
        """Trades whose MFE and MAE are both recorded."""
        return ~(np.isnan(self.mfe) | np.isnan(self.mae))

    @cached_property
    def gross(self) -> np.ndarray:
        return self.pnl + self.commissions

    @cached_property
    def frictionless(self) -> np.ndarray:
        return self.pnl + self.costs

    @property
    def notional(self) -> np.ndarray:
        return self.columns.notional

    @cached_property
    def turnover(self) -> float:
        """Money moved in and out: entry notional plus exit notional, summed."""
        columns = self.columns
        return float((columns.quantity * (columns.entry_price + columns.exit_price) * columns.multiplier).sum())

    @cached_property
    def held(self) -> np.ndarray:
        """Holding time in milliseconds."""
        return (self.columns.exited - self.columns.entered) / 1000

    @cached_property
    def long(self) -> np.ndarray:
        return self.columns.side > 0

    @cached_property
    def short(self) -> np.ndarray:
        return self.columns.side < 0

    @cached_property
    def return_on_notional(self) -> np.ndarray:
        return self.columns.pnl_percent / 100

    @staticmethod
    def _recorded(values: np.ndarray, noun: str) -> np.ndarray:
        if values.size and np.isnan(values).all():
            raise Undefined(f"no {noun} recorded")
        return values

    # win, loss, scratch

    @cached_property
    def won(self) -> np.ndarray:
        return self.pnl > 0

    @cached_property
    def lost(self) -> np.ndarray:
        return self.pnl < 0

    @cached_property
    def win_count(self) -> int:
        return int(np.count_nonzero(self.won))

    @cached_property
    def loss_count(self) -> int:
        return int(np.count_nonzero(self.lost))

    @cached_property
    def wins(self) -> np.ndarray:
        return self.pnl.compress(self.won)

    @cached_property
    def losses(self) -> np.ndarray:
        return self.pnl.compress(self.lost)

    @property
    def ordered_wins(self) -> np.ndarray:
        return self.trades.ordered[self.n - self.win_count :]

    @cached_property
    def ordered_win_units(self) -> np.ndarray:
        """The wins in the smallest money unit, from the smallest to the largest."""
        return self.ordered_wins if self.scale == 1 else np.rint(self.ordered_wins * self.scale)

    @property
    def ordered_losses(self) -> np.ndarray:
        return self.trades.ordered[: self.loss_count]

    # money, summed exactly

    @cached_property
    def scale(self) -> float:
        return self.columns.scale(float(self.starting_balance))

    @cached_property
    def units(self) -> np.ndarray:
        """P&L in the smallest money unit that makes every figure whole, so that sums are exact."""
        return self.pnl if self.scale == 1 else np.rint(self.pnl * self.scale)

    def total(self, mask: np.ndarray) -> float:
        """Sum of P&L over the trades of a mask, without rounding drift."""
        return float(self.units.compress(mask).sum()) / self.scale

    def remembered[T](self, name: str, make: "Callable[[Sample], T]") -> T:
        """What several KPIs read and one of them works out."""
        if name not in self.answers:
            self.answers[name] = make(self)
        return cast(T, self.answers[name])

    @cached_property
    def net(self) -> float:
        return float(self.units.sum()) / self.scale

    @cached_property
    def gross_profit(self) -> float:
        return self.total(self.won)

    @cached_property
    def gross_loss(self) -> float:
        """Sum of the losses as a positive magnitude."""
        return 0.0 - self.total(self.lost)

    # shared intermediates

    @property
    def days_per_year(self) -> int:
        return DAYS_PER_YEAR[self.calendar]

    @cached_property
    def daily_risk_free(self) -> float:
        return (1 + self.risk_free) ** (1 / self.days_per_year) - 1

    @cached_property
    def trades(self) -> Moments:
        return Moments(self.pnl, FLAT, "trades", None if self.scale == 1 else self.units, self.scale)

    @cached_property
    def balance(self) -> Balance:
        return Balance(self.units, self.scale, float(self.starting_balance))

    @cached_property
    def daily(self) -> Daily:
        return Daily(self.units, self.scale, self.balance.deposit, self.clock, self.calendar)

    @cached_property
    def ruined(self) -> bool:
        """The balance was once zero or less, so a return has no base any more (edge code E)."""
        return self.balance.ruined or self.daily.ruined

    @cached_property
    def returns(self) -> np.ndarray:
        """r_i = P_i / B_(i-1); Undefined for a ruined account."""
        self.unruined()
        return self.pnl / self.balance.curve[:-1]

    @cached_property
    def days(self) -> Moments:
        """Moments of the daily returns y_t; Undefined for a ruined account."""
        self.unruined()
        return Moments(self.daily.returns, FLAT_RETURNS, "days")

    def unruined(self) -> None:
        if self.ruined:
            raise Undefined("the balance was zero or below at some point, so a return has no base")

    @cached_property
    def risk(self) -> np.ndarray:
        """Initial risk of every trade, NaN where none is known."""
        return self.columns.risk

    @cached_property
    def risked(self) -> np.ndarray:
        return ~np.isnan(self.risk)

    @cached_property
    def risked_count(self) -> int:
        return int(np.count_nonzero(self.risked))

    @cached_property
    def r(self) -> np.ndarray:
        """R multiples of the trades with a known initial risk."""
        return picked(self.pnl, self.risked) / picked(self.risk, self.risked)

    @cached_property
    def clock(self) -> Clock:
        return Clock(self.columns.entered, self.columns.exited, self.timezone)

    @cached_property
    def streaks(self) -> Streaks:
        return Streaks(self.won.view(np.int8) - self.lost.view(np.int8))

    @cached_property
    def past(self) -> Past:
        return Past(self.columns, self.streaks)

    @cached_property
    def exposure(self) -> Exposure:
        return Exposure(self.columns, self.balance.curve)

    @cached_property
    def overlaps(self) -> Overlaps:
        return Overlaps(self.columns)

    @cached_property
    def entry_days(self) -> EntryDays:
        return EntryDays(self.columns, self.clock)

    @cached_property
    def exit_days(self) -> ExitDays:
        return ExitDays(self.units, self.scale, self.daily, self.past)
