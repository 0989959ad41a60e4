"""I walk through a book and tell the state at each moment a rule may look at, live and in replay. Pure."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from aetheris import clock
from armor.book import Book, Deal, Reading
from armor.state import State

ZERO, CENT = Decimal(0), Decimal("0.01")
APART = Decimal("0.001")  # of the starting balance: below it, fees that are in no trade
CLOSE, OPEN, READ, TIMER = range(1, 5)
Happening = tuple[datetime, int, Any]


@dataclass(slots=True)
class Tally:
    """What changes from moment to moment."""

    balance: Decimal
    eod_peak: Decimal
    closed_peak: Decimal | None
    equity_peak: Decimal | None
    day: date
    day_start: datetime
    day_end: datetime
    day_start_balance: Decimal
    day_start_equity: Decimal | None = None
    day_peak: Decimal = ZERO
    open: dict[int, Deal] = field(default_factory=dict)
    fixed: dict[str, Any] = field(default_factory=dict)


def moments(book: Book, wanted: frozenset[str], timers: Iterable[datetime] = ()) -> Iterator[State]:
    """States in order of time: the reset of each day in which something happens or a position is carried, then what is
    `wanted` of closes (all of one instant at once), openings, readings and timers; the last one is `now`.

    Every result of one instant is booked before it is looked at: nobody can say which came first.
    """
    walk = Walk(book)
    yield from walk.begin()
    for at, group in groupby(_happenings(book, timers), key=itemgetter(0)):
        yield from walk.to(at)
        yield from walk.take(at, list(group), wanted)
    yield from walk.to(book.now)
    yield walk.now()


def _happenings(book: Book, timers: Iterable[datetime]) -> list[Happening]:
    start = _bounds(book, book.first)[0]
    found: list[Happening] = []
    for deal in book.past.deals:
        if start <= deal.entry_time <= book.now:
            found.append((deal.entry_time, OPEN, deal))
        if deal.exit_time is not None and start <= deal.exit_time <= book.now:
            found.append((deal.exit_time, CLOSE, deal))
    found += [(read.at, READ, read) for read in book.readings if start <= read.at <= book.now]
    found += [(at, TIMER, None) for at in timers if max(start, book.since) <= at <= book.now]
    return sorted(found, key=itemgetter(0))


def _bounds(book: Book, day: date) -> tuple[datetime, datetime]:
    return clock.day_bounds(day, book.zone, book.starts_at)


class Walk:
    """One pass through a book."""

    def __init__(self, book: Book) -> None:
        self.book = book
        start, end = _bounds(book, book.first)
        self.tally = Tally(
            balance=book.balance, eod_peak=book.eod_peak, closed_peak=book.closed_peak, equity_peak=book.equity_peak,
            day=book.first, day_start=start, day_end=end, day_start_balance=book.balance,
            open={id(deal): deal for deal in book.past.deals if deal.entry_time < start and deal.stands_at(start)},
        )  # fmt: skip
        self.tally.open |= {
            id(deal): deal for deal in book.past.deals if deal.entry_time < start and deal.exit_time == start
        }
        self._read_times = [read.at for read in book.readings]
        self._waits = True
        self._silent_peaks_taken = False
        self._apart = {id(read): self._gap(read) for read in book.readings if read.at < start}

    def _gap(self, read: Reading) -> dict[str, Decimal]:
        """What a state says of a reading whose balance is not the journal's at that moment; empty where they agree."""
        if read.balance is None:
            return {}
        start = self.tally.day_start
        since = [deal for deal in self.book.past.closed(read.at, start) if deal.exit_time not in (read.at, start)]
        own = self.tally.balance - sum((deal.pnl or ZERO for deal in since), ZERO)
        gap = read.balance - own
        if abs(gap) <= max(CENT, APART * self.book.starting_balance):
            return {}
        told = {"told_balance": read.balance, "own_balance": own}
        return told if read.equity is None else told | {"own_equity": read.equity - gap}

    def begin(self) -> Iterator[State]:
        self._start_day()
        if self.tally.open:
            yield self._reset()

    def to(self, at: datetime) -> Iterator[State]:
        """Into the trading day of `at`: a reset for each day that a position is carried into, and for its own."""
        tally = self.tally
        while at >= tally.day_end:
            tally.eod_peak = max(tally.eod_peak, tally.balance)
            tally.day_start_balance = tally.balance
            following = tally.day + timedelta(days=1)
            tally.day = following if tally.open else clock.trading_day(at, self.book.zone, self.book.starts_at)
            tally.day_start, tally.day_end = _bounds(self.book, tally.day)
            self._waits = True
            self._start_day()
            if tally.open and at >= tally.day_end:
                yield self._reset()
        if self._waits:
            yield self._reset()

    def _start_day(self) -> None:
        tally = self.tally
        equity = self._fresh_equity(tally.day_start)
        tally.day_start_equity = equity if equity is not None or tally.open else tally.balance
        tally.day_peak = tally.balance if equity is None else max(tally.balance, equity)
        if tally.equity_peak is not None and equity is not None:
            tally.equity_peak = max(tally.equity_peak, equity)
        tally.fixed = {
            "day": tally.day, "day_start": tally.day_start, "day_end": tally.day_end, "past": self.book.past,
            "starting_balance": self.book.starting_balance, "day_start_balance": tally.day_start_balance,
            "day_start_equity": tally.day_start_equity, "eod_peak": tally.eod_peak,
        }  # fmt: skip

    def _fresh(self, at: datetime) -> dict[str, Decimal | None]:
        """What was read at this moment or at most so long before it."""
        read = self._last_read(at)
        if read is None or at - read.at > self.book.fresh:
            return {"equity": None}
        return {"equity": read.equity, **self._apart.get(id(read), {})}

    def _fresh_equity(self, at: datetime) -> Decimal | None:
        """Of two that may be it the lower: a floor that hangs on it is at least as high."""
        told = self._fresh(at)
        known = [told[name] for name in ("equity", "own_equity") if told.get(name) is not None]
        return min(known, default=None)  # type: ignore[type-var]

    def _last_read(self, at: datetime) -> Reading | None:
        place = bisect_right(self._read_times, at)
        return self.book.readings[place - 1] if place else None

    def _reset(self) -> State:
        self._waits = False
        told = self._fresh(self.tally.day_start)
        return self._state(self.tally.day_start, "reset", open_positions=len(self.tally.open), **told)

    def take(self, at: datetime, group: list[Happening], wanted: frozenset[str]) -> Iterator[State]:
        """Everything of one instant: first results are booked, then positions appear, then the broker speaks."""
        silent = at < self.book.since
        if not silent and not self._silent_peaks_taken:
            self._take_silent_peaks()
        closed = [deal for _, kind, deal in group if kind == CLOSE]
        opened = [deal for _, kind, deal in group if kind == OPEN]
        self._book(opened, closed)
        reads = [read for _, kind, read in group if kind == READ]
        self._apart |= {id(read): self._gap(read) for read in reads}
        if silent:
            return
        if closed and "close" in wanted:
            yield self._closed(at, closed)
        if opened and "open" in wanted:
            yield from self._opened(at, opened)
        for read in reads:
            yield from self._read(read, wanted)
        if "timer" in wanted and any(kind == TIMER for _, kind, _ in group):
            yield self._state(at, "timer", open=tuple(self.tally.open.values()), open_positions=len(self.tally.open))

    def _take_silent_peaks(self) -> None:
        self._silent_peaks_taken = True
        tally, book = self.tally, self.book
        if book.peak_until_since is not None:
            tally.equity_peak = max(tally.equity_peak or tally.eod_peak, book.peak_until_since)
        if (
            book.day_peak_until_since is not None
            and clock.trading_day(book.since, book.zone, book.starts_at) == tally.day
        ):
            tally.day_peak = max(tally.day_peak, book.day_peak_until_since)

    def _book(self, opened: list[Deal], closed: list[Deal]) -> None:
        tally = self.tally
        for deal in opened:
            tally.open[id(deal)] = deal
        for deal in closed:
            tally.open.pop(id(deal), None)
            tally.balance += deal.pnl or ZERO
        if closed:
            if tally.closed_peak is not None:
                tally.closed_peak = max(tally.closed_peak, tally.balance)
            if not tally.open:
                self._peak(tally.balance)

    def _peak(self, equity: Decimal) -> None:
        tally = self.tally
        tally.day_peak = max(tally.day_peak, equity)
        if tally.equity_peak is not None:
            tally.equity_peak = max(tally.equity_peak, equity)

    def _closed(self, at: datetime, closed: list[Deal]) -> State:
        ids: tuple[UUID, ...] = tuple(deal.id for deal in closed if deal.id)
        return self._state(at, "close", trade_ids=ids, open_positions=len(self.tally.open))

    def _opened(self, at: datetime, opened: list[Deal]) -> Iterator[State]:
        standing = tuple(self.tally.open.values())
        for deal in opened:
            yield self._state(at, "open", deal=deal, open=standing, open_positions=len(standing))

    def _read(self, read: Reading, wanted: frozenset[str]) -> Iterator[State]:
        tally = self.tally
        if read.equity is not None:
            tally.equity_peak = max(tally.equity_peak or tally.eod_peak, read.equity)
            tally.day_peak = max(tally.day_peak, read.equity)
        if "reading" in wanted:
            yield self._state(
                read.at, "reading", equity=read.equity, positions=read.positions,
                open_positions=max(len(read.positions), len(tally.open) if read.equity is None else 0),
                **self._apart[id(read)],
            )  # fmt: skip

    def now(self) -> State:
        """A reading that is not fresh any more is no reading; its open positions may still stand."""
        if not self._silent_peaks_taken:
            self._take_silent_peaks()
        tally, read = self.tally, self._last_read(self.book.now)
        fresh = read is not None and self.book.now - read.at <= self.book.fresh
        standing = tuple(tally.open.values())
        positions = read.positions if read else ()
        closed_since = read is None or any(
            read.at < deal.exit_time <= self.book.now for deal in self.book.past.closes[-50:] if deal.exit_time
        )
        count = len(positions) if fresh else max(len(standing), 0 if closed_since else len(positions))
        told: dict[str, Any] = {**self._apart.get(id(read), {}), **({} if fresh else {"own_equity": None})}
        told["equity"] = read.equity if read and fresh else None
        return self._state(
            self.book.now, "now", open=standing, open_positions=max(count, len(standing)),
            positions=positions if fresh else (), **told,
        )  # fmt: skip

    def _state(self, at: datetime, event: Any, **told: Any) -> State:
        tally = self.tally
        return State(
            at=at, event=event, balance=tally.balance, closed_peak=tally.closed_peak, equity_peak=tally.equity_peak,
            day_peak=tally.day_peak, **tally.fixed, **told,
        )  # fmt: skip
