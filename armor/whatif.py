"""I answer what would have been and what may be: rules over one's history, and the odds of passing a programme."""

from collections.abc import Sequence
from datetime import time
from decimal import Decimal
from itertools import groupby
from typing import Any

from accounts.models import TradingAccount
from aetheris import clock
from aetheris.errors import AetherisError
from armor import evidence
from armor.limit import Limit
from armor.limits import NO_ZONE, limits_of
from armor.measure import Measure
from armor.models import PropFirmTemplate
from armor.odds import LEAST_DAYS, Programme, odds
from armor.replay import Fired, replay
from armor.rules import rules
from armor.ruleset import faults
from armor.rulesets import RulesNotRight
from armor.selectors import plain
from trading.models import Trade

MOST_SHOWN, RUNS, HORIZON = 500, 2_000, 60


class TooFewDays(AetherisError):
    """Odds need at least {least} days with closed trades; this account has {found}. Import more history."""

    code = "too_few_days"
    status = 422


class ProgrammeNotDrawn(AetherisError):
    """{name} cannot be drawn from closed trades: {reason}"""

    code = "programme_not_drawn"
    status = 422


def limits_for(account: TradingAccount, *, template: PropFirmTemplate | None, told: Any) -> list[Limit]:
    """A programme's limits, those somebody wrote down, or today's of the account itself."""
    if told is not None:
        if found := faults(told):
            raise RulesNotRight(found)
        return [Limit.read({"effect": "pause"} | limit, source="what if") for limit in told["limits"]]
    if template is None:
        return [limit for limit in limits_of(account) if not limit.unenforceable]
    zoneless = bool(template.rules.get("reset")) and not template.rules["reset"].get("zone")
    return [
        Limit.read(limit, source=template.name)
        for limit in template.rules["limits"]
        if not (zoneless and limit["rule"] == "max_daily_loss")
    ]


def under(account: TradingAccount, template: PropFirmTemplate | None) -> TradingAccount:
    """The account as it would stand under the programme's day; nothing of it is saved."""
    reset = (template.rules.get("reset") or {}) if template else {}
    account.day_timezone = reset.get("zone") or account.day_timezone
    if reset.get("at"):
        account.day_starts_at = time.fromisoformat(reset["at"])
    return account


def what_if(account: TradingAccount, *, template: PropFirmTemplate | None = None, told: Any = None) -> dict[str, Any]:
    """When each limit would have fired over the whole history, the first of a day and level only."""
    limits = limits_for(account, template=template, told=told)
    fired = replay(under(account, template), limits, now=clock.now())
    return {
        "account_id": str(account.id), "currency": account.currency,
        "under": template.name if template else "rules given" if told is not None else "today's rules",
        "limits": [limit.told() for limit in limits], "count": len(fired),
        "by_rule": [
            {"rule": limit.rule, "title": rules[limit.rule].title, **_times(limit, fired)} for limit in limits
            if rules[limit.rule].kind != "objective"
        ],
        "first_failure": next((_fired(one) for one in fired if one.level == 3), None),
        "fired": [_fired(one) for one in fired[:MOST_SHOWN]], "left_out": max(0, len(fired) - MOST_SHOWN),
        "unknown": [NO_ZONE] if template and _is_zoneless(template) else [],
    }  # fmt: skip


def _is_zoneless(template: PropFirmTemplate) -> bool:
    reset = template.rules.get("reset")
    return bool(reset) and not reset.get("zone")


def _times(limit: Limit, fired: Sequence[Fired]) -> dict[str, int]:
    return {
        f"level_{level}": sum(1 for one in fired if one.found.limit.rule == limit.rule and one.level == level)
        for level in (1, 2, 3)
    }


