"""I am the episodes an account spent below its highest equity, day by day; an open last one counts."""

from functools import cached_property

import numpy as np

from analytics.sample.runs import greatest_in, runs_of


class Drawdowns:
    def __init__(self, drawdown: np.ndarray, days: np.ndarray) -> None:
        self._drawdown, self._days = drawdown, days
        self.starts, self.ends = runs_of(drawdown > 0)

    @property
    def count(self) -> int:
        return int(self.starts.size)

    @cached_property
    def depths(self) -> np.ndarray:
        return greatest_in(self._drawdown, self.starts, self.ends)

    @cached_property
    def _peak_days(self) -> np.ndarray:
        """Day of the last peak before each episode; the deposit stands on the eve of the first day."""
        return np.append(self._days[:1] - 1, self._days)[self.starts]

    @cached_property
    def durations(self) -> np.ndarray:
        """Calendar days from the last peak to the recovery, or to the last day."""
        return np.append(self._days, self._days[-1:])[self.ends] - self._peak_days

    @property
    def open(self) -> bool:
        return bool(self.count and self.ends[-1] == self._days.size)

    @cached_property
    def deepest_recovery_days(self) -> int | None:
        """Calendar days from the valley of the deepest episode to its recovery, None while open."""
        worst = int(self.depths.argmax())
        start, end = int(self.starts[worst]), int(self.ends[worst])
        if end == self._days.size:
            return None
        valley = start + int(self._drawdown[start:end].argmax())
        return int(self._days[end] - self._days[valley])
