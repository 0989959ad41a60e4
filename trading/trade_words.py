"""I word one trade: its facts, plan against fact, how far it went, as the journal's panel and its own page say it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from aetheris.charts import words
from aetheris.charts.ladder import draw_ladder
from trading.models import Trade
from trading.models.review import TradeReview


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of facts; `why` says why there is no value."""

    label: str
    value: str
    tone: str = ""
    why: str = ""


def peeked(trade: Trade, zone: ZoneInfo) -> dict[str, Any]:
    currency, risk = trade.account.currency, risk_of(trade)
    return {
        "id": str(trade.id), "version": trade.version, "symbol": trade.symbol, "side": trade.side,
        "url": f"/trades/{trade.id}/", "moment": moment(trade.exit_time or trade.entry_time, zone),
        "is_open": trade.is_open, "account": trade.account.account_name,
        "pnl_label": words.money(trade.pnl, currency, 2, signed=True), "pnl_tone": words.tone(trade.pnl),
        "r_label": words.r(in_r(trade.pnl, risk)) if risk and trade.pnl is not None else "",
        "ladder": draw_ladder(_float(in_r(trade.mae, risk)), _float(in_r(trade.mfe, risk)),
                              _float(in_r(trade.pnl, risk))),
        "facts": facts(trade, zone), "setup": trade.setup or "", "tags": trade.tags, "tags_text": ", ".join(trade.tags),
        "notes": trade.trade_notes, "rating": rating(trade), "ratings": (1, 2, 3, 4, 5),
    }  # fmt: skip


def facts(trade: Trade, zone: ZoneInfo) -> list[Fact]:
    currency, risk = trade.account.currency, risk_of(trade)
    held = words.held(trade.duration_ms / 1000 if trade.duration_ms is not None else None)
    out = price(trade.exit_price) if trade.exit_price is not None else _("open")
    return [
        Fact(_("Entry → exit"), f"{price(trade.entry_price)} → {out}"),
        Fact(_("Size"), price(trade.quantity)),
        Fact(_("Risk"), f"{words.money(risk, currency, 2)} = 1R" if risk else words.MISSING,
             why="" if risk else _("No initial risk is known")),
        Fact(_("Worst / best"), _worst_best(trade, risk, currency),
             why="" if trade.mae is not None else _("The statement holds no excursion")),
        Fact(_("Held"), held, why="" if trade.duration_ms is not None else _("Still open")),
        Fact(_("Account"), trade.account.account_name),
    ]  # fmt: skip


def _worst_best(trade: Trade, risk: Decimal | None, currency: str) -> str:
    if trade.mae is None or trade.mfe is None:
        return words.MISSING
    if risk:
        return f"{words.r(-trade.mae / risk)} / {words.r(trade.mfe / risk)}"
    return f"{words.money(-trade.mae, currency, 2)} / {words.money(trade.mfe, currency, 2, signed=True)}"


def rating(trade: Trade) -> int | None:
    try:
        return trade.review.rating
    except TradeReview.DoesNotExist:
        return None


def risk_of(trade: Trade) -> Decimal | None:
    return trade.initial_risk if trade.initial_risk and trade.initial_risk > 0 else None


def in_r(money: Decimal | None, risk: Decimal | None) -> Decimal | None:
    return money / risk if money is not None and risk else None


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def price(value: Decimal | None) -> str:
    """At the instrument's own decimals: what was written, without the zeros a column adds."""
    if value is None:
        return words.MISSING
    plain = value.normalize()
    return words.number(plain, max(0, -int(plain.as_tuple().exponent)))


def moment(at: datetime, zone: ZoneInfo) -> str:
    return words.day(at.astimezone(zone), year=True) + f" {at.astimezone(zone):%H:%M}"
