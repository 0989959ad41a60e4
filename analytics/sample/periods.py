"""I group trading days into ISO weeks, calendar months or calendar years and compound them."""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from analytics.sample.daily import Daily


class Periods:
    """`returns` compound the daily returns of each period, `profit` sums its money."""

    def __init__(self, daily: "Daily", keys: np.ndarray) -> None:
        ends = np.append(np.flatnonzero(keys[1:] != keys[:-1]) + 1, keys.size) if keys.size else keys
        equity = daily.equity[np.append(0, ends)]
        self.profit = np.diff(equity)
        self._before, self._after = equity[:-1], equity[1:]

    @property
    def returns(self) -> np.ndarray:
        return self.profit / self._before


def weeks(daily: "Daily") -> Periods:
    return Periods(daily, (daily.days + 3) // 7)


def months(daily: "Daily") -> Periods:
    return Periods(daily, daily.days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64))


def years(daily: "Daily") -> Periods:
    return Periods(daily, daily.days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64))
