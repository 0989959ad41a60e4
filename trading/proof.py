"""I word what became of a file: counts, the rows not taken, the statement's own totals beside ours."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import TradingAccount
from aetheris.charts import words
from aetheris.retelling import retold
from trading.models import Import

FIRST = 20


def result(report: dict[str, Any], account: TradingAccount, *, dry_run: bool) -> dict[str, Any]:
    lines = [_line(line) for line in report["reconciliation"]]
    return {
        "headline": _headline(report, account, dry_run), "dry_run": dry_run,
        "sentence": " ".join(retold(note) for note in report["notes"]),
        "counts": [{"label": label, "value": words.number(count)} for label, count in _counts(report, dry_run)],
        "errors": report["errors"][:FIRST], "errors_label": _errors_label(report["errors_count"]),
        "reconciliation": lines, "all_equal": all(line["equal"] for line in lines), "proof": _proof(lines),
        "journal_url": f"/journal/?account={account.id}",
    }  # fmt: skip


def _counts(report: dict[str, Any], dry_run: bool) -> list[tuple[str, int]]:
    would = _("Would be new") if dry_run else _("New")
    changed = _("Would change") if dry_run else _("Updated")
    return [
        (_("Rows read"), report["rows"]), (_("Open positions"), report["open"]), (would, report["new"]),
        (changed, report["updated"]), (_("Known already"), report["duplicate"]),
        (_("Not taken"), report["errors_count"]),
    ]  # fmt: skip


def _headline(report: dict[str, Any], account: TradingAccount, dry_run: bool) -> str:
    if dry_run:
        would = _("{}: {} trades would be imported into {}. Nothing was changed.")
        return would.format(report["format"], words.number(report["new"]), account.account_name)
    said, known = _("{} new trades in {}, {} known already."), words.number(report["duplicate"])
    return said.format(words.number(report["new"]), account.account_name, known)


def _proof(lines: list[dict[str, Any]]) -> str:
    """The one line that says whether the numbers match."""
    wrong = [line["name"] for line in lines if not line["equal"]]
    if not lines:
        return ""
    if wrong:
        return _("{} of {} totals differ: {}.").format(len(wrong), len(lines), ", ".join(wrong))
    return _("All {} totals of the statement equal ours, to the last digit.").format(len(lines))


def _line(line: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": _(line["name"].replace("_", " ").capitalize()), "equal": line["equal"],
        "statement": _plain(line["statement"]), "ours": _plain(line["ours"]),
    }  # fmt: skip


def _errors_label(count: int) -> str:
    return _("first {} of {}").format(FIRST, count) if count > FIRST else str(count)


def _plain(told: str) -> str:
    try:
        value = Decimal(told)
    except InvalidOperation:
        return told
    return words.number(value, 2 if value != value.to_integral_value() else 0)


def line_of(of: Import) -> dict[str, Any]:
    """One import in the list of them."""
    return {
        "id": of.id, "name": of.name, "account": of.account.account_name, "state": of.state, "kind": of.kind,
        "new": of.trades_new, "duplicate": of.trades_duplicate, "errors": of.trades_error, "at": of.created_at,
        "percent": round(100 * of.done / of.total) if of.total else 0, "dry_run": of.dry_run, "error": of.error,
        "unfinished": of.state in ("waiting", "running"), "done": of.done, "total": of.total,
        "undoable": of.state == "done" and of.kind == "file" and not of.dry_run,
    }  # fmt: skip
