"""I keep one row for each account and trading day in step with its trades, and write only the days that changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Sum

from accounts.models import TradingAccount
from aetheris import clock
from analytics.day_figures import UNIT, DayFigures, day_figures
from analytics.models import DailySnapshot
from trading.models import Trade

FIGURES = (
    "gross_profit", "gross_loss", "net_pnl", "trades_count", "win_rate", "profit_factor", "expectancy",
    "opening_equity", "closing_equity", "peak_equity", "max_drawdown", "fees",
)  # fmt: skip

FETCHED, LONG = 20_000, timedelta(days=60)
NAMES = ", ".join(FIGURES)
KEPT, TOLD = ([f"{table}.{name}" for name in FIGURES] for table in ("kept", "told"))
MONEY = ", ".join(f"round({name} * 0.00000001, 8) AS {name}" for name in FIGURES if name != "trades_count")
# The days as they should be, told in one column each; only what differs is written, only what is no day any more goes.
WRITE = f"""
    WITH told AS (
        SELECT snapshot_date, trades_count, {MONEY}
        FROM unnest(%s::date[], {", ".join("%s::numeric[]" for _ in FIGURES)}) AS t (snapshot_date, {NAMES})
    ), changed AS (
        SELECT told.* FROM told
        LEFT JOIN daily_snapshots kept
            ON kept.user_id = %s AND kept.account_id = %s AND kept.snapshot_date = told.snapshot_date
        WHERE kept.id IS NULL OR ({", ".join(KEPT)}) IS DISTINCT FROM ({", ".join(TOLD)})
    ), gone AS (
        DELETE FROM daily_snapshots
        WHERE user_id = %s AND account_id = %s AND snapshot_date >= %s AND snapshot_date <> ALL (%s::date[])
        RETURNING id
    ), written AS (
        INSERT INTO daily_snapshots (user_id, account_id, snapshot_date, {NAMES})
        SELECT %s, %s, snapshot_date, {NAMES} FROM changed
        ON CONFLICT (account_id, snapshot_date)
            DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in FIGURES)}
        RETURNING id
    )
    SELECT (SELECT count(*) FROM written), (SELECT count(*) FROM gone)
"""  # noqa: S608 (the names are constants above)

# A day that clocks put back begin twice is one day: its results stand together.
RESULTS = """
    SELECT ((exit_time AT TIME ZONE %s) - (%s::time)::interval)::date + %s::boolean::int AS day,
           trunc(pnl * 100000000)::text, trunc((commissions - swap) * 100000000)::text
    FROM trades
    WHERE account_id = %s AND user_id = %s AND deleted_at IS NULL AND exit_time IS NOT NULL
      AND (%s::timestamptz IS NULL OR exit_time >= %s)
    ORDER BY day, exit_time, entry_time, id
"""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many days there are from the touched one on, and how many of them were written or removed."""

    days: int
    written: int
    removed: int


def rebuild(account: TradingAccount, *, touched_from: datetime | None = None) -> Rebuilt:
    """Bring the days from the touched one on in step, all of them when it is not known.

    A change moves the equity of every later day, so those are computed too; a day that comes out as it stands is
    left alone.
    """
    first = _day(account, touched_from) if touched_from else date.min
    results, opening, peak = _from(account, first)
    made = list(day_figures(results, _units(opening), _units(peak)))
    written, removed = _write(account, first, made)
    return Rebuilt(len(made), written, removed)


def _from(account: TradingAccount, first: date) -> tuple[Iterator[tuple[date, int, int]], Decimal, Decimal]:
    """The results from a day on, the equity they start from and the highest one before."""
    if first == date.min:
        return _results(account, None), account.starting_balance, account.starting_balance
    start = clock.day_bounds(first, account.day_timezone, account.day_starts_at)[0]
    before = DailySnapshot.objects.filter(account=account, snapshot_date__lt=first).order_by("-snapshot_date")
    kept = before.values_list("closing_equity", "peak_equity").first()
    opening, peak = kept or (account.starting_balance, account.starting_balance)
    return _results(account, start), opening, peak


def _write(account: TradingAccount, first: date, made: Sequence[DayFigures]) -> tuple[int, int]:
    """How many days were written and how many removed, in one statement."""
    owner = [account.user_id, account.id]
    columns = [_array([getattr(day, name) for day in made]) for name in ("date", *FIGURES)]
    with connection.cursor() as cursor:
        cursor.execute(WRITE, [*columns, *owner, *owner, first, columns[0], *owner])
        written, removed = cursor.fetchone()
    return int(written), int(removed)


def _results(account: TradingAccount, start: datetime | None) -> Iterator[tuple[date, int, int]]:
    """The closed trades day by day, each day as `clock.trading_day` says, in the order of their results. Those of
    years are fetched in pieces, for a million of them need never stand in memory together."""
    long = start is None or clock.now() - start > LONG
    told: list[Any] = [
        account.day_timezone,
        account.day_starts_at,
        account.day_starts_at >= time(12),
        account.id,
        account.user_id,
    ]
    with connection.chunked_cursor() if long else connection.cursor() as cursor:
        cursor.execute(RESULTS, [*told, start, start])
        rows = cursor.fetchmany(FETCHED)
        while rows:
            yield from ((day, int(pnl), int(fees)) for day, pnl, fees in rows)
            rows = cursor.fetchmany(FETCHED) if len(rows) == FETCHED else []


def _array(values: Sequence[object]) -> str:
    """As PostgreSQL writes an array; of dates and whole numbers there is nothing to quote."""
    return f"{{{','.join('NULL' if value is None else str(value) for value in values)}}}"


def _units(amount: Decimal) -> int:
    return int(amount * UNIT)


def _day(account: TradingAccount, at: datetime) -> date:
    return clock.trading_day(at, account.day_timezone, account.day_starts_at)


@dataclass(frozen=True, slots=True)
class Sums:
    """What an account's days add up to and what its closed trades do; the two are one to the last decimal."""

    booked: Decimal
    traded: Decimal

    @property
    def difference(self) -> Decimal:
        return self.booked - self.traded


def sums(account: TradingAccount) -> Sums:
    booked = DailySnapshot.objects.filter(account=account).aggregate(total=Sum("net_pnl"))["total"]
    closed = Trade.objects.filter(account=account, deleted_at=None, exit_time__isnull=False)
    return Sums(booked or Decimal(0), closed.aggregate(total=Sum("pnl"))["total"] or Decimal(0))


def is_stale(account: TradingAccount) -> bool:
    """True when the days do not add up to the trades, or the last one does not close at deposit and results."""
    found = sums(account)
    kept = DailySnapshot.objects.filter(account=account).order_by("-snapshot_date")
    last = kept.values_list("closing_equity", flat=True).first()
    return bool(found.difference or (last is not None and last != account.starting_balance + found.traded))
