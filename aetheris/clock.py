"""I alone ask the time; everyone else is told."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def now() -> datetime:
    return datetime.now(UTC)


def trading_day(moment: datetime, zone: str, starts_at: time) -> date:
    """The trading day a moment belongs to, in the account's own clock.

    A day that starts in the afternoon (17:00 Chicago) carries the next calendar date, as the futures
    trade does; one that starts in the morning or at midnight carries its own.
    """
    local = moment.astimezone(ZoneInfo(zone))
    day = local.date()
    if local.time() < starts_at:
        day -= timedelta(days=1)
    return day + timedelta(days=1) if starts_at >= time(12) else day


def day_bounds(day: date, zone: str, starts_at: time) -> tuple[datetime, datetime]:
    """First moment of a trading day and of the next one, in UTC; 23 to 25 hours apart."""
    first = day - timedelta(days=1) if starts_at >= time(12) else day
    here = ZoneInfo(zone)
    start = datetime.combine(first, starts_at, here)
    end = datetime.combine(first + timedelta(days=1), starts_at, here)
    return start.astimezone(UTC), end.astimezone(UTC)
