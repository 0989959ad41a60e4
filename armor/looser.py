"""I tell whether a changed rule set holds its trader less tightly: then it waits for the next session. Pure."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

LOWER_IS_TIGHTER = (
    "amount", "percent", "per_hour", "per_day", "history_factor", "trades", "hours", "positions", "per_symbol",
    "factor", "score",
)  # fmt: skip
HIGHER_IS_TIGHTER = ("minutes", "keep_percent", "warn_minutes")
OTHER_WAY = {("missing_stop", "minutes"), ("daily_profit_lock", "amount")}
GOALS = ("profit_target", "min_trading_days", "best_day")


def is_looser(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> bool:
    """True unless every limit that stood still stands, and each change of it can only make it break earlier."""
    now = {limit["rule"]: limit for limit in after}
    return any(_is_looser(limit, now.get(limit["rule"])) for limit in before if limit["rule"] not in GOALS)


def _is_looser(before: Mapping[str, Any], after: Mapping[str, Any] | None) -> bool:
    if after is None:
        return True
    names = {name for name in (*before, *after) if _plain(before.get(name)) != _plain(after.get(name))}
    return any(not _tightens(before["rule"], name, before.get(name), after.get(name)) for name in names)


def _tightens(rule: str, name: str, before: Any, after: Any) -> bool:
    if before is None or after is None or name not in (*LOWER_IS_TIGHTER, *HIGHER_IS_TIGHTER):
        return False
    lower = (name in LOWER_IS_TIGHTER) != ((rule, name) in OTHER_WAY)
    change = Decimal(str(after)) - Decimal(str(before))
    return change <= 0 if lower else change >= 0


def _plain(value: Any) -> Any:
    try:
        return Decimal(str(value))
    except ArithmeticError:
        return value
