"""I set what was planned for a trade beside what became of it, and name its executions."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from aetheris.charts import words
from trading.models import Trade
from trading.trade_words import in_r, price, risk_of


@dataclass(frozen=True, slots=True)
class Duel:
    """One line of plan against fact; `verdict` says how they differ."""

    what: str
    plan: str
    fact: str
    verdict: str


def against_plan(trade: Trade) -> list[Duel]:
    risk, currency = risk_of(trade), trade.account.currency
    lines = []
    if trade.stop_loss is not None:
        lines.append(Duel(_("Stop"), price(trade.stop_loss), price(trade.exit_price), _stop(trade)))
    if trade.take_profit is not None:
        lines.append(Duel(_("Target"), price(trade.take_profit), price(trade.exit_price), _target(trade)))
    if trade.stop_loss is not None and trade.take_profit is not None:
        planned = _multiple(trade, trade.take_profit)
        got = _multiple(trade, trade.exit_price)
        lines.append(Duel(_("Reward to risk"), words.ratio(planned), words.ratio(got), ""))
    if risk:
        lines.append(Duel(_("Result"), _("risk {}").format(words.money(risk, currency, 2)),
                          words.money(trade.pnl, currency, 2, signed=True),
                          words.r(in_r(trade.pnl, risk))))  # fmt: skip
    return lines


def _way(trade: Trade) -> int:
    return 1 if trade.side == "long" else -1


def _multiple(trade: Trade, at: Decimal | None) -> Decimal | None:
    """How many times the distance to the stop lies between entry and `at`, by price."""
    distance = abs(trade.entry_price - trade.stop_loss) if trade.stop_loss is not None else Decimal(0)
    return _way(trade) * (at - trade.entry_price) / distance if at is not None and distance else None


def _stop(trade: Trade) -> str:
    if trade.exit_price is None or trade.stop_loss is None:
        return _("still open")
    beyond = _way(trade) * (trade.stop_loss - trade.exit_price)
    return _("left beyond the stop") if beyond > 0 else _("at the stop") if beyond == 0 else _("left before the stop")


def _target(trade: Trade) -> str:
    if trade.exit_price is None or trade.take_profit is None:
        return _("still open")
    beyond = _way(trade) * (trade.exit_price - trade.take_profit)
    if beyond == 0:
        return _("at the target")
    return _("went past the target") if beyond > 0 else _("left before the target")


def executions(trade: Trade, zone: ZoneInfo) -> list[dict[str, str]]:
    """The way in and the way out, as averages where a broker filled in parts."""
    into, out = (_("Buy"), _("Sell")) if trade.side == "long" else (_("Sell"), _("Buy"))
    fills = [{"at": _short(trade.entry_time, zone), "what": into, "size": price(trade.quantity),
              "price": price(trade.entry_price)}]  # fmt: skip
    if trade.exit_time is not None:
        fills.append({"at": _short(trade.exit_time, zone), "what": out, "size": price(trade.quantity),
                      "price": price(trade.exit_price)})  # fmt: skip
    return fills


def _short(at: datetime, zone: ZoneInfo) -> str:
    """Without its year, which the page's head tells: four columns must fit a phone."""
    return words.day(at.astimezone(zone)) + f" {at.astimezone(zone):%H:%M}"


def own_fields(trade: Trade) -> list[tuple[str, str]]:
    """The broker's own words, as its file or feed had them."""
    raw: dict[str, Any] = trade.raw if isinstance(trade.raw, dict) else {}
    return [(str(name), _flat(value)) for name, value in raw.items()][:60]


def _flat(value: Any) -> str:
    return ", ".join(_flat(one) for one in value) if isinstance(value, list) else str(value)
