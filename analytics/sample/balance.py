"""I am the balance after each closed trade, the deposit first, with its drawdown in money."""

from functools import cached_property

import numpy as np

from analytics.sample.runs import runs_of


class Balance:
    def __init__(self, units: np.ndarray, scale: float, deposit: float) -> None:
        self._scale, self.deposit = scale, deposit
        self._units = np.empty(units.size + 1)
        self._units[0] = round(deposit * scale) if scale != 1 else deposit
        np.cumsum(units, out=self._units[1:])
        self._units[1:] += self._units[0]

    @cached_property
    def curve(self) -> np.ndarray:
        """B_0 .. B_N."""
        return self._units / self._scale

    @cached_property
    def _peaks(self) -> np.ndarray:
        return np.maximum.accumulate(self._units)

    @cached_property
    def peaks(self) -> np.ndarray:
        return self._peaks / self._scale

    @cached_property
    def drops(self) -> np.ndarray:
        """D_0 .. D_N, money below the highest balance so far."""
        return (self._peaks - self._units) / self._scale

    @cached_property
    def relative_drops(self) -> np.ndarray:
        """δ_0 .. δ_N; only meaningful for an account that was never ruined."""
        return self.drops / self.peaks

    @cached_property
    def runups(self) -> np.ndarray:
        return (self._units - np.minimum.accumulate(self._units)) / self._scale

    @cached_property
    def highs(self) -> np.ndarray:
        """Indices into B_0..B_N of new highs; the deposit is the first."""
        return np.append(0, np.flatnonzero(self._units[1:] > self._peaks[:-1]) + 1)

    @cached_property
    def episodes(self) -> tuple[np.ndarray, np.ndarray]:
        """Start and end (exclusive) of every run of trades below the peak."""
        return runs_of(self.drops > 0)

    @cached_property
    def lowest(self) -> float:
        return float(self._units.min()) / self._scale

    @property
    def deposit_missing(self) -> float:
        """How far the balance once stood below the deposit."""
        return float(self._units[0] - self._units.min()) / self._scale

    def change(self, since: np.ndarray, until: np.ndarray) -> np.ndarray:
        """Money made between two places of the curve, without rounding drift."""
        return (self._units[until] - self._units[since]) / self._scale

    @property
    def ruined(self) -> bool:
        return self.lowest <= 0
