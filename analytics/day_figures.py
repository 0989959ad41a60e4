"""I turn results into the figures of trading days, in whole hundred-millionths of the currency; pure, and quick.

The same days as `trading.curves`, which says in Decimal what they mean. A money column keeps eight decimals, so whole
numbers of that unit are exact, and Python's never overflow.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

UNIT = 10**8


@dataclass(slots=True)
class DayFigures:
    """Money in units; `win_rate` and `profit_factor` in units of one. Losses are negative."""

    date: date
    opening_equity: int
    closing_equity: int
    peak_equity: int
    max_drawdown: int = 0
    gross_profit: int = 0
    gross_loss: int = 0
    fees: int = 0
    trades_count: int = 0
    wins: int = field(default=0, repr=False)

    @property
    def net_pnl(self) -> int:
        return self.gross_profit + self.gross_loss

    @property
    def win_rate(self) -> int:
        return rounded(self.wins * UNIT, self.trades_count)

    @property
    def profit_factor(self) -> int | None:
        return rounded(self.gross_profit * UNIT, -self.gross_loss) if self.gross_loss else None

    @property
    def expectancy(self) -> int:
        return rounded(self.net_pnl, self.trades_count)


def rounded(above: int, below: int) -> int:
    """The whole number nearest to a quotient, half to even; `below` is positive."""
    whole, rest = divmod(above, below)
    return whole + (2 * rest > below or (2 * rest == below and whole % 2))


def day_figures(results: Iterable[tuple[date, int, int]], opening: int, peak: int) -> Iterator[DayFigures]:
    """Results are (trading day, net, fees), a day's together and in the order they were booked.

    opening, peak: what the account stood at before them, and the highest it ever stood at.
    """
    day: DayFigures | None = None
    balance = opening
    for on, pnl, fees in results:
        if day is None or on != day.date:
            if day:
                yield day
            day = DayFigures(on, balance, balance, peak)
        balance += pnl
        day.closing_equity = balance
        day.trades_count += 1
        day.fees += fees
        if pnl > 0:
            day.gross_profit += pnl
            day.wins += 1
        else:
            day.gross_loss += pnl
        if balance > peak:
            day.peak_equity = peak = balance
        elif peak - balance > day.max_drawdown:
            day.max_drawdown = peak - balance
    if day:
        yield day
