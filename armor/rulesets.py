"""I keep the rule set a trader writes for an account, beside the firm's: exported, imported, and in force from when."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from accounts.limits import DAY, raised
from accounts.models import TradingAccount
from aetheris import clock
from aetheris.errors import AetherisError
from armor import evidence, limit_changes
from armor.looser import is_looser
from armor.models import PropFirmTemplate
from armor.rules import rules
from armor.ruleset import FORMAT, NOT_FOR_FORMS, Fault, faults


class RulesNotRight(AetherisError):
    """{count} of this rule set cannot stand: {first} Nothing was changed."""

    code = "rules_not_right"
    status = 422

    def __init__(self, found: list[Fault]) -> None:
        self.faults = found
        fields = "One field" if len(found) == 1 else f"{len(found)} fields"
        super().__init__(count=fields, first=f"{found[0].field or 'the whole'}: {found[0].message}")


def exported(account: TradingAccount) -> dict[str, Any]:
    """The trader's own rule set, ready to be imported elsewhere; `next` is what waits for the coming session."""
    told = account.prop_firm_rules or {}
    waits = told.get("own_next")
    return {
        "format": FORMAT, "name": f"Own rules of {account.account_name}",
        "reset": {"zone": account.day_timezone, "at": f"{account.day_starts_at:%H:%M}"},
        "limits": own_limits(told, clock.now()), "firm": _firm(told),
        "next": waits if waits and datetime.fromisoformat(waits["from"]) > clock.now() else None,
    }  # fmt: skip


def own_limits(told: Mapping[str, Any], now: datetime) -> list[dict[str, Any]]:
    """What is in force at this moment."""
    waits = told.get("own_next")
    if waits and datetime.fromisoformat(waits["from"]) <= now:
        return list(waits["limits"])
    return list(told.get("own", []))


def _firm(told: Mapping[str, Any]) -> dict[str, Any] | None:
    return {"name": told.get("name"), "version": told.get("version")} if told.get("template_id") else None


def would_loosen(account: TradingAccount, told: Any) -> bool:
    """Whether this rule set must wait and needs a fresh second factor; one that cannot stand loosens nothing."""
    if faults(told):
        return False
    standing = own_limits(account.prop_firm_rules or {}, clock.now())
    return is_looser(standing, told["limits"]) or bool(raised(account, _day(account, told)))


def keep_own(*, account: TradingAccount, told: Any) -> TradingAccount:
    """Tighter rules hold at once, looser ones and another day from the account's next session on.

    The day of an account under a firm is the firm's; a personal account takes the rule set's.
    """
    if found := faults(told):
        raise RulesNotRight(found)
    now, day = clock.now(), _day(account, told)
    rules = dict(account.prop_firm_rules or {})
    standing = own_limits(rules, now)
    limits = [{name: value for name, value in limit.items() if value is not None} for limit in told["limits"]]
    if waits := raised(account, day):
        limit_changes.wait_for(account, waits)
    if is_looser(standing, limits):
        starts = evidence.bounds(account, evidence.day_of(account, now))[1]
        rules |= {"own": standing, "own_next": {"from": starts.isoformat(), "limits": limits}}
    else:
        rules |= {"own": limits, "own_next": None}
    account.prop_firm_rules = rules
    for name in day.keys() - waits.keys():
        setattr(account, name, day[name])
    account.save(update_fields=["prop_firm_rules", *DAY])
    account.refresh_from_db()
    return account


def _day(account: TradingAccount, told: Mapping[str, Any]) -> dict[str, Any]:
    """The day this rule set asks for, as far as it is the account's own to choose."""
    reset = told.get("reset") or {}
    if (account.prop_firm_rules or {}).get("template_id"):
        return {}
    zone, at = reset.get("zone"), reset.get("at")
    return ({"day_timezone": zone} if zone else {}) | ({"day_starts_at": time.fromisoformat(at)} if at else {})


def newer(account: TradingAccount) -> dict[str, Any]:
    """The programme version this account is held to, the newest published one, and what differs between both."""
    held = account.prop_firm_rules or {}
    template = PropFirmTemplate.objects.filter(pk=held["template_id"]).first() if held.get("template_id") else None
    if template is None:
        return {"held": None, "newer": None, "changes": []}
    same = PropFirmTemplate.objects.filter(
        firm_name=template.firm_name, program=template.program, phase=template.phase, is_published=True
    )
    latest = same.order_by("-version").first()
    found = latest if latest and latest.version > template.version else None
    return {
        "held": _named(template), "newer": _named(found) if found else None,
        "changes": list(_changes("", template.rules, found.rules)) if found else [],
    }  # fmt: skip


def _named(template: PropFirmTemplate) -> dict[str, Any]:
    return {"template": str(template.id), "name": template.name, "version": template.version}


def _changes(where: str, before: Any, after: Any) -> Any:
    """Each place that differs: limits are told by their rule, everything else by its name."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name in dict.fromkeys([*before, *after]):
            yield from _changes(f"{where}.{name}".lstrip("."), before.get(name), after.get(name))
    elif where == "limits" and isinstance(before, list) and isinstance(after, list):
        yield from _changes("limits", {one["rule"]: one for one in before}, {one["rule"]: one for one in after})
    elif before != after:
        yield {"field": where, "held": before, "newer": after}


def catalogue() -> list[dict[str, Any]]:
    """Every rule a limit may name."""
    return [
        {
            "rule": key, "title": rule.title, "kind": rule.kind, "unit": rule.unit, "reaches": list(rule.levels),
            "meaning": " ".join((rule.measure.__doc__ or "").split()),
            "asks": [
                {"name": name, "kind": ask.kind, "help": ask.help, "needed": ask.needed, "choices": list(ask.choices)}
                for name, ask in rule.asks.items()
            ],
        }
        for key, rule in rules.items() if key not in NOT_FOR_FORMS
    ]  # fmt: skip
