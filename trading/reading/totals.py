"""I set a statement's own totals beside ours."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from aetheris.money import to_cents
from trading.rows import Reconciled, TradeRow

COUNTS = {"total_trades"}


def our_totals(trades: Iterable[TradeRow]) -> dict[str, Decimal]:
    """What the closed trades add up to; profit and loss are judged by each trade's net result, losses are negative."""
    closed = [trade for trade in trades if not trade.is_open]
    results = [trade.pnl or Decimal(0) for trade in closed]
    return {
        "net_profit": sum(results, Decimal(0)),
        "gross_profit": sum((result for result in results if result > 0), Decimal(0)),
        "gross_loss": sum((result for result in results if result < 0), Decimal(0)),
        "total_trades": Decimal(len(closed)),
        "commissions": sum((trade.commissions for trade in closed), Decimal(0)),
        "swap": sum((trade.swap for trade in closed), Decimal(0)),
    }


def reconciled(stated: Mapping[str, Decimal], ours: Mapping[str, Decimal]) -> tuple[Reconciled, ...]:
    """Each stated total beside ours, both to the cent, in the order in which the statement prints them."""
    return tuple(
        Reconciled(name, _kept(name, value), _kept(name, ours[name])) for name, value in stated.items() if name in ours
    )


def _kept(name: str, value: Decimal) -> Decimal:
    return value if name in COUNTS else to_cents(value)
