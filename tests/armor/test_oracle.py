"""I live through the same week without a database, for many accounts: the walk beside the oracle after every deed.

AETHERIS_ORACLE_ACCOUNTS sets how many; 200 is the long form.
"""

import os
import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Literal
from uuid import uuid4

from aetheris import clock
from armor.book import Book, Deal, Past, Reading
from armor.limit import Limit
from armor.verdict import judged
from tests.armor.oracle import Key, Oracle

ACCOUNTS, TRADES = int(os.environ.get("AETHERIS_ORACLE_ACCOUNTS", "16")), 12
WEEK = datetime(2026, 10, 22, tzinfo=UTC)
DAYS = [("Europe/Prague", 0), ("America/New_York", 17), ("America/Chicago", 17), ("UTC", 0)]
Deed = tuple[datetime, Literal["trade", "delete", "read"], str, tuple[Any, ...]]


def born(chance: random.Random, number: int) -> tuple[Oracle, list[Limit]]:
    """Each reset and each switch comes up: strict or not, locked or not, with an own limit or without."""
    oracle = Oracle(Decimal(50_000), *DAYS[number % len(DAYS)], limits=[])
    strict, lock = chance.random() < 0.5, chance.choice([None, Decimal(0)])
    limits = [
        hold(oracle, "max_daily_loss", "daily", chance.randrange(900, 2500, 100), strict=strict),
        hold(oracle, "max_total_loss", "total", chance.randrange(2500, 5000, 100)),
        hold(oracle, "trailing_dd", "trail", chance.randrange(2000, 4000, 100), lock=lock),
    ]
    if chance.random() < 0.5:
        limits.append(
            hold(oracle, "own_daily_loss", "daily", chance.randrange(500, 1500, 100), source="own", lower=True)
        )
    return oracle, limits


def hold(oracle: Oracle, type: str, mode: str, amount: int, **told: Any) -> Limit:
    """One limit, written down for both."""
    plain = {"source": "Firm", "strict": False, "lock": None, "lower": False} | told
    oracle.limits.append({"type": type, "mode": mode, "amount": Decimal(amount)} | plain)
    return Limit(
        rule=type, amount=Decimal(amount), breaks="lt" if plain["strict"] else "le", lock_at=plain["lock"],
        counts="lower" if plain["lower"] else "equity", source=plain["source"],
    )  # fmt: skip


def deeds(chance: random.Random) -> Iterator[Deed]:
    for number in range(TRADES):
        opened = WEEK + timedelta(minutes=chance.randrange(7 * 24 * 60), seconds=chance.randrange(60))
        closed = opened + timedelta(minutes=chance.choice([3, 20, 90, 600, 2000]), seconds=chance.randrange(60))
        pnl, name, way = Decimal(chance.randrange(-1600, 1300)), f"T{number}", chance.random()
        late = timedelta(hours=chance.randrange(1, 70)) if way < 0.2 else timedelta(0)
        if way > 0.6:
            yield opened, "trade", name, (opened, None, Decimal(0))
            paid = chance.choice([None, 0, 0, 30, 4000, -4000])
            for part in (0.3, 0.8):
                yield opened + (closed - opened) * part, "read", name, (chance.randrange(-2500, 1500), paid)
        yield closed + late, "trade", name, (opened, closed, pnl)
        if 0.2 < way < 0.35:
            yield closed + timedelta(hours=chance.randrange(1, 40)), "delete", name, ()
        elif 0.35 < way < 0.5:
            edited = (opened, closed, Decimal(chance.randrange(-1800, 900)))
            yield closed + timedelta(hours=chance.randrange(1, 40)), "trade", name, edited


def done(oracle: Oracle, deed: Deed) -> None:
    moment, kind, name, told = deed
    if kind == "trade":
        oracle.trades[name] = told  # type: ignore[assignment]
    elif kind == "delete":
        del oracle.trades[name]
    else:
        floating, paid = told
        balance = oracle.balance(moment) + (paid or 0)
        oracle.readings.append((moment, balance + floating, None if paid is None else balance))


def book_of(oracle: Oracle, now: datetime) -> Book:
    """What the oracle was told, as the guard reads it."""
    starts_at = time(oracle.hour)
    deals = [
        Deal(id=uuid4(), symbol="EURUSD", side="long", quantity=Decimal(1), entry_time=entry, exit_time=out, pnl=pnl)
        for entry, out, pnl in oracle.trades.values()
    ]
    first = clock.trading_day(WEEK - timedelta(days=2), oracle.zone, starts_at)
    return Book(
        starting_balance=oracle.start, zone=oracle.zone, starts_at=starts_at, first=first, now=now,
        since=clock.day_bounds(first, oracle.zone, starts_at)[0], balance=oracle.start, eod_peak=oracle.start,
        readings=[Reading(at=at, equity=equity, balance=balance) for at, equity, balance in oracle.readings],
        past=Past(deals=deals),
    )  # fmt: skip


def test_the_walk_finds_what_the_oracle_finds_and_nothing_else() -> None:
    chance, total = random.Random(31), Counter[int]()
    for number in range(ACCOUNTS):
        oracle, limits = born(chance, number)
        found: set[Key] = set()
        settled: set[tuple[str, Any]] = set()
        for deed in sorted(deeds(chance), key=lambda one: one[0]):
            done(oracle, deed)
            oracle.look(deed[0])
            for (rule, level, day), one in judged(book_of(oracle, deed[0]), limits, settled).found.items():
                found.add((rule, level, day))
                if level == 3:
                    settled |= {(rule, day), *((lesser, day) for lesser in one.also)}
        assert found == oracle.found, (number, oracle.zone, sorted(found ^ oracle.found))
        total.update(level for _, level, _ in found)
    assert min(total[level] for level in (1, 2, 3)) > ACCOUNTS // 2  # a week in which nothing happens proves nothing
