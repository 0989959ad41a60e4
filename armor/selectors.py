"""I read breaches and distances to limits, shaped once for pages, API and sockets."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import takewhile
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Max, QuerySet, Sum

from accounts.models import TradingAccount
from aetheris import clock
from armor import evidence
from armor.limits import limits_of
from armor.models import Breach
from armor.rules import rules
from armor.state import Limit, Measure, State
from armor.words import body, resets, title
from trading.models import Trade


def breaches() -> QuerySet[Breach]:
    return Breach.objects.select_related("account").order_by("-number")


def missed_since(number: int) -> QuerySet[Breach]:
    """What came after a client's last number, oldest first."""
    return Breach.objects.select_related("account").filter(number__gt=number).order_by("number")


def standing() -> list[Breach]:
    """Levels 2 and 3 that nobody has acknowledged, the highest of each rule and day: part of every page."""
    open_ones = breaches().filter(dismissed_at=None, breach_level__gte=2).order_by("-breach_level", "-number")[:50]
    highest: dict[tuple[object, ...], Breach] = {}
    for breach in open_ones:
        highest.setdefault((breach.account_id, breach.breach_type, breach.trading_day), breach)
    return sorted(highest.values(), key=lambda breach: (breach.breach_level, breach.number))


def last_number() -> int:
    return Breach.objects.aggregate(last=Max("number"))["last"] or 0


def alert(breach: Breach, *, whole: bool = False, zone: str = "UTC") -> dict[str, Any]:
    """A breach as people and programs are told of it; moments in UTC, money as text in account currency.

    `whole` adds the course of its trading day, for the level 3 page. `zone` is the reader's.
    """
    account = breach.account
    local = breach.created_at.astimezone(ZoneInfo(zone))
    told = {
        "id": str(breach.id),
        "number": breach.number,
        "level": breach.breach_level,
        "rule": breach.breach_type,
        "account_id": str(breach.account_id),
        "account_name": account.account_name,
        "title": title(breach, account),
        "body": body(breach, account),
        "value": plain(breach.breach_value),
        "limit": plain(breach.breach_limit),
        "levels": _levels(breach),
        "currency": account.currency,
        "used_percent": percent(breach.breach_value, breach.breach_limit),
        "trading_day": breach.trading_day.isoformat(),
        "at": _utc(breach.created_at),
        "at_label": f"{local:%H:%M}",
        "dismissed": breach.dismissed_at is not None,
        "dismissed_at": _utc(breach.dismissed_at) if breach.dismissed_at else None,
        "needs_ack": breach.breach_level >= 2 and breach.dismissed_at is None,
        "note": breach.acknowledged_note or "",
        "resets_at": _utc(evidence.bounds(account, breach.trading_day)[1]),
        "resets_label": resets(breach, account),
        "acknowledge_url": f"/alerts/{breach.id}/dismiss/",
        "evidence": breach.evidence,
    }
    return told | _course(breach, zone) if whole else told


def _levels(breach: Breach) -> list[list[Any]]:
    shares = (breach.evidence.get("limit") or {}).get("levels") or []
    return [[n, plain(Decimal(share) * breach.breach_limit)] for n, share in enumerate(shares, start=1)]


def _course(breach: Breach, zone: str) -> dict[str, Any]:
    """How the day went: its result after each trade, what is left to the maximum, and the steps that led here."""
    account, day = breach.account, breach.trading_day
    first = evidence.states(account, day, breach.created_at)
    states = [state for state in takewhile(lambda state: state.day <= day, first) if state.day == day]
    last = states[-1]
    steps = Breach.objects.select_related("account").filter(
        account=account, trading_day=day, breach_type=breach.breach_type, number__lte=breach.number
    )
    here = ZoneInfo(zone)
    maximum = [rules[limit.rule].measure(last, limit) for limit in limits_of(account) if limit.rule != "max_daily_loss"]
    return {
        "series": [[_utc(state.at), plain(state.balance - state.day_start_balance)] for state in _drawn(states)],
        "loss_today": plain(last.balance - last.day_start_balance),
        "left_to_max": plain(min(measure.room for measure in maximum)) if maximum else None,
        "timeline": [
            {"level": step.breach_level, "at_label": f"{step.created_at.astimezone(here):%H:%M}",
             "text": f"Level {step.breach_level}: {body(step, account)}" if step.breach_level < 3
             else f"Level 3: {title(step, account).lower()}"}
            for step in steps.order_by("number")
        ],
    }  # fmt: skip


