"""I am the account day by day: profit, equity, return and drawdown on its trading calendar."""

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from analytics.kpis.arithmetic.answers import required
from analytics.sample.clock import weekday
from analytics.sample.drawdowns import Drawdowns
from analytics.sample.periods import Periods, months, weeks, years
from analytics.sample.runs import summed

if TYPE_CHECKING:
    from analytics.sample.clock import Clock

_ROLL = np.array([0, 0, 0, 0, 0, 2, 1])
"""Days from each weekday to the one it is booked on."""


class Daily:
    """t = 1..T runs from the day of the earliest entry to the day of the latest exit.

    On weekday252 only Monday to Friday count: whatever falls on a weekend rolls to Monday.
    """

    def __init__(self, units: np.ndarray, scale: float, deposit: float, clock: "Clock", calendar: str) -> None:
        self._units, self._scale, self._deposit, self._clock = units, scale, deposit, clock
        self._weekdays_only = calendar == "weekday252"

    def rolled(self, days: np.ndarray) -> np.ndarray:
        """The trading day a calendar day is booked on."""
        if not self._weekdays_only:
            return days
        return days + _ROLL[weekday(days)]

    def _ordinal(self, days: np.ndarray) -> np.ndarray:
        """Trading days counted without gaps (of rolled days)."""
        since_monday = days + 3
        return since_monday - since_monday // 7 * 2 if self._weekdays_only else days

    @cached_property
    def exit_days(self) -> np.ndarray:
        return self.rolled(self._clock.exit_day)

    @property
    def entry_days(self) -> np.ndarray:
        return self._clock.entry_day

    @cached_property
    def days(self) -> np.ndarray:
        """The T trading days, counted from 1970-01-01."""
        if not self._units.size:
            return np.empty(0, np.int64)
        first, last = (int(self.rolled(np.array([day]))[0]) for day in (self._clock.first_day, self._clock.last_day))
        every = np.arange(first, last + 1)
        return every[weekday(every) < 5] if self._weekdays_only else every

    @property
    def count(self) -> int:
        return int(self.days.size)

    @cached_property
    def place(self) -> np.ndarray:
        """Which of the T days each trade's exit is booked on, 0-based."""
        return self._ordinal(self.exit_days) - self._ordinal(self.days[:1])

    @cached_property
    def exits(self) -> np.ndarray:
        return np.bincount(self.place, minlength=self.count)

    @cached_property
    def active(self) -> np.ndarray:
        return self.exits > 0

    @cached_property
    def _profit_units(self) -> np.ndarray:
        return np.bincount(self.place, weights=self._units, minlength=self.count)

    @cached_property
    def profit(self) -> np.ndarray:
        """X_t."""
        return self._profit_units / self._scale

    @cached_property
    def equity(self) -> np.ndarray:
        """E_0 .. E_T."""
        start = round(self._deposit * self._scale) if self._scale != 1 else self._deposit
        return (start + summed(self._profit_units)) / self._scale

    @cached_property
    def ruined(self) -> bool:
        return bool(self.equity.min() <= 0)

    @cached_property
    def returns(self) -> np.ndarray:
        """y_t = X_t / E_(t-1); only meaningful for an account that was never ruined."""
        return self.profit / self.equity[:-1]

    @cached_property
    def log_curve(self) -> np.ndarray:
        return np.cumsum(np.log1p(self.returns))

    @cached_property
    def peaks(self) -> np.ndarray:
        """M_1 .. M_T; the deposit is the first peak."""
        return np.maximum.accumulate(self.equity)[1:]

    @cached_property
    def drawdown(self) -> np.ndarray:
        """dd_1 .. dd_T."""
        required(self._deposit > 0, "the starting balance is not above zero")
        return (self.peaks - self.equity[1:]) / self.peaks

    @cached_property
    def drawdowns(self) -> Drawdowns:
        return Drawdowns(self.drawdown, self.days)

    @cached_property
    def weeks(self) -> Periods:
        return weeks(self)

    @cached_property
    def months(self) -> Periods:
        return months(self)

    @cached_property
    def years(self) -> Periods:
        return years(self)
