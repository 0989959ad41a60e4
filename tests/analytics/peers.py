"""I see an account as pandas and the peer libraries see it, built without a line of the engine."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cached_property

import numpy as np
import pandas as pd

from tests.analytics.accounts import trade
from trading.rows import TradeRow

DEPOSIT = 100_000
START = datetime(2023, 11, 6, tzinfo=UTC)


def generated(n: int, days: int, seed: int, edge: float = 5) -> list[TradeRow]:
    """Trades around the clock and the week, some of them break-even, a few without a known risk."""
    dice = np.random.default_rng(seed)
    rows = []
    for place in range(n):
        result = Decimal(str(round(float(dice.normal(edge, 300)), 2))) if dice.random() > 0.06 else Decimal(0)
        rows.append(
            trade(
                result,
                START + timedelta(seconds=int(dice.integers(0, days * 86_400))),
                int(dice.exponential(200)) + 1,
                symbol=str(dice.choice(["EURUSD", "XAUUSD", "US30"])),
                side=str(dice.choice(["long", "short"])),
                quantity=int(dice.integers(1, 9)),
                mfe=round(max(float(result), 0) + float(dice.exponential(60)), 2),
                mae=round(max(-float(result), 0) + float(dice.exponential(60)), 2),
                commissions=2,
                initial_risk=int(dice.integers(100, 300)) if dice.random() > 0.1 else None,
                take_profit=place + 1,  # tells equal trades apart
            )
        )
    return rows


@dataclass(frozen=True)
class Seen:
    """`calendar` is weekday252 with A = 252 or all365 with A = 365, as section 1 of the catalogue defines them."""

    rows: tuple[TradeRow, ...]
    calendar: str

    @property
    def year(self) -> int:
        return 252 if self.calendar == "weekday252" else 365

    @cached_property
    def frame(self) -> pd.DataFrame:
        names = ("side", "symbol", "entry_time", "exit_time")
        numbers = ("pnl", "mfe", "mae", "commissions", "initial_risk")
        columns = {name: [getattr(row, name) for row in self.rows] for name in names}
        columns |= {name: [float(v) if (v := getattr(row, name)) is not None else np.nan for row in self.rows]
                    for name in numbers}  # fmt: skip
        return pd.DataFrame(columns).sort_values(["exit_time", "entry_time"]).reset_index(drop=True)

    @cached_property
    def pnl(self) -> pd.Series:
        return self.frame.pnl

    @cached_property
    def balance(self) -> np.ndarray:
        return np.append(DEPOSIT, DEPOSIT + np.cumsum(self.pnl.to_numpy()))

    @cached_property
    def per_trade(self) -> pd.Series:
        return pd.Series(self.pnl.to_numpy() / self.balance[:-1])

    def _rolled(self, moments: pd.Series) -> pd.Series:
        days = moments.dt.tz_convert(None).dt.normalize()
        late = np.where(days.dt.dayofweek > 4, 7 - days.dt.dayofweek, 0) if self.year == 252 else 0
        return days + pd.to_timedelta(late, unit="D")

    @cached_property
    def profit(self) -> pd.Series:
        """X_t: flat days stay in with 0."""
        first = self._rolled(pd.Series([self.frame.entry_time.min()]))[0]
        booked = self.pnl.groupby(self._rolled(self.frame.exit_time)).sum()
        every = pd.date_range(first, booked.index.max(), freq="B" if self.year == 252 else "D")
        return booked.reindex(every, fill_value=0.0)

    @cached_property
    def equity(self) -> pd.Series:
        return DEPOSIT + self.profit.cumsum()

    @cached_property
    def daily(self) -> pd.Series:
        """y_t."""
        return self.profit / self.equity.shift(1).fillna(DEPOSIT)

    @cached_property
    def prices(self) -> pd.Series:
        """Equity with the deposit on the eve of the first day."""
        eve = pd.Series([float(DEPOSIT)], index=[self.equity.index[0] - pd.Timedelta(days=1)])
        return pd.concat([eve, self.equity])

    @cached_property
    def years(self) -> float:
        last = self.frame.exit_time.max().normalize()
        return float(((last - self.frame.entry_time.min().normalize()).days + 1) / 365.25)

    @cached_property
    def growth(self) -> float:
        return float((self.balance[-1] / DEPOSIT) ** (1 / self.years) - 1)
