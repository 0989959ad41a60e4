"""I keep one row for each account and trading day in step with its trades, and write only the days that changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from itertools import batched
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Sum

from accounts.models import TradingAccount
from aetheris import clock
from analytics.models import DailySnapshot
from trading.models import Trade

TOGETHER = 50
DAYS = (Path(__file__).parent / "sql" / "days.sql").read_text()


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many days there are from the touched one on, and how many of them were written or removed."""

    days: int = 0
    written: int = 0
    removed: int = 0


class Before(NamedTuple):
    """Where the days begin that are told anew, and what the account stood at then; `peak` is the highest ever."""

    first: date
    since: datetime
    opening: Decimal
    peak: Decimal


def rebuild(account: TradingAccount, *, touched_from: datetime | None = None) -> Rebuilt:
    """Bring the days from the touched one on in step, all of them when it is not known.

    A change moves the equity of every later day, so those are computed too; a day that comes out as it stands is
    left alone.
    """
    before = _before(account, _day(account, touched_from)) if touched_from else _nothing_before(account)
    return _in_step([(account, before)]).get(account.id, Rebuilt())


def rebuild_all(accounts: Iterable[TradingAccount]) -> dict[UUID, Rebuilt]:
    """The same for every day of all these accounts of one person, so many in one question."""
    done: dict[UUID, Rebuilt] = {}
    for some in batched(accounts, TOGETHER, strict=False):
        done |= _in_step([(account, _nothing_before(account)) for account in some])
    return done


def _nothing_before(account: TradingAccount) -> Before:
    return Before(date.min, datetime.min.replace(tzinfo=UTC), account.starting_balance, account.starting_balance)


def _before(account: TradingAccount, first: date) -> Before:
    since = clock.day_bounds(first, account.day_timezone, account.day_starts_at)[0]
    earlier = DailySnapshot.objects.filter(account=account, snapshot_date__lt=first).order_by("-snapshot_date")
    kept = earlier.values_list("closing_equity", "peak_equity").first()
    return Before(first, since, *(kept or (account.starting_balance, account.starting_balance)))


def _in_step(asked: Sequence[tuple[TradingAccount, Before]]) -> dict[UUID, Rebuilt]:
    if not asked:
        return {}
    accounts, before = zip(*asked, strict=True)
    told = {name: [getattr(one, name) for one in before] for name in Before._fields}
    told |= {
        "user": accounts[0].user_id, "accounts": [account.id for account in accounts],
        "zones": [account.day_timezone for account in accounts],
        "starts": [account.day_starts_at for account in accounts],
        "ahead": [int(account.day_starts_at >= time(12)) for account in accounts],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(DAYS, told)
        return {id: Rebuilt(*counted) for id, *counted in cursor.fetchall()}


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
