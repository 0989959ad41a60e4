"""I read a trade somebody tells in JSON under our own names: numbers as text or JSON numbers, never through a float."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from aetheris.errors import AetherisError
from trading.rows import Side, TradeRow

NUMBERS = ("quantity", "entry_price", "exit_price", "pnl", "gross_pnl", "commissions", "swap", "stop_loss",
           "take_profit", "mfe", "mae")  # fmt: skip
SIDES: dict[str, Side] = {"long": "long", "buy": "long", "b": "long", "0": "long", "short": "short", "sell": "short",
                          "s": "short", "1": "short"}  # fmt: skip
LARGEST = Decimal(10) ** 12


class TellingRefused(AetherisError):
    """Trade {number}, {field}: {reason}. Nothing was taken; send all of them again once it is mended."""

    code = "telling_refused"
    status = 422


def row_of(told: Any, *, broker: str, number: int) -> TradeRow:
    """`number` says which of several trades it is, for its refusal."""
    if not isinstance(told, Mapping):
        raise TellingRefused(number=number, field="trade", reason="it is no object")
    side = SIDES.get(str(told.get("side", "")).strip().lower())
    if side is None:
        raise TellingRefused(number=number, field="side", reason="write long or short")
    values: dict[str, Any] = {name: number_of(told.get(name), name, number) for name in NUMBERS}
    costs, swap = values["commissions"] or Decimal(0), values["swap"] or Decimal(0)
    if values["pnl"] is None and values["gross_pnl"] is not None:
        values["pnl"] = values["gross_pnl"] - costs + swap
    if values["pnl"] is not None:
        values["gross_pnl"] = values["pnl"] + costs - swap
    entry = _moment(told.get("entry_time"), "entry_time", number)
    if entry is None or values["quantity"] is None or values["entry_price"] is None:
        raise TellingRefused(number=number, field="entry", reason="entry_time, entry_price and quantity are needed")
    row = TradeRow(
        broker=broker, broker_trade_id=str(told.get("id") or "")[:200], symbol=str(told.get("symbol") or "")[:80],
        side=side, entry_time=entry, exit_time=_moment(told.get("exit_time"), "exit_time", number),
        asset_class=str(told.get("asset_class") or "other")[:40], raw={"id": str(told.get("id") or "")[:200]},
        **values | {"commissions": costs, "swap": swap},
    )  # fmt: skip
    problem = row.problem() or (None if row.symbol.strip() else ("symbol", "is blank"))
    if problem:
        raise TellingRefused(number=number, field=problem[0], reason=problem[1])
    return row


def number_of(value: Any, name: str, number: int) -> Decimal | None:
    if value is None or value == "":
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        found = Decimal("NaN")
    if isinstance(value, bool) or not found.is_finite() or abs(found) >= LARGEST:
        raise TellingRefused(number=number, field=name, reason=f"{str(value)[:40]!r} is no number a trade can have")
    return found


def _moment(value: Any, name: str, number: int) -> datetime | None:
    if value is None or value == "":
        return None
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise TellingRefused(number=number, field=name, reason="write a moment with its zone, 2026-01-31T14:00:00Z")
    return found
