"""I keep one row for each account and trading day in step with its trades, and write only the days that changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Sum

from accounts.models import TradingAccount
from aetheris import clock
from aetheris.money import to_stored
from analytics.models import DailySnapshot
from trading.curves import Day, Result, days
from trading.models import Trade

FIGURES = (
    "gross_profit", "gross_loss", "net_pnl", "trades_count", "win_rate", "profit_factor", "expectancy",
    "opening_equity", "closing_equity", "peak_equity", "max_drawdown", "fees",
)  # fmt: skip

WRITE = f"""
    INSERT INTO daily_snapshots (account_id, user_id, snapshot_date, {", ".join(FIGURES)})
    SELECT %s, %s, * FROM unnest(
        %s::date[], {", ".join("%s::int[]" if name == "trades_count" else "%s::numeric[]" for name in FIGURES)}
    )
    ON CONFLICT (account_id, snapshot_date) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in FIGURES)}
"""  # noqa: S608 (the names are constants above)

RESULTS = """
    SELECT exit_time, ((exit_time AT TIME ZONE %s) - (%s::time)::interval)::date + %s::boolean::int, pnl,
           commissions - swap
    FROM trades
    WHERE account_id = %s AND user_id = %s AND deleted_at IS NULL AND exit_time IS NOT NULL
      AND (%s::timestamptz IS NULL OR exit_time >= %s)
    ORDER BY exit_time, entry_time, id
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
    standing = _standing(account, first)
    results, opening, peak = _from(account, first)
    made = [_figures(account, day) for day in days(results, opening, peak=peak)]
    changed = [figures for figures in made if standing.get(figures[0]) != figures[1:]]
    gone = standing.keys() - {figures[0] for figures in made}
    if gone:
        DailySnapshot.objects.filter(account=account, snapshot_date__in=gone).delete()
    _write(account, changed)
    return Rebuilt(len(made), len(changed), len(gone))


def _standing(account: TradingAccount, first: date) -> dict[date, tuple[object, ...]]:
    kept = DailySnapshot.objects.filter(account=account, snapshot_date__gte=first)
    return {day: tuple(figures) for day, *figures in kept.values_list("snapshot_date", *FIGURES)}


def _from(account: TradingAccount, first: date) -> tuple[list[Result], Decimal, Decimal]:
    """The results from a day on, the equity they start from and the highest one before."""
    if first == date.min:
        return _results(account, None), account.starting_balance, account.starting_balance
    start = clock.day_bounds(first, account.day_timezone, account.day_starts_at)[0]
    before = DailySnapshot.objects.filter(account=account, snapshot_date__lt=first).order_by("-snapshot_date")
    kept = before.values_list("closing_equity", "peak_equity").first()
    opening, peak = kept or (account.starting_balance, account.starting_balance)
    return _results(account, start), opening, peak


def _write(account: TradingAccount, changed: Sequence[tuple[Any, ...]]) -> None:
    """One statement for all changed days, column by column."""
    if changed:
        told: list[Any] = [account.id, account.user_id, *(list(column) for column in zip(*changed, strict=True))]
        with connection.cursor() as cursor:
            cursor.execute(WRITE, told)


def _results(account: TradingAccount, start: datetime | None) -> list[Result]:
    """The closed trades in the order of their results, each with its trading day as `clock.trading_day` says."""
    told: list[Any] = [
        account.day_timezone,
        account.day_starts_at,
        account.day_starts_at >= time(12),
        account.id,
        account.user_id,
    ]
    with connection.cursor() as cursor:
        cursor.execute(RESULTS, [*told, start, start])
        return [Result(at, day, pnl, fees) for at, day, pnl, fees in cursor]


def _day(account: TradingAccount, at: datetime) -> date:
    return clock.trading_day(at, account.day_timezone, account.day_starts_at)


def _figures(account: TradingAccount, day: Day) -> tuple[Any, ...]:
    """The day's date, then its figures in the order of FIGURES and to the eight decimals that are kept."""
    profit, loss = sum(day.wins, Decimal(0)), sum(day.losses, Decimal(0))
    count = len(day.pnls)
    return (
        day.date, profit, loss, day.net, count, to_stored(Decimal(len(day.wins)) / count),
        to_stored(profit / -loss) if loss else None, to_stored(day.net / count), day.opening, day.closing, day.peak,
        day.max_drawdown, day.fees,
    )  # fmt: skip


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
