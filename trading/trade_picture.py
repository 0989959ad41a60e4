"""I gather what is known of one trade's prices, for its picture and its file: executions, stop, target."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from aetheris.charts import words
from aetheris.charts.executions import Execution, Executions, Level, draw_executions
from trading.models import Trade
from trading.trade_words import price

type Side = Literal["buy", "sell"]


def drawn(trade: Trade, zone: ZoneInfo) -> Executions | None:
    finding = _("{} executions; the price between them is not known.").format(1 if trade.is_open else 2)
    return draw_executions([_execution(trade, zone, *one) for one in made(trade)], _levels(trade), finding)


def made(trade: Trade) -> list[tuple[datetime, Side, Decimal]]:
    """The way in and the way out."""
    into, out = _sides(trade)
    found = [(trade.entry_time, into, trade.entry_price)]
    if trade.exit_time is not None and trade.exit_price is not None:
        found.append((trade.exit_time, out, trade.exit_price))
    return found


def rows(trade: Trade) -> list[dict[str, Any]]:
    """As a file holds them: bare figures, moments in UTC."""
    return [
        {"at": at.isoformat().replace("+00:00", "Z"), "side": side, "quantity": f"{trade.quantity.normalize():f}",
         "price": f"{at_price.normalize():f}", "symbol": trade.symbol}
        for at, side, at_price in made(trade)
    ]  # fmt: skip


def _sides(trade: Trade) -> tuple[Side, Side]:
    return ("buy", "sell") if trade.side == "long" else ("sell", "buy")


def _execution(trade: Trade, zone: ZoneInfo, at: datetime, side: Side, at_price: Decimal) -> Execution:
    here = at.astimezone(zone)
    said = (_("Bought {} at {}") if side == "buy" else _("Sold {} at {}")).format(
        price(trade.quantity), price(at_price)
    )
    told = [f"{words.day(here)} {here:%H:%M}", said]
    if side != _sides(trade)[0]:
        told.append(words.money(trade.pnl, trade.account.currency, 2, signed=True))
    return Execution(
        at.timestamp() / 60, float(at_price), price(at_price), side, f"{here:%H:%M}", " · ".join(told)
    )  # fmt: skip


def _levels(trade: Trade) -> list[Level]:
    told: list[tuple[Literal["stop", "target"], str, Decimal | None]] = [
        ("stop", _("Stop"), trade.stop_loss), ("target", _("Target"), trade.take_profit),
    ]  # fmt: skip
    return [Level(kind, float(at), f"{word} {price(at)}") for kind, word, at in told if at is not None]
