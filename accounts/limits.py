"""I tell a limit that is made looser from one that is made tighter: looser ones wait, tighter ones hold at once."""

from collections.abc import Mapping
from typing import Any

from accounts.models import TradingAccount

LIMITS = ("risk_limit", "max_drawdown_limit", "trailing_dd_limit")


def raised(account: TradingAccount, values: Mapping[str, Any]) -> dict[str, Any]:
    """The limits among these values that would allow more than now; none at all allows most."""
    return {
        name: values[name] for name in LIMITS if name in values and _allows_more(getattr(account, name), values[name])
    }


def _allows_more(now: Any, then: Any) -> bool:
    return now is not None and (then is None or then > now)
