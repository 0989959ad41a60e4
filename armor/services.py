"""I judge accounts: claim what is due, measure each rule on each moment, write each breach once."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import TradingAccount
from aetheris import clock, live
from aetheris.money import to_stored
from armor import evidence
from armor.limits import limits_of
from armor.models import Breach, BreachCounter, Due, PropFirmTemplate
from armor.rules import rules
from armor.signals import account_judged
from armor.state import Limit, Measure, State


def judge_due(account_id: UUID, *, now: datetime | None = None) -> list[Breach]:
    """Judge an account if it is due, in the caller's transaction and as its owner; the breaches that are new."""
    claimed = Due.objects.select_for_update().filter(account_id=account_id, due_since__isnull=False).first()
    if claimed is None:
        return []
    ids = claimed.trade_ids
    Due.objects.filter(pk=claimed.pk).update(due_since=None, touched_from=None, trade_ids=[])
    account = TradingAccount.objects.get(pk=account_id)
    breaches = judge(account, touched_from=claimed.touched_from, now=now or clock.now())
    account_judged.send(sender=Due, account=account, touched_from=claimed.touched_from)
    transaction.on_commit(lambda: live.ring_trades(account.user_id, account.id, ids))
    return breaches


def judge(account: TradingAccount, *, touched_from: datetime | None, now: datetime) -> list[Breach]:
    """Measure every limit on every moment since the change, and write the levels reached for the first time."""
    limits = limits_of(account)
    if not limits or account.is_closed:
        return []
    reached: dict[tuple[str, int, date], tuple[Limit, Measure]] = {}
    for state in evidence.states(account, evidence.first_day(account, touched_from, now), now):
        for limit in limits:
            measure = rules[limit.rule].measure(state, limit)
            for level in range(1, measure.level + 1):
                reached.setdefault((limit.rule, level, state.day), (limit, measure))
    return _write(account, reached)


def _write(account: TradingAccount, reached: dict[tuple[str, int, date], tuple[Limit, Measure]]) -> list[Breach]:
    days = {day for _, _, day in reached}
    if not days:
        return []
    counter = _counter(account.user_id)
    known = set(
        Breach.objects.filter(account=account, trading_day__in=days).values_list(
            "breach_type", "breach_level", "trading_day"
        )
    )
    new = [(key, found) for key, found in reached.items() if key not in known]
    new.sort(key=lambda item: (item[0][2], item[1][1].state.at, item[0][1], item[0][0]))
    breaches = [
        _breach(account, counter.last_number + place, level, limit, measure)
        for place, ((_, level, _), (limit, measure)) in enumerate(new, start=1)
    ]
    if breaches:
        Breach.objects.bulk_create(breaches)
        BreachCounter.objects.filter(pk=counter.pk).update(last_number=counter.last_number + len(breaches))
    return breaches


def _counter(user_id: UUID) -> BreachCounter:
    """The user's counter, locked: a user's breaches are numbered one after the other."""
    BreachCounter.objects.bulk_create([BreachCounter(user_id=user_id)], ignore_conflicts=True)
    return BreachCounter.objects.select_for_update().get(user_id=user_id)


def _breach(account: TradingAccount, number: int, level: int, limit: Limit, measure: Measure) -> Breach:
    return Breach(
        account=account, user_id=account.user_id, number=number, breach_type=measure.rule, breach_level=level,
        breach_value=to_stored(measure.used), breach_limit=to_stored(measure.limit), trading_day=measure.state.day,
        evidence=_evidence(limit, measure),
    )  # fmt: skip


def _evidence(limit: Limit, measure: Measure) -> dict[str, Any]:
    """The numbers it was judged on, enough to judge it again."""
    state: State = measure.state
    return {
        "at": state.at.isoformat(),
        "trade_id": str(state.trade_id) if state.trade_id else None,
        "limit": {
            "source": limit.source, "amount": _text(limit.amount), "percent": _text(limit.percent), "base": limit.base,
            "reference": limit.reference, "breaks": limit.breaks, "lock_at": _text(limit.lock_at),
            "levels": [str(share) for share in limit.levels], "effect": limit.effect,
        },
        "state": {
            "starting_balance": str(state.starting_balance), "day_start_balance": str(state.day_start_balance),
            "balance": str(state.balance), "eod_peak": str(state.eod_peak), "equity": _text(state.equity),
            "open_positions": state.open_positions,
        },
        "floor": str(measure.floor),
        "worth": str(measure.worth),
        "basis": "equity" if state.equity is not None else "closed balance",
        "estimate": state.is_estimate,
    }  # fmt: skip


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"


# What people do -----------------------------------------------------------------------------------------


def dismiss(*, breach: Breach, note: str = "") -> Breach:
    """Acknowledge a breach and the lower levels of the same rule and day; done twice, the first time counts."""
    same = Breach.objects.filter(
        account_id=breach.account_id, breach_type=breach.breach_type, trading_day=breach.trading_day, dismissed_at=None
    )
    same.filter(breach_level__lte=breach.breach_level).update(
        dismissed_at=clock.now(), acknowledged_note=note[:2000] or None
    )
    breach.refresh_from_db()
    return breach


def put_under(*, account: TradingAccount, template: PropFirmTemplate) -> TradingAccount:
    """Hold an account to a firm's published programme; the account keeps that version, and the firm's own day."""
    told = template.rules
    reset = told.get("reset") or {}
    account.prop_firm_rules = {
        "template_id": str(template.id), "version": template.version, "name": template.name, "limits": told["limits"],
    }  # fmt: skip
    account.day_timezone = reset.get("zone", account.day_timezone)
    account.day_starts_at = reset.get("at", account.day_starts_at)
    account.account_type = "prop_firm"
    account.save(update_fields=["prop_firm_rules", "day_timezone", "day_starts_at", "account_type"])
    account.refresh_from_db()
    return account
