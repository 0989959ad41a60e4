"""I put a breach into words: what happened, the number, the next step. No blame, no exclamation marks."""

from decimal import Decimal
from zoneinfo import ZoneInfo

from accounts.models import TradingAccount
from aetheris import clock
from aetheris.charts import words
from armor.models import Breach
from armor.rules import rules


def amount(value: Decimal, currency: str) -> str:
    """Money as read by people; cents only where there are some."""
    return words.money(value, currency, 0 if value == value.to_integral_value() else 2)


def title(breach: Breach, account: TradingAccount) -> str:
    rule = rules[breach.breach_type]
    if breach.breach_level == 3:
        return rule.headline
    return f"{account.account_name} at {_share(breach)} of {rule.title.lower()}"


def body(breach: Breach, account: TradingAccount) -> str:
    used, limit = amount(breach.breach_value, account.currency), amount(breach.breach_limit, account.currency)
    if breach.breach_level == 3:
        return (
            f"{account.account_name} is at {words.MINUS}{used} against a limit of {words.MINUS}{limit}. "
            f"Aether Armor shows this account as locked until {resets(breach, account)}."
        )
    left = amount(max(breach.breach_limit - breach.breach_value, Decimal(0)), account.currency)
    return f"{used} of {limit} used, {left} left until {resets(breach, account)}."


def resets(breach: Breach, account: TradingAccount) -> str:
    """When the breach's trading day ends, in the account's own clock."""
    end = clock.day_bounds(breach.trading_day, account.day_timezone, account.day_starts_at)[1]
    return f"{end.astimezone(ZoneInfo(account.day_timezone)):%H:%M} {city(account.day_timezone)}"


def city(zone: str) -> str:
    """America/New_York → New York."""
    return zone.rpartition("/")[2].replace("_", " ")


def _share(breach: Breach) -> str:
    return f"{100 * breach.breach_value / breach.breach_limit:.0f}%" if breach.breach_limit else "100%"
