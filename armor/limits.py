"""I collect the limits an account is held to: the firm's it was put under, and the trader's own."""

from dataclasses import replace
from typing import Any

from accounts.models import TradingAccount
from aetheris import clock
from armor.limit import Limit
from armor.rules import rules
from armor.rulesets import own_limits

BESIDE = {"max_daily_loss": "own_daily_loss", "max_total_loss": "own_total_loss", "trailing_dd": "own_trailing_dd"}
NO_ZONE = "the firm does not say in which time zone its day ends, so no daily rule can be held to it"


def limits_of(account: TradingAccount) -> list[Limit]:
    """Firm's limits first; a limit that names an unknown rule is left to the system check.

    The trader's own limit of a kind the firm has too is a rule of its own, so that the day's one alert of the one
    never swallows the other's.
    """
    firm = account.prop_firm_rules or {}
    theirs = [_firms(told, firm) for told in firm.get("limits", []) if told.get("rule") in rules]
    taken = {limit.rule for limit in theirs}
    return [*theirs, *(_beside(limit, taken) for limit in _own(account))]


def _firms(told: dict[str, Any], firm: dict[str, Any]) -> Limit:
    """A daily rule of a firm whose reset has no known zone is shown and never enforced."""
    zoneless = "reset" in firm and firm["reset"] and not firm["reset"].get("zone")
    why = NO_ZONE if told["rule"] == "max_daily_loss" and zoneless else ""
    return Limit.read(told, source=str(firm.get("name", "firm")), unenforceable=why)


def _beside(limit: Limit, taken: set[str]) -> Limit:
    return replace(limit, rule=BESIDE[limit.rule]) if limit.rule in taken and limit.rule in BESIDE else limit


def _own(account: TradingAccount) -> list[Limit]:
    """Own limits count the lower of balance and equity: closed losses alone can break them, with or without a
    reading, for what is open may not buy back what one has promised oneself not to lose."""
    own = []
    if account.risk_limit:
        own.append(Limit(rule="max_daily_loss", amount=account.risk_limit, counts="lower", effect="pause"))
    if account.max_drawdown_limit:
        percent = account.max_drawdown_limit * 100
        own.append(Limit(rule="max_total_loss", percent=percent, counts="lower", effect="pause"))
    if account.trailing_dd_limit:
        percent = account.trailing_dd_limit * 100
        own.append(Limit(rule="trailing_dd", percent=percent, base="reference", counts="lower", effect="pause"))
    told = own_limits(account.prop_firm_rules or {}, clock.now())
    named = {limit.rule for limit in own}
    return own + [
        Limit.read({"counts": "lower", "effect": "pause"} | one)
        for one in told
        if one.get("rule") in rules and one["rule"] not in named
    ]
