"""I publish firms' programmes from their files: a changed file becomes a new version, an unchanged one nothing."""

from decimal import Decimal
from typing import Any

from armor.firms import Programme, programmes
from armor.models import PropFirmTemplate

RULES = ("limits", "reset", "size", "confidence", "unsure", "profit_target_percent")


def publish_all() -> int:
    """The number of versions written. Needs a role that may write templates: the service."""
    return sum(_publish(programme) for programme in programmes())


def _publish(programme: Programme) -> int:
    told = programme.values
    rules = _plain({name: told[name] for name in RULES if name in told})
    named = {"firm_name": told["firm_name"], "program": told["program"], "phase": told.get("phase", "")}
    latest = PropFirmTemplate.objects.filter(**named).order_by("-version").first()
    if latest is not None and latest.rules == rules:
        return 0
    PropFirmTemplate.objects.create(
        **named, version=latest.version + 1 if latest else 1, rules=rules, is_published=True,
        max_daily_loss=told.get("max_daily_loss"), max_trailing_dd=told.get("max_trailing_dd"),
        min_trading_days=told.get("min_trading_days"), profit_target=told.get("profit_target"),
        source_url=told.get("source_url", ""), verified_on=told.get("verified_on"),
    )  # fmt: skip
    return 1


def _plain(value: Any) -> Any:
    """TOML as JSON keeps it: decimals as text."""
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return str(value) if isinstance(value, Decimal) else value
