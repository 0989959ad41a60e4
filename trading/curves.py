"""I turn results into balance, daily results and drawdown; pure, in Decimal, each day in the account's own clock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Result:
    """One closed trade: when its result was booked, on which trading day, how much (net)."""

    at: datetime
    day: date
    pnl: Decimal
    fees: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Day:
    """One trading day of one account; drawdown is money below the highest equity so far, never negative."""

    date: date
    opening: Decimal
    closing: Decimal
    peak: Decimal
    max_drawdown: Decimal
    pnls: tuple[Decimal, ...]
    fees: Decimal

    @property
    def net(self) -> Decimal:
        return sum(self.pnls, Decimal(0))

    @property
    def wins(self) -> tuple[Decimal, ...]:
        return tuple(pnl for pnl in self.pnls if pnl > 0)

    @property
    def losses(self) -> tuple[Decimal, ...]:
        return tuple(pnl for pnl in self.pnls if pnl < 0)


def days(results: Iterable[Result], opening_balance: Decimal, *, peak: Decimal | None = None) -> list[Day]:
    """The days with results, in order; `results` come in the order they were booked.

    `peak` is the highest equity before them, the opening balance when there was nothing before.
    """
    made: list[Day] = []
    balance = opening_balance
    peak = opening_balance if peak is None else peak
    for group in _by_day(results):
        opening, deepest = balance, Decimal(0)
        for result in group:
            balance += result.pnl
            peak = max(peak, balance)
            deepest = max(deepest, peak - balance)
        fees = sum((result.fees for result in group), Decimal(0))
        pnls = tuple(result.pnl for result in group)
        made.append(Day(group[0].day, opening, balance, peak, deepest, pnls, fees))
    return made


def _by_day(results: Iterable[Result]) -> Iterable[Sequence[Result]]:
    group: list[Result] = []
    for result in results:
        if group and result.day != group[0].day:
            yield group
            group = []
        group.append(result)
    if group:
        yield group
