"""I compute and keep KPIs: of an account, up to a day, and again when what they were computed from changed."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.db.models import Q

from accounts.models import TradingAccount
from aetheris import clock
from analytics import snapshots
from analytics.evidence import sample_of
from analytics.models import KpiSnapshot
from analytics.report import ENGINE_VERSION, Report, report
from analytics.sample import Sample

LONGEST_GAP = 31  # days made up for after the worker was away; more is what `snapshot` is for


def metrics(account: TradingAccount, day: date | None = None) -> Report:
    """Every KPI of an account, up to the end of a trading day or up to now."""
    end = _end(account, day) if day else None
    return report(sample_of([account], end=end, zone=account.day_timezone))


def keep_metrics(account: TradingAccount, day: date) -> KpiSnapshot:
    """Write the day's KPI snapshot anew."""
    keep_days(account, [day])
    return KpiSnapshot.objects.get(account=account, snapshot_date=day)


def keep_days(account: TradingAccount, days: Iterable[date]) -> int:
    """Write the KPI snapshots of these days anew; the trades are read once. The number of snapshots written."""
    chosen = sorted(set(days))
    if not chosen:
        return 0
    last = _end(account, chosen[-1])
    whole = sample_of([account], end=last, zone=account.day_timezone)
    kept = [_kept(account, day, whole if day == chosen[-1] else _until(whole, _end(account, day))) for day in chosen]
    KpiSnapshot.objects.bulk_create(
        kept, batch_size=100, update_conflicts=True, unique_fields=["account", "snapshot_date"],
        update_fields=["metrics", "undefined", "engine_version", "trades_count", "is_stale"],
    )  # fmt: skip
    return len(kept)


def _end(account: TradingAccount, day: date) -> datetime:
    return clock.day_bounds(day, account.day_timezone, account.day_starts_at)[1]


def _until(sample: Sample, end: datetime) -> Sample:
    return sample.where(sample.columns.exited < np.int64(end.timestamp()) * 1_000_000)


def _kept(account: TradingAccount, day: date, sample: Sample) -> KpiSnapshot:
    found = report(sample)
    return KpiSnapshot(
        account=account, user_id=account.user_id, snapshot_date=day, engine_version=found.engine_version,
        trades_count=found.trades,
        metrics={key: value.value for key, value in found.values.items()},
        undefined={key: value.reason for key, value in found.values.items() if value.value is None},
    )  # fmt: skip


def mark_stale(account: TradingAccount, touched_from: datetime | None) -> int:
    """What was computed from the touched day on is no longer true; the next round computes it anew."""
    kept = KpiSnapshot.objects.filter(account=account, is_stale=False)
    if touched_from:
        kept = kept.filter(snapshot_date__gte=_day(account, touched_from))
    return kept.update(is_stale=True)


def bring_up_to_date(account: TradingAccount, *, now: datetime, all_days: bool = False) -> int:
    """Days in step, the KPIs of every day that ended kept, outdated ones computed anew; snapshots written.

    `all_days` rebuilds the days from the first trade on: when the account's clock or deposit changed.
    """
    if all_days or snapshots.is_stale(account):
        snapshots.rebuild(account)
    outdated = KpiSnapshot.objects.filter(account=account)
    if not all_days:
        outdated = outdated.filter(Q(is_stale=True) | ~Q(engine_version=ENGINE_VERSION))
    days = {*outdated.values_list("snapshot_date", flat=True), *_missed(account, ended_day(account, now))}
    return keep_days(account, days)


def _missed(account: TradingAccount, ended: date) -> list[date]:
    """The ended days after the last kept one; just the last ended day when nothing was kept before."""
    newest: Any = KpiSnapshot.objects.filter(account=account).order_by("-snapshot_date")
    last = newest.values_list("snapshot_date", flat=True).first()
    missing = 1 if last is None else min((ended - last).days, LONGEST_GAP)
    return [ended - timedelta(days=back) for back in range(missing)]


def ended_day(account: TradingAccount, now: datetime) -> date:
    """The last trading day that is over on the account's own clock."""
    return _day(account, now) - timedelta(days=1)


def _day(account: TradingAccount, at: datetime) -> date:
    return clock.trading_day(at, account.day_timezone, account.day_starts_at)
