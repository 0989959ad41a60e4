"""I put a planned trade beside what the account knows: its price, what a point is worth, each limit."""

from decimal import Decimal
from statistics import median
from typing import Any, Literal

from accounts.models import TradingAccount
from aetheris import clock
from armor import evidence
from armor.moments import moments
from armor.pretrade import Effect, Plan, check
from armor.rules import rules
from armor.selectors import plain, unknowns
from armor.services import judged_limits
from armor.state import State
from trading.models import Trade

LOOKED_AT, AGREEING = 30, Decimal("0.02")
LEAST_MOVE = Decimal("0.00001")


def checked(
    account: TradingAccount,
    *,
    symbol: str,
    side: Literal["long", "short"],
    quantity: Decimal,
    entry: Decimal | None,
    stop: Decimal | None,
    multiplier: Decimal | None,
) -> dict[str, Any]:
    """What this trade would do to each limit now. `allowed` is None where it cannot be known."""
    now, limits = clock.now(), judged_limits(account)
    book = evidence.book(account, first=evidence.day_of(account, now), now=now, limits=limits)
    *_, state = moments(book, frozenset())
    source = "given" if multiplier is not None else "own trades"
    multiplier = multiplier if multiplier is not None else worth_of_a_point(account, symbol)
    plan = Plan(symbol=symbol, side=side, quantity=quantity, entry=entry, stop=stop, multiplier=multiplier)
    effects = check(state, limits, plan)
    return {
        "account_id": str(account.id), "symbol": symbol, "side": side, "quantity": plain(quantity),
        "multiplier": None if multiplier is None else _exact(multiplier),
        "multiplier_source": source if multiplier is not None else None,
        "risk": None if plan.risk is None else plain(plan.risk), "unknown": _why(plan, state, effects),
        "allowed": _allowed(effects), "level": max((one.after.level for one in effects if one.after), default=0),
        "fits": _fits(effects), "limits": [_effect(one) for one in effects],
    }  # fmt: skip


def worth_of_a_point(account: TradingAccount, symbol: str) -> Decimal | None:
    """Money for one price unit of one quantity, as this account's last closed trades of the symbol tell it.

    The median of gross ÷ (move × quantity), if all agree within 2 %; else it is not known, as with a symbol that is
    quoted in another currency than the account's.
    """
    rows = Trade.objects.filter(
        account=account, symbol=symbol, deleted_at=None, exit_time__isnull=False, gross_pnl__isnull=False
    ).order_by("-exit_time")
    values = [
        gross / ((left - entered) * quantity * (1 if side == "long" else -1))
        for side, quantity, entered, left, gross in rows.values_list(
            "side", "quantity", "entry_price", "exit_price", "gross_pnl"
        )[:LOOKED_AT]
        if abs(left - entered) > LEAST_MOVE and gross
    ]
    if not values:
        return None
    middle = median(values)
    return middle if middle > 0 and all(abs(value - middle) <= AGREEING * middle for value in values) else None


def _allowed(effects: list[Effect]) -> bool | None:
    told = [one.allowed for one in effects]
    return False if False in told else None if None in told else True


def _fits(effects: list[Effect]) -> str | None:
    """The smallest of what fits; None when nothing bounds it or it is not known."""
    known = [one.fits for one in effects if one.fits is not None]
    return _exact(min(known)) if known else None


def _why(plan: Plan, state: State, effects: list[Effect]) -> list[str]:
    reasons = [plan.unknown, *unknowns(state, [(one.limit, one.before) for one in effects]),
               *(one.unknown for one in effects if one.after is None)]  # fmt: skip
    return list(dict.fromkeys(reason for reason in reasons if reason))


def _effect(one: Effect) -> dict[str, Any]:
    return {
        "rule": one.limit.rule, "title": rules[one.limit.rule].title, "source": one.limit.source,
        "unit": rules[one.limit.rule].unit, "allowed": one.allowed, "level_before": one.before.level,
        "level_after": one.after.level if one.after else None,
        "used_before": plain(one.before.used), "used_after": plain(one.after.used) if one.after else None,
        "limit": plain((one.after or one.before).limit), "fits": None if one.fits is None else _exact(one.fits),
        "unknown": one.unknown,
    }  # fmt: skip


def _exact(value: Decimal) -> str:
    return f"{value.normalize():f}"
