"""I put a breach into words: what happened, the number, the next step. No blame, no exclamation marks.

The words are found when they are read, in the reader's language; kept is only what happened.
"""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import TradingAccount
from aetheris import clock
from aetheris.charts import words
from aetheris.retelling import retold
from armor.forecast import RULE as FORECAST
from armor.models import Breach
from armor.rules import rules

ONE = {"trades": "trade", "positions": "position", "days": "day", "hours": "hour", "points": "point"}
UNITS = (
    gettext_noop("trade"), gettext_noop("trades"), gettext_noop("position"), gettext_noop("positions"),
    gettext_noop("day"), gettext_noop("days"), gettext_noop("hour"), gettext_noop("hours"), gettext_noop("point"),
    gettext_noop("points"), gettext_noop("times"),
)  # fmt: skip


def named(rule: str) -> str:
    """The danger's name, as a heading has it."""
    return _(rules[rule].title)


def called(rule: str) -> str:
    """Its name within a sentence."""
    return named(rule).lower()


def amount(value: Decimal, currency: str) -> str:
    """Money as read by people; cents only where there are some."""
    return words.money(value, currency, 0 if value == value.to_integral_value() else 2)


def in_unit(value: Decimal, unit: str, currency: str) -> str:
    """A measure as read by people: money, a percentage, or so many of something."""
    if unit == "money":
        return amount(value, currency)
    places = 0 if value == value.to_integral_value() else 1
    if unit == "percent":
        return words.percent(value / 100, places)
    return f"{words.number(value, places)} {_(ONE.get(unit, unit) if value == 1 else unit)}"


def title(breach: Breach, account: TradingAccount) -> str:
    rule = rules[breach.breach_type]
    if breach.breach_level == 3 or rule.levels != (1, 2, 3):
        return _(rule.headline)
    told = _("{account} at {share} of {rule}")
    return told.format(account=account.account_name, share=_share(breach), rule=called(rule.key))


def body(breach: Breach, account: TradingAccount) -> str:
    if breach.breach_type == FORECAST:
        return _forecast(breach, account)
    rule = rules[breach.breach_type]
    used, limit = (in_unit(value, rule.unit, account.currency) for value in (breach.breach_value, breach.breach_limit))
    if rule.kind == "floor":
        return _floor(breach, account, used, limit)
    said = _("{account}: {told}. {until}")
    if rule.levels != (1, 2, 3):
        told = f"{called(rule.key)}{_what(breach, used, limit)}"
    else:
        told = _("{used} of {limit}").format(used=used, limit=limit)
    return said.format(account=account.account_name, told=told, until=_until(breach, account))


def _floor(breach: Breach, account: TradingAccount, used: str, limit: str) -> str:
    reset = resets(breach, account)
    if breach.breach_level == 3:
        at = _("{account} is at {used} against a limit of {limit}.").format(
            account=account.account_name, used=f"{words.MINUS}{used}", limit=f"{words.MINUS}{limit}"
        )
        return f"{at}{_also(breach)} {_locked(reset)}"
    left = amount(max(breach.breach_limit - breach.breach_value, Decimal(0)), account.currency)
    told = _("{used} of {limit} used, {left} left until {reset}.")
    return told.format(used=used, limit=limit, left=left, reset=reset) + _estimate(breach)


def _estimate(breach: Breach) -> str:
    """Why nothing worse was said than a warning."""
    if not breach.evidence.get("estimate"):
        return ""
    if breach.evidence["state"].get("told_balance"):
        why = retold(breach.evidence["unknown"])
        return f" {why[:1].upper()}{why[1:]}."
    return " " + _("Open positions are not valued.")


def _also(breach: Breach) -> str:
    """The lower floors that broke at the same moment."""
    names = [called(rule) for rule in breach.evidence.get("also_broken", []) if rule in rules]
    told = _("At the same moment it fell below {names} as well.")
    return " " + told.format(names=_(" and ").join(names)) if names else ""


def _what(breach: Breach, used: str, limit: str) -> str:
    said = breach.breach_limit != 1 and breach.breach_value != 1
    return _(", {used} where {limit} is set").format(used=used, limit=limit) if said else ""


def _until(breach: Breach, account: TradingAccount) -> str:
    reset = resets(breach, account)
    return _locked(reset) if breach.breach_level == 3 else _("The day ends at {reset}.").format(reset=reset)


def _locked(reset: str) -> str:
    return _("Aether Armor shows this account as locked until {reset}.").format(reset=reset)


def _forecast(breach: Breach, account: TradingAccount) -> str:
    facts = breach.evidence.get("facts", {})
    if "carried" not in facts:
        told = _("What {account} carries breaks a floor at {reset}.")
        return told.format(account=account.account_name, reset=resets(breach, account))
    at = datetime.fromisoformat(facts["resets_at"]).astimezone(ZoneInfo(account.day_timezone))
    told = _(
        "You carry {carried}. At {reset} the floor of {rule} becomes {floor} and {account} breaks it. Reduce or close "
        "before then."
    )
    return told.format(
        carried=words.money(Decimal(facts["carried"]), account.currency, signed=True),
        reset=f"{at:%H:%M} {city(account.day_timezone)}", rule=called(facts["floor_rule"]),
        floor=amount(Decimal(facts["floor"]), account.currency), account=account.account_name,
    )  # fmt: skip


def resets(breach: Breach, account: TradingAccount) -> str:
    """When the breach's trading day ends, in the account's own clock."""
    end = clock.day_bounds(breach.trading_day, account.day_timezone, account.day_starts_at)[1]
    return f"{end.astimezone(ZoneInfo(account.day_timezone)):%H:%M} {city(account.day_timezone)}"


def city(zone: str) -> str:
    """America/New_York → New York."""
    return zone.rpartition("/")[2].replace("_", " ")


def _share(breach: Breach) -> str:
    return words.percent(breach.breach_value / breach.breach_limit if breach.breach_limit else 1, 0)
