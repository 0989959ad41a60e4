"""I hold an account to a firm's published programme, and tell whether that would guard it less than now."""

from datetime import time

from accounts.limits import is_guarded
from accounts.models import TradingAccount
from armor.looser import is_looser
from armor.models import PropFirmTemplate

KEPT = ("limits", "reset", "confidence", "unsure", "effective_from", "effective_until")


def would_loosen(account: TradingAccount, template: PropFirmTemplate) -> bool:
    """A programme that takes away or widens a limit of the one before it, or begins a guarded account's day anew."""
    if not is_guarded(account):
        return False
    before, after = (account.prop_firm_rules or {}).get("limits") or [], template.rules.get("limits") or []
    return _day(account, template) != (account.day_timezone, account.day_starts_at) or is_looser(before, after)


def hold(account: TradingAccount, template: PropFirmTemplate) -> None:
    """The account keeps this version, and the firm's own day; what its trader wrote beside it stays."""
    told_of = template.rules
    kept = {name: value for name, value in (account.prop_firm_rules or {}).items() if name in ("own", "own_next")}
    account.prop_firm_rules = {
        "template_id": str(template.id), "version": template.version, "name": template.name,
        **{name: told_of[name] for name in KEPT if name in told_of}, **kept,
    }  # fmt: skip
    account.day_timezone, account.day_starts_at = _day(account, template)
    account.account_type = "prop_firm"
    account.save(update_fields=["prop_firm_rules", "day_timezone", "day_starts_at", "account_type"])
    account.refresh_from_db()


def _day(account: TradingAccount, template: PropFirmTemplate) -> tuple[str, time]:
    """The firm's; where it says no zone or no hour, the account's own."""
    reset = template.rules.get("reset") or {}
    starts = time.fromisoformat(reset["at"]) if reset.get("at") else account.day_starts_at
    return reset.get("zone") or account.day_timezone, starts
