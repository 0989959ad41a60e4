"""I turn an execution of a futures platform into a fill: the contract's point value makes its money."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from trading.reading.contracts import contract_of, root_of
from trading.reading.ledger import Entry, Ledger
from trading.trips import Effect, Fill


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """`account` is the broker's name of it: what it holds cannot close what another holds."""

    name: str
    account: str
    symbol: str
    buys: bool
    quantity: Decimal
    price: Decimal
    at: datetime
    row: int
    effect: Effect = "net"
    costs: Decimal = Decimal(0)
    gross: Decimal | None = None
    raw: dict[str, str] = field(default_factory=dict)


def take_execution(ledger: Ledger, execution: Execution, *, currency: str = "") -> None:
    """A symbol written as a contract needs a known point value; any other counts one for one, as shares do."""
    contract = root_of(execution.symbol) is not None or execution.symbol.upper() in ledger.wishes.multipliers
    multiplier, own = contract_of(execution.symbol, ledger.wishes.multipliers) if contract else (Decimal(1), "")
    fill = Fill(
        name=execution.name,
        book=f"{execution.account}/{execution.symbol}",
        symbol=execution.symbol,
        buys=execution.buys,
        quantity=execution.quantity,
        price=execution.price,
        at=execution.at,
        effect=execution.effect,
        multiplier=multiplier,
        costs=execution.costs,
        gross=execution.gross,
        row=execution.row,
    )
    asset = "future" if contract else "stock"
    ledger.take(
        Entry(fill=fill, raw=execution.raw, asset_class=asset, currency=currency or own, account=execution.account)
    )
