"""I am a position a broker holds open at this moment, before it has a database: frozen, in Decimal."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from trading.rows import Side


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPosition:
    """What the broker leaves unsaid is None; `open_profit` is money in the account's currency."""

    symbol: str
    side: Side
    quantity: Decimal
    entry_price: Decimal
    mark_price: Decimal | None = None
    open_profit: Decimal | None = None
    stop_loss: Decimal | None = None
    take_profit: Decimal | None = None
    opened_at: datetime | None = None

    def as_json(self) -> dict[str, str]:
        """Decimals as text, the moment with its zone, nothing for what is unknown."""
        return {field.name: _text(value) for field in fields(self) if (value := getattr(self, field.name)) is not None}


def as_position(told: OpenPosition | Mapping[str, Any]) -> OpenPosition:
    """From a mapping with the same names; a number may come as text."""
    if isinstance(told, OpenPosition):
        return told
    given: dict[str, Any] = {field.name: told.get(field.name) for field in fields(OpenPosition)}
    for name in ("quantity", "entry_price", "mark_price", "open_profit", "stop_loss", "take_profit"):
        if given[name] is not None:
            given[name] = Decimal(given[name])
            if not given[name].is_finite():
                raise ValueError(f"{name} is {given[name]}, which is no number")
    if isinstance(given["opened_at"], str):
        given["opened_at"] = datetime.fromisoformat(given["opened_at"])
    return OpenPosition(**given)


def open_profit(
    positions: Iterable[OpenPosition], *, balance: Decimal | None, equity: Decimal | None
) -> Decimal | None:
    """The difference of equity and balance; else the sum over all positions, unless one of them is unsaid."""
    if balance is not None and equity is not None:
        return equity - balance
    told = [position.open_profit for position in positions]
    if not told:
        return Decimal(0) if balance is not None or equity is not None else None
    return None if None in told else sum((profit for profit in told if profit is not None), Decimal(0))


def _text(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, datetime) else str(value)