def _drawn(states: list[State], most: int = 200) -> list[State]:
    """The course from just before the first trade, in at most about so many points."""
    if len(states) > 1:
        begins = max(states[0].at, states[1].at - timedelta(minutes=5))
        states = [replace(states[0], at=begins), *states[1:]]
    step = max(1, len(states) // most)
    return [*states[::step], states[-1]] if (len(states) - 1) % step else states[::step]


def percent(used: Decimal, limit: Decimal) -> str:
    return f"{100 * used / limit:.1f}" if limit else ""


def plain(amount: Decimal) -> str:
    """A decimal as text without the zeros that only fill its column."""
    text = f"{amount.normalize():f}"
    return text if "." in text and len(text.partition(".")[2]) >= 2 else f"{amount:.2f}"


def _utc(moment: Any) -> str:
    return str(moment.isoformat().replace("+00:00", "Z"))


def now_state(account: TradingAccount) -> State:
    """The account at this moment."""
    now = clock.now()
    return list(evidence.states(account, evidence.day_of(account, now), now))[-1]


def measured(account: TradingAccount, state: State) -> list[tuple[Limit, Measure]]:
    """Each limit beside how near it is in this state."""
    return [(limit, rules[limit.rule].measure(state, limit)) for limit in limits_of(account)]


def risk(account: TradingAccount) -> dict[str, Any]:
    """The live distance to every limit. `state` is "armed", "unarmed" without limits, "unknown" on an estimate."""
    state = now_state(account)
    found = measured(account, state)
    today = evidence.bounds(account, state.day)
    return {
        "account_id": str(account.id),
        "account_name": account.account_name,
        "currency": account.currency,
        "state": "unarmed" if not found else "unknown" if state.is_estimate else "armed",
        "trading_day": state.day.isoformat(),
        "resets_at": _utc(today[1]),
        "balance": plain(state.balance),
        "equity": plain(state.equity) if state.equity is not None else None,
        "day_start_balance": plain(state.day_start_balance),
        "pnl_today": plain(state.balance - state.day_start_balance),
        "open_positions": state.open_positions,
        "locked": locked(account, state),
        "limits": [_limit(limit, measure) for limit, measure in found],
    }


def locked(account: TradingAccount, state: State) -> bool:
    """A level 3 of this trading day locks the account until its reset."""
    return Breach.objects.filter(account=account, breach_level=3, trading_day=state.day).exists()


def _limit(limit: Limit, measure: Measure) -> dict[str, Any]:
    return {
        "rule": limit.rule,
        "title": rules[limit.rule].title,
        "source": limit.source,
        "effect": limit.effect,
        "limit": plain(measure.limit),
        "used": plain(measure.used),
        "room": plain(measure.room),
        "floor": plain(measure.floor),
        "used_percent": percent(measure.used, measure.limit),
        "level": measure.level,
        "breaks": limit.breaks,
        "levels": [str(share) for share in limit.levels],
    }


def trades_today(account: TradingAccount, state: State) -> int:
    start, end = evidence.bounds(account, state.day)
    return Trade.objects.filter(account=account, deleted_at=None, entry_time__gte=start, entry_time__lt=end).count()


def open_risk(account: TradingAccount) -> Decimal | None:
    """Money at risk in open positions whose risk is known; None when one of them is not."""
    standing = Trade.objects.filter(account=account, deleted_at=None, exit_time__isnull=True)
    if standing.filter(initial_risk__isnull=True).exists():
        return None
    return standing.aggregate(total=Sum("initial_risk"))["total"] or Decimal(0)
