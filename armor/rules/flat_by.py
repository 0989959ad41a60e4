"""I see positions that are still open at the hour by which an account must be flat."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from armor.ask import COMMON, Ask, count
from armor.limit import Limit
from armor.measure import Measure
from armor.rules import rule
from armor.state import State

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ASKS = COMMON | {
    "time": Ask(kind="time", help="wall clock, HH:MM", needed=True),
    "zone": Ask(kind="zone", help="IANA zone of that clock", needed=True),
    "warn_minutes": count("how long before to warn", needed=False, least=0, most=600),
}
WITH_DAYS = ASKS | {"days": Ask(kind="words", help="weekdays on which it holds; all by default", choices=DAYS)}


def _hours(limit: Limit, state: State) -> Iterable[datetime]:
    """The hour itself, and the warning before it, on each day of the state's stretch."""
    if state.day_end is None:
        return []
    hours = list(_on(limit, state.begins, state.day_end))
    return [hour - early for hour in hours for early in (_warning(limit), timedelta(0))]


def _on(limit: Limit, since: datetime, until: datetime) -> Iterable[datetime]:
    zone, days = ZoneInfo(str(limit.options["zone"])), limit.options.get("days") or DAYS
    at = time.fromisoformat(str(limit.options["time"]))
    day = since.astimezone(zone).date() - timedelta(days=1)
    while (hour := datetime.combine(day, at, zone)) <= until + timedelta(hours=12):
        if hour >= since and DAYS[day.weekday()] in days:
            yield hour.astimezone(since.tzinfo)
        day += timedelta(days=1)


def _warning(limit: Limit) -> timedelta:
    return timedelta(minutes=float(limit.number("warn_minutes", 15)))


def measure(state: State, limit: Limit) -> Measure:
    """Level 1 from `warn_minutes` (15) before the hour with positions open; at the hour broken (2, or 3 where the firm
    fails for it)."""
    hour = next(iter(_on(limit, state.at - _grace, state.at + timedelta(days=8))), None)
    near = hour is not None and state.at >= hour - _warning(limit)
    late = hour is not None and state.at >= hour
    standing = max(len(state.open), state.open_positions)
    level = 0 if not standing or not near else 1 if not late else 3 if limit.effect == "fail" else 2
    return Measure(rule=limit.rule, used=limit.number("", standing), limit=limit.number("", 0), level=level,
                   broken=level == 3, state=state, facts={"hour": str(hour or "")})  # fmt: skip


_grace = timedelta(minutes=1)

rule("flat_by", title="Flat by", headline="Positions are open after the hour to be flat", unit="positions",
     moments=frozenset({"timer"}), timers=_hours, asks=WITH_DAYS)(measure)  # fmt: skip
rule("weekend_holding", title="Weekend holding", headline="Positions are held into the weekend", unit="positions",
     moments=frozenset({"timer"}), timers=_hours, asks=WITH_DAYS)(measure)  # fmt: skip
