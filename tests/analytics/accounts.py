"""I build small accounts whose figures can be worked out by hand."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from analytics.report import report
from analytics.sample import Sample
from trading.rows import TradeRow

MONDAY = datetime(2025, 1, 6, 9, tzinfo=UTC)


def trade(
    pnl: str | int, start: datetime = MONDAY, minutes: int = 60, symbol: str = "EURUSD", side: Any = "long", **more: Any
) -> TradeRow:
    """A trade of one unit bought at 100 unless told otherwise; bare numbers become Decimals."""
    numbers = {
        name: Decimal(str(value)) if isinstance(value, int | float | str) else value for name, value in more.items()
    }
    basics: dict[str, Any] = {"quantity": Decimal(1), "entry_price": Decimal(100), "exit_price": Decimal(100)}
    identity = f"{start:%Y%m%d%H%M%S}{symbol}{side}{pnl}{more}"
    return TradeRow(
        **{"broker": "test", "broker_trade_id": identity, **basics, **numbers},
        symbol=symbol,
        side=side,
        pnl=Decimal(str(pnl)),
        entry_time=start,
        exit_time=start + timedelta(minutes=minutes),
    )


def results(*pnl: str | int, every: timedelta = timedelta(days=1)) -> list[TradeRow]:
    """One trade of an hour after the other, a day apart unless told otherwise."""
    return [trade(amount, MONDAY + every * place) for place, amount in enumerate(pnl)]


def sample(rows: Iterable[TradeRow], balance: str | int = 10_000, **options: Any) -> Sample:
    return Sample.from_rows(rows, starting_balance=Decimal(str(balance)), **options)


def value(rows: Iterable[TradeRow], key: str, balance: str | int = 10_000, **options: Any) -> Any:
    return report(sample(rows, balance, **options), [key]).values[key].value


def reason(rows: Iterable[TradeRow], key: str, balance: str | int = 10_000, **options: Any) -> str | None:
    return report(sample(rows, balance, **options), [key]).values[key].reason


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of January 2025 in UTC; the 6th is a Monday."""
    return datetime(2025, 1, day, hour, minute, tzinfo=UTC)


ANA = [
    trade(100, at(6, 9), 60, quantity=1, initial_risk=50, mfe=150, mae=20, commissions=2, slippage=1),
    trade(-50, at(6, 10, 5), 60, quantity=2, initial_risk=50, mfe=10, mae=60, commissions=2, slippage=1),
    trade(
        -100, at(6, 11, 10), 10, side="short", quantity=4, initial_risk=50, mfe=0, mae=120, commissions=2, slippage=-1
    ),
    trade(200, at(7, 9), 180, symbol="GBPUSD", quantity=2, mfe=250, mae=50, commissions=2, slippage=1),
    trade(0, at(8, 14), 24 * 60, quantity=1, initial_risk=40, mfe=50, mae=50, commissions=2, slippage=0),
    trade(
        50,
        at(10, 15),
        19 * 60,
        symbol="GBPUSD",
        side="short",
        quantity=2,
        initial_risk=100,
        mfe=60,
        mae=20,
        commissions=2,
        slippage=1,
    ),
]
"""Six trades from Monday 6 to Saturday 11 January 2025: +100, -50, -100 on Monday, +200 on Tuesday, 0 closed on
Thursday, +50 closed on Saturday, which weekday252 books on Monday 13."""
