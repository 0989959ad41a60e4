"""I tell what would guard an account less from what guards it more: the former waits, the latter holds at once."""

from collections.abc import Mapping
from typing import Any

from accounts.models import TradingAccount

LIMITS = ("risk_limit", "max_drawdown_limit", "trailing_dd_limit")
DAY = ("day_timezone", "day_starts_at")
GROUND = ("starting_balance", "currency", *DAY)  # what limits stand on: moved, they measure something else


def raised(account: TradingAccount, values: Mapping[str, Any]) -> dict[str, Any]:
    """What among these values would allow more than now: a higher limit, none at all, or for a guarded account other
    ground below its limits, since nobody can say that it is not looser."""
    higher = {
        name: values[name] for name in LIMITS if name in values and _allows_more(getattr(account, name), values[name])
    }
    return higher | (_moved(account, values) if is_guarded(account) else {})


def is_guarded(account: TradingAccount) -> bool:
    """It has a limit of its own or a programme's, or waits for one."""
    rules = account.prop_firm_rules or {}
    written = any(rules.get(name) for name in ("template_id", "limits", "own", "own_next"))
    return written or any(getattr(account, name) is not None for name in LIMITS)


def moves_a_firms_day(account: TradingAccount, values: Mapping[str, Any]) -> bool:
    return bool((account.prop_firm_rules or {}).get("template_id")) and any(
        name in values and values[name] != getattr(account, name) for name in DAY
    )


def _moved(account: TradingAccount, values: Mapping[str, Any]) -> dict[str, Any]:
    """Under a programme the day is the programme's: that is refused and does not wait."""
    ground = [name for name in GROUND if name not in DAY or not (account.prop_firm_rules or {}).get("template_id")]
    return {name: values[name] for name in ground if name in values and values[name] != getattr(account, name)}


def _allows_more(now: Any, then: Any) -> bool:
    return now is not None and (then is None or then > now)
