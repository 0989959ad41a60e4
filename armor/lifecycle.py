"""I carry out what a person decides about an alert: acknowledge it, pause, snooze, go on all the same."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from accounts.models import TradingAccount
from aetheris import clock, live
from armor import evidence, services
from armor.errors import NoCooling, NotSnoozable, ReasonMissing
from armor.models import AccountGuard, Breach, Cooling, Snooze

SNOOZES = {"15m": timedelta(minutes=15), "1h": timedelta(hours=1), "reset": None}
GO_ON = "continue"
PAUSE = "pause"


def decide(*, breach: Breach, choice: str, note: str = "") -> Breach:
    """What one of an alert's buttons says: "pause", "continue", "snooze-15m", …; anything else acknowledges."""
    if choice.startswith("snooze-"):
        snooze(breach=breach, how=choice.removeprefix("snooze-"))
        return breach
    if choice == PAUSE and breach.breach_level >= 2:
        cool(breach=breach)
    elif choice == GO_ON and breach.breach_level == 2 and not note.strip():
        raise ReasonMissing
    return services.dismiss(breach=breach, note=note)


def cool(*, breach: Breach, now: datetime | None = None) -> Cooling:
    """A pause of the account, from now on; the alert is acknowledged by it. One that runs already is not shortened."""
    if breach.breach_level < 2:
        raise NoCooling
    began = now or clock.now()
    ends = began + timedelta(minutes=guard_of(breach.account).cooling_minutes)
    made = Cooling.objects.create(
        account_id=breach.account_id, user_id=breach.user_id, breach=breach, started_at=began, ends_at=ends
    )
    services.dismiss(breach=breach, note=breach.acknowledged_note or "")
    return made


def snooze(*, breach: Breach, how: str, now: datetime | None = None) -> Snooze:
    """Silent for a while; acknowledged it is not."""
    moment = now or clock.now()
    if breach.breach_level != 1 or breach.dismissed_at is not None or how not in SNOOZES:
        raise NotSnoozable
    reset = evidence.bounds(breach.account, breach.trading_day)[1]
    wanted = SNOOZES[how]
    until = moment + wanted if wanted else reset
    if until <= moment:
        raise NotSnoozable
    made = Snooze.objects.create(user_id=breach.user_id, breach=breach, until=until)
    transaction.on_commit(lambda: live.ring("snoozed", breach.user_id, breach.number, until.isoformat()))
    return made


def guard_of(account: TradingAccount) -> AccountGuard:
    """How this account is guarded; unsaved where nobody has said anything."""
    return AccountGuard.objects.filter(account=account).first() or AccountGuard(
        account=account, user_id=account.user_id
    )


def loosens(guard: AccountGuard, values: Mapping[str, Any]) -> bool:
    """A shorter pause, or no more closing at the broker."""
    shorter = values.get("cooling_minutes", guard.cooling_minutes) < guard.cooling_minutes
    return shorter or (guard.flatten_at_level_3 and values.get("flatten_at_level_3") is False)


def set_guard(*, account: TradingAccount, values: dict[str, Any]) -> AccountGuard:
    AccountGuard.objects.update_or_create(account=account, defaults=values | {"user_id": account.user_id})
    return guard_of(account)


def cooling_until(now: datetime) -> dict[UUID, datetime]:
    """When the pause of each account ends that is paused at this moment."""
    running = Cooling.objects.filter(ends_at__gt=now, started_at__lte=now)
    return dict(running.values_list("account_id").annotate(last=Max("ends_at")).values_list("account_id", "last"))


def snoozed_until(now: datetime) -> dict[UUID, datetime]:
    """Until when each breach is silent that is snoozed at this moment."""
    running = Snooze.objects.filter(until__gt=now)
    return dict(running.values_list("breach_id").annotate(last=Max("until")).values_list("breach_id", "last"))
