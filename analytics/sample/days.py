"""I look inside trading days: how many entries, in which order, and how the day's P&L ran."""

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from analytics.kpis.arithmetic.moments import median
from analytics.sample.runs import summed

if TYPE_CHECKING:
    from analytics.sample.clock import Clock
    from analytics.sample.columns import Columns
    from analytics.sample.daily import Daily
    from analytics.sample.past import Past

_NORMAL_MAD = 1.4826


class EntryDays:
    """Entries grouped by the calendar day they were made on; per trade unless said otherwise."""

    def __init__(self, columns: "Columns", clock: "Clock") -> None:
        self.order = columns.entry_order
        since = clock.entry_day[self.order]
        since = since - (clock.first_day if since.size else 0)
        per_day = np.bincount(since)
        self.counts = per_day.compress(per_day > 0)
        self._inverse = (np.cumsum(per_day > 0) - 1)[since]
        self._symbol = columns.symbol

    @cached_property
    def count(self) -> np.ndarray:
        """Entries on the day of each trade."""
        return self._back(self.counts[self._inverse])

    @cached_property
    def _places(self) -> np.ndarray:
        """Entry-order places sorted by day (they already are, but for clocks put back over midnight)."""
        return np.argsort(self._inverse, kind="stable")

    @cached_property
    def _starts(self) -> np.ndarray:
        return summed(self.counts)[:-1]

    @cached_property
    def ordinal(self) -> np.ndarray:
        """1 for the first entry of its day, 2 for the second, ..."""
        numbered = np.empty(self.order.size, np.int64)
        numbered[self._places] = np.arange(self.order.size) - np.repeat(self._starts, self.counts) + 1
        return self._back(numbered)

    @cached_property
    def threshold(self) -> float:
        """Entries above which a day is heavy: median + 2 robust standard deviations."""
        usual = median(self.counts, "no trades")
        return usual + 2 * _NORMAL_MAD * median(np.abs(self.counts - usual))

    def over(self, entries: np.ndarray) -> np.ndarray:
        """More entries than the threshold, and at least three."""
        return (entries > self.threshold) & (entries >= 3)

    @cached_property
    def heavy(self) -> np.ndarray:
        """Trades entered on a heavy day."""
        return self.over(self.count) if self.order.size else np.zeros(0, bool)

    def symbols(self) -> np.ndarray:
        """Distinct symbols entered, per day."""
        symbols = int(self._symbol.max(initial=0)) + 1
        pairs = self._inverse * symbols + self._symbol[self.order]
        if self.counts.size * symbols > 20 * pairs.size + 1000:
            return np.bincount(np.unique(pairs) // symbols, minlength=self.counts.size)
        seen = np.zeros(self.counts.size * symbols, bool)
        seen[pairs] = True
        return seen.reshape(-1, symbols).sum(axis=1)

    def _back(self, in_entry_order: np.ndarray) -> np.ndarray:
        values = np.empty_like(in_entry_order)
        values[self.order] = in_entry_order
        return values


class ExitDays:
    """The realised P&L as it ran inside each active trading day, exits in order."""

    def __init__(self, units: np.ndarray, scale: float, daily: "Daily", past: "Past") -> None:
        self._scale, self._daily, self._past = scale, daily, past
        self._sums = summed(units)
        place = daily.place
        self._starts = np.flatnonzero(np.append(place.size > 0, place[1:] != place[:-1])[: place.size])
        self._places = place[self._starts]
        self._day_of_trade = np.repeat(np.arange(self._starts.size), np.diff(np.append(self._starts, place.size)))

    @cached_property
    def running(self) -> np.ndarray:
        """The day's P&L after each exit, in units."""
        return self._sums[1:] - self._sums[self._starts][self._day_of_trade]

    @cached_property
    def peaks(self) -> np.ndarray:
        """Highest running P&L of each active day, at least 0, in money."""
        return self._extreme(np.maximum)

    @cached_property
    def troughs(self) -> np.ndarray:
        return self._extreme(np.minimum)

    def _extreme(self, pick: np.ufunc) -> np.ndarray:
        if not self._starts.size:
            return np.empty(0)
        return pick(pick.reduceat(self.running, self._starts), 0) / self._scale

    @cached_property
    def results(self) -> np.ndarray:
        """X_t of the active days."""
        return self._daily.profit[self._places]

    def _breached(self, share: float) -> np.ndarray:
        """Per exit: the day's running P&L stood at or below -share of the day-start equity."""
        opening = np.maximum(self._daily.equity[self._places], 0)[self._day_of_trade]
        return self.running / self._scale <= -share * opening

    def breach_days(self, share: float) -> int:
        return int(np.unique(self._day_of_trade[self._breached(share)]).size)

    @cached_property
    def _day_start(self) -> np.ndarray:
        """For each entry: how many exits were booked before its trading day began."""
        days = self._daily.rolled(self._daily.entry_days)
        if not days.size:
            return days
        first, last = int(days.min()), int(days.max())
        booked = np.searchsorted(self._daily.exit_days, np.arange(first, last + 1), side="left")
        return np.minimum(booked[days - first], self._past.known)

    def entered_after_breach(self, share: float) -> np.ndarray:
        """Trades entered after their day had touched -share of its opening equity."""
        breaches = summed(self._breached(share))
        return breaches[self._past.known] > breaches[self._day_start]

    def entered_below(self, share: float) -> np.ndarray:
        """Trades entered while their day stood at or below -share of its opening equity."""
        before = self._sums[self._day_start]
        so_far = (self._sums[self._past.known] - before) / self._scale
        opening = np.maximum(before / self._scale + self._daily.equity[0], 0)
        return (so_far < 0) & (so_far <= -share * opening)
