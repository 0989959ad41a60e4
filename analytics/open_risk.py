"""I add up what open trades may still lose by their own plans: for each account, and by market."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import TradingAccount
from aetheris.charts import words
from trading.models import Trade

ZERO = Decimal(0)
Row = Mapping[str, Any]
MARKETS = 4  # the rest is drawn as one
NAMES = {
    "forex": "FX and metals", "future": "Futures", "crypto": "Crypto", "stock": "Stocks", "option": "Options",
    "cfd": "CFDs", "index": "Indices", "commodity": "Commodities",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """One market's share of the bar: where it begins and how wide it is, in percent."""

    name: str
    label: str
    share_label: str
    x: str
    width: str
    step: int


@dataclass(frozen=True, slots=True)
class OpenRisk:
    """Finished texts; a position without a planned risk is counted, never guessed."""

    label: str
    note: str
    by_account: dict[UUID, str]
    parts: list[Part]


def open_risk(accounts: Sequence[TradingAccount], base: str, standing: Mapping[UUID, int] | None = None) -> OpenRisk:
    """`standing`: how many positions each account has, those told only by its broker among them."""
    rows: list[Row] = list(
        Trade.objects.filter(account__in=accounts, exit_time=None, deleted_at=None)
        .values("account", "asset_class")
        .annotate(positions=Count("id"), risk=Sum("initial_risk"), unknown=Count("id", filter=Q(initial_risk=None)))
        .order_by("account", "asset_class")
    )
    rows += _told_by_brokers(rows, standing or {})
    own = {account.id: [row for row in rows if row["account"] == account.id] for account in accounts}
    same = [row for account in accounts if account.currency == base for row in own[account.id]]
    return OpenRisk(
        _label(same, base, beside=len(same) < len(rows)), _note(rows),
        {account.id: _label(own[account.id], account.currency) for account in accounts}, _parts(same, base),
    )  # fmt: skip


def _told_by_brokers(rows: Sequence[Row], standing: Mapping[UUID, int]) -> list[Row]:
    """What stands at the broker and not in the journal: nobody knows its plan."""
    known: dict[UUID, int] = {}
    for row in rows:
        known[row["account"]] = known.get(row["account"], 0) + row["positions"]
    more = {account: count - known.get(account, 0) for account, count in standing.items()}
    return [
        {"account": account, "asset_class": "", "positions": count, "risk": None, "unknown": count}
        for account, count in more.items() if count > 0
    ]  # fmt: skip


def _label(rows: Sequence[Row], currency: str, *, beside: bool = False) -> str:
    """`beside`: more stands open in another money."""
    known, more = _sum(rows, "risk"), bool(_sum(rows, "unknown")) or beside
    if more and not known:
        return words.MISSING
    return ("≥ " if more else "") + words.money(known, currency)


def _note(rows: Sequence[Row]) -> str:
    count, unknown = int(_sum(rows, "positions")), int(_sum(rows, "unknown"))
    if not count:
        return ""
    told = ngettext("{} position", "{} positions", count).format(count)
    return told + (", " + _("{} without a plan").format(unknown) if unknown else "")


def _parts(rows: Sequence[Row], currency: str) -> list[Part]:
    whole = _sum(rows, "risk")
    if not whole:
        return []
    totals: dict[str, Decimal] = {}
    for row in rows:
        kind = str(row["asset_class"])
        totals[kind] = totals.get(kind, ZERO) + Decimal(str(row["risk"] or 0))
    ranked = sorted(((money, kind) for kind, money in totals.items() if money), reverse=True)
    if rest := ranked[MARKETS:]:
        ranked = [*ranked[:MARKETS], (sum((money for money, _kind in rest), ZERO), "other")]
    made, at = [], 0.0
    for step, (money, kind) in enumerate(ranked, start=1):
        share = float(money / whole)
        name = _(NAMES[kind]) if kind in NAMES else _("Other")
        made.append(Part(name, words.money(money, currency), words.percent(share, 0), f"{at:.2f}%",
                         f"{100 * share:.2f}%", step))  # fmt: skip
        at += 100 * share
    return made


def _sum(rows: Sequence[Row], name: str) -> Decimal:
    return sum((Decimal(str(row[name] or 0)) for row in rows), ZERO)
