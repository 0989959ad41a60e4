"""I read entries and exits on wall clocks: the account's own and those of the three market cities."""

from functools import cached_property

import numpy as np

from analytics.sample.zones import DAY, HOUR, local

_SATURDAY = 2  # 1970-01-03
_WEEK = 7 * DAY


def weekday(days: np.ndarray) -> np.ndarray:
    """0 Monday .. 6 Sunday of days counted from 1970-01-01, a Thursday."""
    since_monday = days + 3
    return since_monday - since_monday // 7 * 7  # numpy divides several times as fast as it takes remainders


class Clock:
    def __init__(self, entered: np.ndarray, exited: np.ndarray, zone: str) -> None:
        self._entered_utc = entered
        self.entered, self.exited = local(entered, zone), local(exited, zone)

    @cached_property
    def entry_day(self) -> np.ndarray:
        return self.entered // DAY

    @cached_property
    def exit_day(self) -> np.ndarray:
        return self.exited // DAY

    @cached_property
    def first_day(self) -> int:
        return int(self.entry_day.min())

    @cached_property
    def last_day(self) -> int:
        return int(self.exit_day.max())

    @cached_property
    def span_days(self) -> int:
        """Calendar days from the earliest entry to the latest exit, both counted; 0 without trades."""
        return self.last_day - self.first_day + 1 if self.entered.size else 0

    @property
    def years(self) -> float:
        return self.span_days / 365.25

    @cached_property
    def hour(self) -> np.ndarray:
        return (self.entered - self.entry_day * DAY) // HOUR

    @cached_property
    def weekday(self) -> np.ndarray:
        return weekday(self.entry_day)

    @cached_property
    def intraday(self) -> np.ndarray:
        return self.entry_day == self.exit_day

    @cached_property
    def over_weekend(self) -> np.ndarray:
        """[entry, exit) contains a Saturday 00:00 of the account's clock."""
        shifted = self.entered - _SATURDAY * DAY
        saturday = -(-shifted // _WEEK) * _WEEK + _SATURDAY * DAY
        return saturday < self.exited

    def _open_in(self, zone: str, first_hour: int, last_hour: int) -> np.ndarray:
        entered = local(self._entered_utc, zone)
        time = entered - entered // DAY * DAY
        return (time >= first_hour * HOUR) & (time < last_hour * HOUR)

    @cached_property
    def sessions(self) -> dict[str, np.ndarray]:
        """Entries by the market that was awake; the first four part the day, the overlap is a subset."""
        london = self._open_in("Europe/London", 8, 17)
        new_york = self._open_in("America/New_York", 8, 17)
        west = london | new_york
        asia = self._open_in("Asia/Tokyo", 9, 18) & ~west
        return {
            "asia": asia,
            "london": london & ~new_york,
            "new_york": new_york,
            "off_session": ~(asia | west),
            "london_ny_overlap": london & new_york,
        }
