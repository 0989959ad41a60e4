"""I collect the limits an account is held to: the firm's it was put under, and the trader's own."""

from accounts.models import TradingAccount
from armor.rules import rules
from armor.state import Limit


def limits_of(account: TradingAccount) -> list[Limit]:
    """Firm's limits first; a limit that names an unknown rule is left to the system check."""
    firm = account.prop_firm_rules or {}
    source = str(firm.get("name", "firm"))
    theirs = [Limit.read(told, source=source) for told in firm.get("limits", []) if told.get("rule") in rules]
    return [*theirs, *_own(account)]


def _own(account: TradingAccount) -> list[Limit]:
    own = []
    if account.risk_limit:
        own.append(Limit(rule="max_daily_loss", amount=account.risk_limit))
    if account.max_drawdown_limit:
        own.append(Limit(rule="max_total_loss", percent=account.max_drawdown_limit * 100))
    if account.trailing_dd_limit:
        own.append(Limit(rule="trailing_dd", percent=account.trailing_dd_limit * 100, base="reference"))
    return own
