"""I word trades for the journal: one row each, and the figures of exactly the filtered set."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Min, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import TradingAccount
from aetheris.charts import words
from aetheris.charts.excursion import draw_excursion
from trading.models import Trade
from trading.selectors import accounts_of
from trading.trade_words import in_r, rating, risk_of

ZERO = Decimal(0)
COUNTED = {
    "count": Count("*"), "closed": Count("exit_time"), "wins": Count("pnl", filter=Q(pnl__gt=0)),
    "losses": Count("pnl", filter=Q(pnl__lt=0)), "net": Coalesce(Sum("pnl"), ZERO),
    "won": Coalesce(Sum("pnl", filter=Q(pnl__gt=0)), ZERO), "best": Max("pnl"), "worst": Min("pnl"),
    "held": Sum("duration_ms"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one filtered set; money is None when the set mixes currencies, since there is no rate to add them with."""

    count: int
    closed: int
    wins: int
    losses: int
    net: Decimal
    won: Decimal
    lost: Decimal
    best: Decimal | None
    worst: Decimal | None
    held_seconds: float | None
    currency: str | None


def figures(trades: QuerySet[Trade], accounts: Iterable[TradingAccount]) -> Figures:
    """Counted account by account, which asks the index alone as long as no filter wants more."""
    found: list[Any] = list(trades.order_by().values("account_id").annotate(**COUNTED))
    closed, net, won = (sum(one[name] for one in found) for name in ("closed", "net", "won"))
    held = [one["held"] for one in found if one["held"] is not None]
    currencies = {account.currency for account in accounts_of([one["account_id"] for one in found], accounts).values()}
    return Figures(
        sum(one["count"] for one in found), closed, sum(one["wins"] for one in found),
        sum(one["losses"] for one in found), ZERO + net, ZERO + won, ZERO + net - won,
        max((one["best"] for one in found if one["best"] is not None), default=None),
        min((one["worst"] for one in found if one["worst"] is not None), default=None),
        sum(held) / closed / 1000 if held and closed else None,
        currencies.pop() if len(currencies) == 1 else None,
    )  # fmt: skip


def summary(of: Figures) -> list[dict[str, str]]:
    currency = of.currency or ""

    def money(value: Decimal | None) -> str:
        mixed = of.currency is None and of.count
        return words.MISSING if mixed or value is None else words.money(value, currency or "USD", signed=True)

    return [
        {"label": _("Net P/L"), "value": money(of.net), "tone": words.tone(of.net) if of.currency else "flat"},
        {"label": _("Win rate"), "value": words.percent(of.wins / of.closed if of.closed else None), "tone": ""},
        {"label": _("Profit factor"), "value": words.ratio(of.won / -of.lost if of.lost else None), "tone": ""},
        {"label": _("Expectancy"), "value": money(of.net / of.closed if of.closed else None), "tone": ""},
        {"label": _("Average win"), "value": money(of.won / of.wins if of.wins else None), "tone": ""},
        {"label": _("Average loss"), "value": money(of.lost / of.losses if of.losses else None), "tone": ""},
        {"label": _("Best"), "value": money(of.best), "tone": ""},
        {"label": _("Worst"), "value": money(of.worst), "tone": ""},
    ]


def totals(of: Figures) -> dict[str, str]:
    shown = words.money(of.net, of.currency, 2, signed=True) if of.currency else words.MISSING
    label = ngettext("{} trade", "{} trades", of.count).format(words.number(of.count))
    return {
        "label": label, "held": words.held(of.held_seconds), "r_label": "", "r_tone": "",
        "pnl_label": shown, "pnl_tone": words.tone(of.net),
    }  # fmt: skip


def row(trade: Trade, zone: ZoneInfo) -> dict[str, Any]:
    closed = trade.exit_time.astimezone(zone) if trade.exit_time else None
    risk = risk_of(trade)
    result = in_r(trade.pnl, risk)
    return {
        "id": str(trade.id), "symbol": trade.symbol, "side": trade.side, "setup": trade.setup or "",
        "url": f"/trades/{trade.id}/", "tags": trade.tags, "rating": rating(trade),
        "account": trade.account.account_name,
        "closed_day": words.day(closed) if closed else "", "closed_time": f"{closed:%H:%M}" if closed else "",
        "held": words.held(trade.duration_ms / 1000 if trade.duration_ms is not None else None),
        "excursion": draw_excursion(_float(in_r(trade.mae, risk)), _float(in_r(trade.mfe, risk)), _float(result)),
        "r_label": words.r(result), "r_tone": words.tone(result),
        "pnl_label": words.money(trade.pnl, trade.account.currency, 2, signed=True), "pnl_tone": words.tone(trade.pnl),
    }  # fmt: skip


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
