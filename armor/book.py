"""I am what is known of an account over a stretch of time: its deals, what its broker read, its days. Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Literal
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """A round trip as far as rules look at it; without `exit_time` it is still open."""

    id: UUID | None
    symbol: str
    side: Literal["long", "short"]
    quantity: Decimal
    entry_time: datetime
    exit_time: datetime | None = None
    pnl: Decimal | None = None
    entry_price: Decimal | None = None
    stop_loss: Decimal | None = None
    initial_risk: Decimal | None = None

    def stands_at(self, moment: datetime) -> bool:
        return self.entry_time <= moment and (self.exit_time is None or self.exit_time > moment)

    @property
    def has_stop(self) -> bool:
        return self.stop_loss is not None or self.initial_risk is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A position as a broker reads it out; what it leaves unsaid is None."""

    symbol: str
    side: Literal["long", "short"]
    quantity: Decimal
    open_profit: Decimal | None = None
    stop_loss: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Where the broker said the account stood."""

    at: datetime
    equity: Decimal | None
    balance: Decimal | None = None
    positions: tuple[Position, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsEvent:
    at: datetime
    currency: str
    impact: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A cooling the trader asked for: no new position from here to there."""

    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DayResult:
    """One trading day: closed result, trades opened in it, trades closed in it."""

    day: date
    pnl: Decimal
    opened: int
    closed: int


@dataclass(frozen=True)
class Past:
    """Deals in order of time, looked at from any moment; also those of the person's other accounts, news, pauses."""

    deals: Sequence[Deal] = ()
    elsewhere: Sequence[Deal] = ()
    events: Sequence[NewsEvent] = ()
    days: Sequence[DayResult] = ()
    pauses: Sequence[Pause] = ()

    @cached_property
    def entries(self) -> list[Deal]:
        return sorted(self.deals, key=lambda deal: deal.entry_time)

    @cached_property
    def closes(self) -> list[Deal]:
        return sorted((deal for deal in self.deals if deal.exit_time), key=_ended)

    @cached_property
    def _entry_times(self) -> list[datetime]:
        return [deal.entry_time for deal in self.entries]

    @cached_property
    def _close_times(self) -> list[datetime]:
        return [deal.exit_time for deal in self.closes if deal.exit_time]

    @cached_property
    def _events(self) -> list[NewsEvent]:
        return sorted(self.events, key=lambda event: event.at)

    @cached_property
    def _event_times(self) -> list[datetime]:
        return [event.at for event in self._events]

    def opened(self, since: datetime, until: datetime) -> list[Deal]:
        """Entered at `since` or later, up to and at `until`."""
        return self.entries[bisect_left(self._entry_times, since) : bisect_right(self._entry_times, until)]

    def closed(self, since: datetime, until: datetime) -> list[Deal]:
        return self.closes[bisect_left(self._close_times, since) : bisect_right(self._close_times, until)]

    def closed_last(self, since: datetime, until: datetime) -> Iterator[Deal]:
        """The same from the newest back: who wants the last few need not copy a day of thousands."""
        first = bisect_left(self._close_times, since)
        return (self.closes[place] for place in range(bisect_right(self._close_times, until) - 1, first - 1, -1))

    def opened_count(self, since: datetime, until: datetime) -> int:
        return bisect_right(self._entry_times, until) - bisect_left(self._entry_times, since)

    def opened_first(self, since: datetime, until: datetime) -> Deal | None:
        place = bisect_left(self._entry_times, since)
        return self.entries[place] if place < bisect_right(self._entry_times, until) else None

    @cached_property
    def _closed_elsewhere(self) -> tuple[list[Deal], list[datetime], timedelta]:
        """By their entries, and how long the longest of them stood: no other reaches further back."""
        ended = sorted((deal for deal in self.elsewhere if deal.exit_time), key=lambda deal: deal.entry_time)
        stood = (deal.exit_time - deal.entry_time for deal in ended if deal.exit_time)
        return ended, [deal.entry_time for deal in ended], max(stood, default=timedelta(0))

    @cached_property
    def _open_elsewhere(self) -> list[Deal]:
        return [deal for deal in self.elsewhere if not deal.exit_time]

    def standing_elsewhere(self, at: datetime) -> list[Deal]:
        """Open at this moment in the person's other accounts."""
        ended, entries, longest = self._closed_elsewhere
        near = ended[bisect_left(entries, at - longest) : bisect_right(entries, at)]
        return [deal for deal in (*near, *self._open_elsewhere) if deal.stands_at(at)]

    @cached_property
    def _busy_days(self) -> tuple[list[date], list[int]]:
        busy = sorted((day.day, day.opened) for day in self.days if day.opened)
        return [day for day, _ in busy], [opened for _, opened in busy]

    def opened_on_days_before(self, day: date, most: int) -> list[int]:
        """How many trades were opened on each of the last days with any."""
        days, counts = self._busy_days
        place = bisect_left(days, day)
        return counts[max(0, place - most) : place]

    def news(self, since: datetime, until: datetime) -> Sequence[NewsEvent]:
        return self._events[bisect_left(self._event_times, since) : bisect_right(self._event_times, until)]


def _ended(deal: Deal) -> tuple[datetime, datetime]:
    return deal.exit_time or deal.entry_time, deal.entry_time


NOTHING = Past()


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """All that is known from the start of trading day `first` until `now`.

    `ahead` is the last moment already told of that lies after `now`: a broker's clock, or somebody's trade of tomorrow.
    `balance` and the peaks stand at that start. Moments before `since` were judged already and are walked through in
    silence, but for the resets; their readings are left out, `peak_until_since` and `day_peak_until_since` stand for
    them. `deals` holds all that ended or stood in the stretch. A peak of None is not known.
    """

    starting_balance: Decimal
    zone: str
    starts_at: time
    first: date
    since: datetime
    now: datetime
    balance: Decimal
    eod_peak: Decimal
    closed_peak: Decimal | None = None
    equity_peak: Decimal | None = None
    ahead: datetime | None = None
    peak_until_since: Decimal | None = None
    day_peak_until_since: Decimal | None = None
    readings: Sequence[Reading] = ()
    past: Past = field(default_factory=Past)
    fresh: timedelta = timedelta(minutes=5)
