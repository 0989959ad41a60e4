"""I read breaches and distances to limits, shaped once for pages, API and sockets."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import takewhile
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Max, OuterRef, QuerySet, Subquery, Sum
from django.utils.translation import gettext as _

from accounts.models import TradingAccount
from aetheris import clock
from armor import evidence
from armor.forecast import Forecast, forecast
from armor.limit import Limit, text
from armor.limits import limits_of
from armor.measure import Measure, unmeasured
from armor.models import Breach, Snooze
from armor.moments import moments
from armor.rules import rules
from armor.state import State
from armor.words import body, resets, title
from trading.models import Trade

MAXIMA = ("max_total_loss", "trailing_dd", "own_total_loss", "own_trailing_dd")


def breaches() -> QuerySet[Any]:
    running = Snooze.objects.filter(breach_id=OuterRef("pk"), until__gt=clock.now()).order_by("-until")
    snoozed = Subquery(running.values("until")[:1])
    return Breach.objects.select_related("account").annotate(snoozed_until=snoozed).order_by("-number")


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
    snoozed = getattr(breach, "snoozed_until", None)
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
        "snoozed_until": _utc(snoozed) if snoozed else None,
        "snoozed_label": f"{snoozed.astimezone(ZoneInfo(zone)):%H:%M}" if snoozed else "",
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
    maximum = [
        measure for limit, measure in measured(account, last) if limit.rule in MAXIMA and measure.floor is not None
    ]
    return {
        "series": [[_utc(state.at), plain(state.balance - state.day_start_balance)] for state in _drawn(states)],
        "loss_today": plain(last.balance - last.day_start_balance),
        "left_to_max": plain(min(measure.room for measure in maximum)) if maximum else None,
        "timeline": [
            {"level": step.breach_level, "at_label": f"{step.created_at.astimezone(here):%H:%M}",
             "text": _("Level {}: {}").format(step.breach_level, _said(step, account))}
            for step in steps.order_by("number")
        ],
    }  # fmt: skip


def _said(step: Breach, account: TradingAccount) -> str:
    return body(step, account) if step.breach_level < 3 else title(step, account).lower()


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
    """The account at this moment, as far as its own limits may ask."""
    now = clock.now()
    book = evidence.book(account, first=evidence.day_of(account, now), now=now, limits=limits_of(account), again=True)
    *_, last = moments(book, frozenset())
    return last


def measured(account: TradingAccount, state: State) -> list[tuple[Limit, Measure]]:
    """Each limit that may be broken beside how near it is in this state."""
    return [(limit, measure_of(state, limit)) for limit in limits_of(account) if rules[limit.rule].kind != "objective"]


def measure_of(state: State, limit: Limit) -> Measure:
    if limit.unenforceable:
        return unmeasured(state, limit, limit.unenforceable)
    return rules[limit.rule].measure(state, limit)


def objectives(account: TradingAccount, state: State) -> list[tuple[Limit, Measure]]:
    """Goals and how far they are reached."""
    return [(limit, measure_of(state, limit)) for limit in limits_of(account) if rules[limit.rule].kind == "objective"]


def risk(account: TradingAccount) -> dict[str, Any]:
    """The live distance to every limit. `state` is "armed", "unarmed" without limits, "unknown" where a floor cannot
    be measured for certain; `unknown` says why."""
    state = now_state(account)
    found = measured(account, state)
    reasons = unknowns(state, found)
    return {
        "account_id": str(account.id),
        "account_name": account.account_name,
        "currency": account.currency,
        "state": "unarmed" if not found else "unknown" if reasons else "armed",
        "unknown": reasons if found else [],
        "trading_day": state.day.isoformat(),
        "resets_at": _utc(evidence.bounds(account, state.day)[1]),
        "balance": plain(state.balance),
        "equity": plain(state.equity) if state.equity is not None else None,
        "day_start_balance": plain(state.day_start_balance),
        "day_start_equity": None if state.day_start_equity is None else plain(state.day_start_equity),
        "pnl_today": plain(state.balance - state.day_start_balance),
        "open_positions": state.open_positions,
        "locked": locked(account, state),
        "limits": [_limit(limit, measure) for limit, measure in found],
        "objectives": [_objective(limit, measure) for limit, measure in objectives(account, state)],
        "forecast": _forecast(forecast(state, [limit for limit, _ in found])),
        "doubts": (account.prop_firm_rules or {}).get("unsure", []),
    }


def unknowns(state: State, found: list[tuple[Limit, Measure]]) -> list[str]:
    """Why one cannot say that every floor holds; each reason once."""
    reasons = [measure.unknown for limit, measure in found if rules[limit.rule].kind == "floor" and measure.unknown]
    return list(dict.fromkeys([state.doubt, *reasons] if state.doubt else reasons))


def _forecast(seen: Forecast | None) -> dict[str, Any] | None:
    if seen is None:
        return None
    return {
        "at": _utc(seen.at),
        "carried": None if seen.carried is None else plain(seen.carried),
        "unknown": seen.unknown,
        "breaks": [
            {"rule": limit.rule, "source": limit.source, "floor": plain(measure.floor or Decimal(0)),
             "worth": plain(measure.worth)}
            for limit, measure in seen.breaks
        ],
    }  # fmt: skip


def _objective(limit: Limit, measure: Measure) -> dict[str, Any]:
    met = measure.facts.get("met", str(measure.used >= measure.limit)) == "True"
    return {
        "rule": limit.rule, "title": rules[limit.rule].title, "unit": rules[limit.rule].unit, "source": limit.source,
        "goal": plain(limit_goal(limit, measure)), "reached": None if _is_unmeasured(measure) else plain(measure.used),
        "met": None if _is_unmeasured(measure) else met, "unknown": measure.unknown, "facts": measure.facts,
    }  # fmt: skip


def limit_goal(limit: Limit, measure: Measure) -> Decimal:
    return limit.number("max_share_percent") if _is_unmeasured(measure) and limit.rule == "best_day" else measure.limit


def _is_unmeasured(measure: Measure) -> bool:
    return bool(measure.unknown) and measure.limit == 0


def locked(account: TradingAccount, state: State) -> bool:
    """A level 3 of this trading day locks the account until its reset."""
    return Breach.objects.filter(account=account, breach_level=3, trading_day=state.day).exists()


def _limit(limit: Limit, measure: Measure) -> dict[str, Any]:
    rule, unmeasurable = rules[limit.rule], _is_unmeasured(measure)
    return {
        "rule": limit.rule,
        "title": rule.title,
        "source": limit.source,
        "kind": rule.kind,
        "unit": rule.unit,
        "effect": limit.effect,
        "limit": None if unmeasurable else plain(measure.limit),
        "used": None if unmeasurable else plain(measure.used),
        "room": None if unmeasurable else plain(measure.room),
        "floor": None if measure.floor is None else plain(measure.floor),
        "used_percent": percent(measure.used, measure.limit),
        "level": measure.level,
        "unknown": measure.unknown,
        "breaks": limit.breaks,
        "levels": [str(share) for share in limit.levels],
        "reaches": list(rule.levels),
        "amount": text(limit.amount),
        "percent": text(limit.percent),
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
