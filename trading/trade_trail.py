"""I word a trade's own trail: who changed what, when, from what to what."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from trading.trade_words import moment

SILENT = frozenset(["updated_at", "version"])


def told(changes: list[dict[str, Any]], zone: ZoneInfo) -> list[dict[str, Any]]:
    """The newest first."""
    return [_step(change, zone) for change in reversed(changes)]


def _step(change: dict[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    at: datetime = change["occurred_at"]
    names = [name for name in change["changed_fields"] or () if name not in SILENT]
    deleted = change["action"] == "UPDATE" and "deleted_at" in names
    gone = deleted and (change["new_values"] or {}).get("deleted_at") is not None
    headline = {"INSERT": _("Written"), "UPDATE": _("Changed"), "DELETE": _("Removed")}[change["action"]]
    if deleted:
        headline = _("Deleted") if gone else _("Brought back")
    return {
        "headline": headline, "at": moment(at, zone), "who": change["actor_label"] or _("the service"),
        "why": change["reason"] or "", "number": change["sequence"],
        "lines": [] if change["action"] == "INSERT" or deleted else [
            (name, _word(change["old_values"], name), _word(change["new_values"], name)) for name in names
        ],
    }  # fmt: skip


def _word(image: dict[str, Any] | None, name: str) -> str:
    value = (image or {}).get(name)
    if value is None or value in ("", []):
        return "–"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
