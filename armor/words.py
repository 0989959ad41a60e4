"""I put a breach into words: what happened, the number, the next step. No blame, no exclamation marks."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from accounts.models import TradingAccount
from aetheris import clock
from aetheris.charts import words
from armor.forecast import RULE as FORECAST
from armor.models import Breach
from armor.rules import rules

ONE = {"trades": "trade", "positions": "position", "days": "day", "hours": "hour", "points": "point"}


def amount(value: Decimal, currency: str) -> str:
    """Money as read by people; cents only where there are some."""
    return words.money(value, currency, 0 if value == value.to_integral_value() else 2)


def in_unit(value: Decimal, unit: str, currency: str) -> str:
    """A measure as read by people: money, a percentage, or so many of something."""
    if unit == "money":
        return amount(value, currency)
    figure = words.number(value, 0 if value == value.to_integral_value() else 1)
    if unit == "percent":
        return f"{figure}%"
    return f"{figure} {ONE.get(unit, unit) if value == 1 else unit}"


def title(breach: Breach, account: TradingAccount) -> str:
    rule = rules[breach.breach_type]
    if breach.breach_level == 3 or rule.levels != (1, 2, 3):
        return rule.headline
    return f"{account.account_name} at {_share(breach)} of {rule.title.lower()}"


def body(breach: Breach, account: TradingAccount) -> str:
    if breach.breach_type == FORECAST:
        return _forecast(breach, account)
    rule = rules[breach.breach_type]
    used, limit = (in_unit(value, rule.unit, account.currency) for value in (breach.breach_value, breach.breach_limit))
    if rule.kind == "floor":
        return _floor(breach, account, used, limit)
    if rule.levels != (1, 2, 3):
        return f"{account.account_name}: {rule.title.lower()}{_what(breach, used, limit)}. {_until(breach, account)}"
    return f"{account.account_name}: {used} of {limit}. {_until(breach, account)}"


def _floor(breach: Breach, account: TradingAccount, used: str, limit: str) -> str:
    if breach.breach_level == 3:
        return (
            f"{account.account_name} is at {words.MINUS}{used} against a limit of {words.MINUS}{limit}."
            f"{_also(breach)} Aether Armor shows this account as locked until {resets(breach, account)}."
        )
    left = amount(max(breach.breach_limit - breach.breach_value, Decimal(0)), account.currency)
    return f"{used} of {limit} used, {left} left until {resets(breach, account)}.{_estimate(breach)}"


def _estimate(breach: Breach) -> str:
    """Why nothing worse was said than a warning."""
    if not breach.evidence.get("estimate"):
        return ""
    if breach.evidence["state"].get("told_balance"):
        return f" {breach.evidence['unknown'][:1].upper()}{breach.evidence['unknown'][1:]}."
    return " Open positions are not valued."


def _also(breach: Breach) -> str:
    """The lower floors that broke at the same moment."""
    names = [rules[rule].title.lower() for rule in breach.evidence.get("also_broken", []) if rule in rules]
    return f" At the same moment it fell below {' and '.join(names)} as well." if names else ""


def _what(breach: Breach, used: str, limit: str) -> str:
    return f", {used} where {limit} is set" if breach.breach_limit != 1 and breach.breach_value != 1 else ""


def _until(breach: Breach, account: TradingAccount) -> str:
    if breach.breach_level == 3:
        return f"Aether Armor shows this account as locked until {resets(breach, account)}."
    return f"The day ends at {resets(breach, account)}."


def _forecast(breach: Breach, account: TradingAccount) -> str:
    facts = breach.evidence.get("facts", {})
    if "carried" not in facts:
        return f"What {account.account_name} carries breaks a floor at {resets(breach, account)}."
    carried, floor = Decimal(facts["carried"]), Decimal(facts["floor"])
    at = datetime.fromisoformat(facts["resets_at"]).astimezone(ZoneInfo(account.day_timezone))
    return (
        f"You carry {words.money(carried, account.currency, signed=True)}. At {at:%H:%M} {city(account.day_timezone)} "
        f"the floor of {rules[facts['floor_rule']].title.lower()} becomes {amount(floor, account.currency)} and "
        f"{account.account_name} breaks it. Reduce or close before then."
    )


def resets(breach: Breach, account: TradingAccount) -> str:
    """When the breach's trading day ends, in the account's own clock."""
    end = clock.day_bounds(breach.trading_day, account.day_timezone, account.day_starts_at)[1]
    return f"{end.astimezone(ZoneInfo(account.day_timezone)):%H:%M} {city(account.day_timezone)}"


def city(zone: str) -> str:
    """America/New_York → New York."""
    return zone.rpartition("/")[2].replace("_", " ")


def _share(breach: Breach) -> str:
    return f"{100 * breach.breach_value / breach.breach_limit:.0f}%" if breach.breach_limit else "100%"
