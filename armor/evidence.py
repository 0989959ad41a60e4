"""I read from the database what a rule may know of an account: its days and moments as frozen states."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Sum

from accounts.models import TradingAccount
from aetheris import clock
from armor.state import State
from trading.models import Trade

ZERO = Decimal(0)


def day_of(account: TradingAccount, at: datetime) -> date:
    return clock.trading_day(at, account.day_timezone, account.day_starts_at)


def first_day(account: TradingAccount, touched_from: datetime | None, now: datetime) -> date:
    """The first trading day to judge: a change moves every balance after it.

    Days before the account was first known here are history, not breaches that could have been seen.
    """
    touched = day_of(account, touched_from) if touched_from else day_of(account, now)
    return max(min(touched, day_of(account, now)), day_of(account, account.created_at))


def states(account: TradingAccount, first: date, now: datetime) -> Iterator[State]:
    """The account at the start of each trading day with results from `first` on, and after each of its trades.

    Today is always among the days, results or not.
    """
    today = day_of(account, now)
    start = bounds(account, first)[0]
    before = _closed(account).filter(exit_time__lt=start).aggregate(total=Sum("pnl"))["total"] or ZERO
    balance = account.starting_balance + before
    peak = _eod_peak(account, start)
    for day, results in groupby(_results(account, start, today), key=lambda result: result[0]):
        fixed: dict[str, Any] = {
            "day": day, "starting_balance": account.starting_balance, "day_start_balance": balance, "eod_peak": peak,
            "open_positions": _open_positions(account) if day == today else 0,
        }  # fmt: skip
        yield State(at=bounds(account, day)[0], balance=balance, **fixed)
        for _, at, id, pnl in results:
            if id is not None:
                balance += pnl
                yield State(at=at, balance=balance, trade_id=id, **fixed)
        peak = max(peak, balance)


def bounds(account: TradingAccount, day: date) -> tuple[datetime, datetime]:
    return clock.day_bounds(day, account.day_timezone, account.day_starts_at)


def _results(
    account: TradingAccount, start: datetime, today: date
) -> Iterator[tuple[date, datetime, UUID | None, Decimal]]:
    """(day, moment, trade, result) in order, closing with today even when nothing happened in it."""
    rows = _closed(account).filter(exit_time__gte=start).order_by("exit_time", "entry_time", "id")
    last = None
    for id, at, pnl in rows.values_list("id", "exit_time", "pnl"):
        last = day_of(account, at)
        yield last, at, id, pnl
    if last is None or last < today:
        yield today, bounds(account, today)[0], None, ZERO


def _open_positions(account: TradingAccount) -> int:
    return Trade.objects.filter(account=account, deleted_at=None, exit_time__isnull=True).count()


def _closed(account: TradingAccount) -> Any:
    return Trade.objects.filter(account=account, deleted_at=None, exit_time__isnull=False)


def _eod_peak(account: TradingAccount, before: datetime) -> Decimal:
    """The highest balance at the end of a trading day before `before`, the starting balance included."""
    shift = f"{account.day_starts_at.hour * 60 + account.day_starts_at.minute} minutes"
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT max(running) FROM (
                SELECT sum(sum(pnl)) OVER (ORDER BY ((exit_time AT TIME ZONE %s) - %s::interval)::date) AS running
                FROM trades
                WHERE user_id = %s AND account_id = %s AND deleted_at IS NULL AND exit_time < %s
                GROUP BY ((exit_time AT TIME ZONE %s) - %s::interval)::date
            ) days
            """,
            [account.day_timezone, shift, account.user_id, account.id, before, account.day_timezone, shift],
        )
        highest = cursor.fetchone()[0]
    return account.starting_balance + max(ZERO, highest or ZERO)
