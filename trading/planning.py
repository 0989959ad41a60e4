"""I keep what a trader set out to do today, and end a session with what it brought."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Sum

from accounts.models import User
from aetheris import clock
from trading.errors import ChangedMeanwhile
from trading.models import DayPlan, Trade, TradingSession
from trading.sitting import change_session

USUAL = ("News of the day read", "Limits of each account known", "Setups for today named", "Slept and fed")


def plan_of(user: User, day: date) -> DayPlan:
    """The day's plan; one that is not written yet starts with the last day's list, nothing ticked."""
    known = DayPlan.objects.filter(plan_date=day).first()
    if known is not None:
        return known
    last = DayPlan.objects.filter(plan_date__lt=day, plan_date__gte=day - timedelta(days=60)).order_by("-plan_date")
    before = last.first()
    items = [item["text"] for item in before.checklist] if before else list(USUAL)
    fresh = DayPlan(user=user, plan_date=day, checklist=[{"text": text, "done": False} for text in items], version=0)
    if before:
        fresh.trades_most, fresh.loss_most, fresh.profit_target = (
            before.trades_most, before.loss_most, before.profit_target)  # fmt: skip
    return fresh


def write_plan(*, user: User, day: date, version: int, values: Mapping[str, Any]) -> None:
    """Version 0 is a plan not written yet."""
    if version == 0:
        _plan, new = DayPlan.objects.get_or_create(user=user, plan_date=day, defaults=dict(values))
        if new:
            return
    elif DayPlan.objects.filter(plan_date=day, version=version).update(**values):
        return
    raise ChangedMeanwhile(current=DayPlan.objects.get(plan_date=day).version, sent=version)


def end_session(*, session: TradingSession, notes: str, tilt: bool) -> TradingSession:
    """With the trades closed in it and what they brought."""
    now = clock.now()
    brought = Trade.objects.filter(
        account_id=session.account_id, deleted_at=None, exit_time__gte=session.session_start, exit_time__lte=now
    ).aggregate(count=Count("id"), pnl=Sum("pnl"))
    told = {"session_end": now, "notes": notes, "tilt_flag": tilt, "trades_count": brought["count"],
            "session_pnl": brought["pnl"] or 0}  # fmt: skip
    return change_session(session=session, values=told)
