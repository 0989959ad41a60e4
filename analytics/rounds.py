"""I keep every account's KPIs at its own day's end, and anew where they are outdated."""

import logging
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from accounts.models import TradingAccount
from aetheris import clock
from aetheris.db.tenancy import acting_as
from analytics import services
from analytics.report import ENGINE_VERSION

log = logging.getLogger("aetheris.analytics")

EVERY_SECONDS = 120.0


class Kept(NamedTuple):
    """An account's clock, and the newest KPI snapshot it has."""

    account_id: UUID
    user_id: UUID
    day_timezone: str
    day_starts_at: time
    account_changed_at: datetime
    day: date | None
    at: datetime | None
    outdated: bool

    @property
    def changed_since(self) -> bool:
        return self.at is not None and self.account_changed_at > self.at

    def is_due(self, now: datetime) -> bool:
        """A trading day ended since the last snapshot, or the snapshots no longer hold."""
        ended = clock.trading_day(now, self.day_timezone, self.day_starts_at) - timedelta(days=1)
        return self.day is None or self.day < ended or self.outdated or self.changed_since


def kept() -> list[Kept]:
    """What is kept of every active account, whoever it belongs to; for the service only."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM door.snapshots_kept(%s)", [ENGINE_VERSION])
        rows: list[Any] = cursor.fetchall()
    return [Kept(*row) for row in rows]


def keep_ended_days(now: datetime | None = None) -> int:
    """The number of accounts brought up to date. One that fails is told of; the others go on."""
    moment, done = now or clock.now(), 0
    for one in kept():
        if one.is_due(moment):
            done += _brought(one, moment)
    return done


def _brought(one: Kept, now: datetime) -> int:
    try:
        with acting_as(one.user_id, label="snapshot"):
            account = TradingAccount.objects.get(pk=one.account_id)
            services.bring_up_to_date(account, now=now, all_days=one.changed_since)
    except Exception:
        log.exception("The snapshots of account %s could not be kept and are tried again", one.account_id)
        return 0
    return 1
