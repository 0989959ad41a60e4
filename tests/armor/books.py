"""I write books by hand: a few deals and readings of an account, judged without a database."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from aetheris import clock
from armor.book import Book, Deal, NewsEvent, Past, Position, Reading
from armor.limit import Limit
from armor.verdict import Verdict, judged

SPACE = UUID("00000000-0000-7000-8000-000000000000")


def at(text: str) -> datetime:
    """“2026-03-09 21:59”, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def deal(opened: str, closed: str | None = None, pnl: Any = None, **told: Any) -> Deal:
    known: dict[str, Any] = {"symbol": "EURUSD", "side": "long", "quantity": Decimal(1)}
    numbers = {
        name: Decimal(value) for name, value in told.items() if name in ("quantity", "initial_risk", "stop_loss")
    }
    return Deal(
        id=uuid5(SPACE, f"{opened}{closed}{pnl}{sorted(told.items())}"), entry_time=at(opened),
        exit_time=at(closed) if closed else None, pnl=None if pnl is None else Decimal(pnl), **(known | told | numbers),
    )  # fmt: skip


def read(moment: str, equity: Any, positions: int = 1) -> Reading:
    standing = Position(symbol="EURUSD", side="long", quantity=Decimal(1))
    return Reading(at=at(moment), equity=Decimal(equity), positions=(standing,) * positions)


def book(
    deals: Sequence[Deal] = (),
    *,
    now: str,
    start: Any = 100_000,
    zone: str = "UTC",
    starts_at: str = "00:00",
    readings: Sequence[Reading] = (),
    events: Sequence[NewsEvent] = (),
    first: str | None = None,
    **told: Any,
) -> Book:
    """From the trading day of the first deal (or `first`) on."""
    hour = time.fromisoformat(starts_at)
    moments = [deal.entry_time for deal in deals] + [reading.at for reading in readings] + [at(now)]
    begins = clock.trading_day(at(first) if first else min(moments), zone, hour)
    since = clock.day_bounds(begins, zone, hour)[0]
    money = Decimal(start)
    past = Past(deals=tuple(deals), events=tuple(events), **told)
    return Book(
        starting_balance=money, zone=zone, starts_at=hour, first=begins, since=since, now=at(now), balance=money,
        eod_peak=money, closed_peak=money, readings=tuple(readings), past=past, fresh=timedelta(minutes=5),
    )  # fmt: skip


def verdict(found: Book, *limits: Limit) -> Verdict:
    return judged(found, limits)


def levels(found: Book, *limits: Limit) -> list[tuple[str, int, str]]:
    """(rule, level, day) in order."""
    return sorted((rule, level, day.isoformat()) for rule, level, day in verdict(found, *limits).found)


def broken(found: Book, *limits: Limit) -> dict[str, str]:
    """rule → moment at which it first broke."""
    return {
        rule: f"{one.measure.state.at:%Y-%m-%d %H:%M}"
        for (rule, level, _), one in reversed(verdict(found, *limits).found.items()) if level == 3
    }  # fmt: skip
