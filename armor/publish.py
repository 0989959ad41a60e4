"""I publish firms' programmes from their files: a changed file becomes a new version, an unchanged one nothing."""

from typing import Any

from armor.firms import Programme, plain, programmes
from armor.models import PropFirmTemplate
from armor.ruleset import faults

RULES = ("reset", "size", "confidence", "sources", "unsure", "effective_from", "effective_until")


class ProgrammeFaulty(ValueError):
    """A firm's file asks for something no rule knows."""


def publish_all() -> int:
    """The number of versions written. Needs a role that may write templates: the service."""
    return sum(_publish(programme, phase) for programme in programmes() for phase in programme.phases)


def _publish(programme: Programme, phase: dict[str, Any]) -> int:
    told = programme.values
    rules = plain({name: told[name] for name in RULES if name in told} | {"limits": programme.limits_of(phase)})
    if found := faults({"limits": rules["limits"], "reset": rules.get("reset")}):
        raise ProgrammeFaulty(f"{programme.key}.toml: {found[0].field}: {found[0].message}")
    named = {"firm_name": told["firm_name"], "program": told["program"], "phase": phase["name"]}
    latest = PropFirmTemplate.objects.filter(**named).order_by("-version").first()
    if latest is not None and latest.rules == rules:
        return 0
    PropFirmTemplate.objects.create(
        **named, version=latest.version + 1 if latest else 1, rules=rules, is_published=True,
        source_url=told["sources"][0], verified_on=told["verified_on"], **_figures(rules["limits"]),
    )  # fmt: skip
    return 1


def _figures(limits: list[dict[str, Any]]) -> dict[str, Any]:
    """The figures a list shows beside the rules, where they are money."""
    money = {limit["rule"]: limit.get("amount") for limit in limits}
    days = next((limit["days"] for limit in limits if limit["rule"] == "min_trading_days"), None)
    return {
        "max_daily_loss": money.get("max_daily_loss"), "max_trailing_dd": money.get("trailing_dd"),
        "max_loss_per_trade": money.get("loss_per_trade"), "profit_target": money.get("profit_target"),
        "min_trading_days": days,
    }  # fmt: skip