def _fired(one: Fired) -> dict[str, Any]:
    measure: Measure = one.found.measure
    return {
        "rule": one.found.limit.rule, "level": one.level, "trading_day": one.day.isoformat(),
        "at": measure.state.at.isoformat().replace("+00:00", "Z"), "value": plain(measure.used),
        "limit": plain(measure.limit), "floor": None if measure.floor is None else plain(measure.floor),
        "trade_id": str(measure.state.trade_id) if measure.state.trade_id else None,
        "also_broken": list(one.found.also),
    }  # fmt: skip


def pass_odds(
    account: TradingAccount, *, template: PropFirmTemplate | None, seed: int, runs: int = RUNS, horizon: int = HORIZON
) -> dict[str, Any]:
    """How often one's own days, drawn again and again, would have passed the programme."""
    limits = limits_for(account, template=template, told=None)
    name = template.name if template else account.account_name
    programme = programme_of(account.starting_balance, limits, template, name)
    drawn = days_of(under(account, template))
    if len(drawn) < LEAST_DAYS:
        raise TooFewDays(least=LEAST_DAYS, found=len(drawn))
    found = odds(drawn, programme, runs=runs, seed=seed, horizon=horizon)
    return {
        "account_id": str(account.id), "under": name, "days_drawn_from": len(drawn), "horizon_days": horizon,
        "runs": found.runs, "seed": seed, "passed": found.passed, "passed_error": found.error,
        "failed_daily": found.failed_daily, "failed_maximum": found.failed_total, "unfinished": found.unfinished,
        "days_median": found.days_median,
        "notes": ["closed results only: what floats between trades is not in it, so true odds are no better",
                  "days are drawn as if they did not know of each other"],
    }  # fmt: skip


def programme_of(start: Decimal, limits: Sequence[Limit], template: PropFirmTemplate | None, name: str) -> Programme:
    """The money of a programme for this account's size; one written for another size is scaled to it."""
    held = {limit.rule: limit for limit in limits}
    if start <= 0:
        raise ProgrammeNotDrawn(name=name, reason="the account has no starting balance. Set one.")
    goal = held.get("profit_target")
    if goal is None:
        raise ProgrammeNotDrawn(name=name, reason="it names no profit target. Choose one that does.")
    size = Decimal(str((template.rules.get("size") if template else None) or start))
    daily, total, trail = (held.get(rule) for rule in ("max_daily_loss", "max_total_loss", "trailing_dd"))
    days = held.get("min_trading_days")
    return Programme(
        start=float(start), target=_money(goal, start, size), total=_money(total, start, size),
        daily=_money(daily, start, size) if daily is None or not _anchored(daily) else float(daily.percent or 0) / 100,
        trail=_money(trail, start, size), lock=_lock(trail, start, size),
        daily_of_reference=daily is not None and _anchored(daily), daily_fails=daily is None or daily.effect == "fail",
        daily_le=daily is None or daily.breaks == "le", total_le=total is None or total.breaks == "le",
        trail_le=trail is None or trail.breaks == "le", min_days=int(days.number("days")) if days else 0,
    )  # fmt: skip


def _anchored(limit: Limit) -> bool:
    return limit.amount is None and limit.base == "reference"


def _money(limit: Limit | None, start: Decimal, size: Decimal) -> float | None:
    if limit is None:
        return None
    if limit.amount is not None:
        return float(limit.amount * start / size)
    return float(start * (limit.percent or 0) / 100)


def _lock(limit: Limit | None, start: Decimal, size: Decimal) -> float | None:
    return None if limit is None or limit.lock_at is None else float(start + limit.lock_at * start / size)


def days_of(account: TradingAccount) -> list[list[float]]:
    """The closed results of each trading day, in their order."""
    rows = Trade.objects.filter(account=account, deleted_at=None, exit_time__isnull=False)
    results = rows.order_by("exit_time", "entry_time", "id").values_list("exit_time", "pnl")
    grouped = groupby(results, key=lambda row: evidence.day_of(account, row[0] or clock.now()))
    return [[float(pnl or 0) for _, pnl in group] for _, group in grouped]
