"""I draw a trader's own days again and again and count how often a programme would have been passed. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
LEAST_DAYS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """What must be reached and what must not be broken, in money; None where there is no such rule.

    trail: the amount below the highest end-of-day balance; lock: the floor's highest value. `le` breaks at the floor.
    """

    start: float
    target: float | None
    daily: float | None
    total: float | None
    trail: float | None = None
    lock: float | None = None
    daily_of_reference: bool = False
    daily_fails: bool = True
    daily_le: bool = True
    total_le: bool = True
    trail_le: bool = True
    min_days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Odds:
    """Shares of all runs; `days_median` is how long those that passed took."""

    runs: int
    passed: float
    failed_daily: float
    failed_total: float
    unfinished: float
    days_median: float | None
    error: float


def odds(days: Sequence[Sequence[float]], programme: Programme, *, runs: int, seed: int, horizon: int = 60) -> Odds:
    """`days` are the results of one's trades, day by day; each run draws whole days, with replacement.

    A day keeps its trades in their order, so what hangs together within a day still does; days do not know of each
    other. Floors are looked at after each trade, on closed results: what floats between is not in it, so true odds are
    no better than these. `error` is the standard error of `passed`. Method: bootstrap of days (Efron 1979).
    """
    chance = np.random.default_rng(seed)
    table = _table(days)
    drawn = chance.integers(0, len(days), size=(runs, horizon))
    alive = np.ones(runs, dtype=bool)
    ends = {name: np.zeros(runs, dtype=bool) for name in ("passed", "daily", "total")}
    balance = np.full(runs, programme.start)
    peak = balance.copy()
    took = np.full(runs, np.nan)
    for day in range(horizon):
        path = balance[:, None] + table[drawn[:, day]]
        cut, daily, total = _breaks(path, balance, peak, programme)
        ends["daily"] |= alive & daily
        ends["total"] |= alive & total & ~daily
        alive &= ~(daily | total)
        balance = np.where(alive, np.where(np.isnan(cut), path[:, -1], cut), balance)
        peak = np.maximum(peak, balance)
        goal = programme.start + (programme.target or np.inf)
        done = alive & (balance >= goal) & (day + 1 >= programme.min_days)
        ends["passed"] |= done
        took[done] = day + 1
        alive &= ~done
    return _counted(ends, took, runs)


def _table(days: Sequence[Sequence[float]]) -> Array:
    """Running results of each day; a shorter day stays where it ended."""
    longest = max(len(day) for day in days)
    table = np.zeros((len(days), longest))
    for row, day in enumerate(days):
        running = np.cumsum(np.asarray(day, dtype=float))
        table[row, : len(day)] = running
        table[row, len(day) :] = running[-1] if len(day) else 0.0
    return table


def _breaks(
    path: Array, opening: Array, peak: Array, told: Programme
) -> tuple[Array, NDArray[np.bool_], NDArray[np.bool_]]:
    """(where a pausing daily rule cut the day, broke the daily rule, broke the maximum); the higher floor is blamed."""
    runs = len(path)
    daily_floor = np.full(runs, -np.inf)
    if told.daily is not None:
        daily_floor = opening * (1 - told.daily) if told.daily_of_reference else opening - told.daily
    floor, floor_le = _maximum(runs, peak, told)
    hit_daily = _first(path, daily_floor, le=told.daily_le)
    hit_total = _first(path, floor, le=floor_le)
    before = hit_daily < hit_total
    same = (hit_daily == hit_total) & (hit_daily < path.shape[1])
    by_day = before | (same & (daily_floor >= floor))
    by_total = (hit_total < path.shape[1]) & ~by_day
    cut = np.full(runs, np.nan)
    if told.daily_fails:
        return cut, by_day, by_total
    places = np.minimum(hit_daily, path.shape[1] - 1)
    cut[by_day] = path[np.arange(runs), places][by_day]
    below = cut <= floor if floor_le else cut < floor
    return cut, np.zeros(runs, dtype=bool), by_total | (by_day & below)


def _maximum(runs: int, peak: Array, told: Programme) -> tuple[Array, bool]:
    """The higher of both maximum floors, and whether reaching it is enough."""
    static = np.full(runs, -np.inf if told.total is None else told.start - told.total)
    if told.trail is None:
        return static, told.total_le
    trailing = np.minimum(peak - told.trail, np.inf if told.lock is None else told.lock)
    return np.maximum(static, trailing), told.trail_le


def _first(path: Array, floor: Array, *, le: bool) -> NDArray[np.int64]:
    """The first trade that breaks the floor, the number of trades where none does."""
    broken = path <= floor[:, None] if le else path < floor[:, None]
    return np.where(broken.any(axis=1), broken.argmax(axis=1), path.shape[1])


def _counted(ends: dict[str, NDArray[np.bool_]], took: Array, runs: int) -> Odds:
    shares = {name: float(found.mean()) for name, found in ends.items()}
    passed = shares["passed"]
    known = took[~np.isnan(took)]
    return Odds(
        runs=runs, passed=passed, failed_daily=shares["daily"], failed_total=shares["total"],
        unfinished=max(0.0, 1 - sum(shares.values())), days_median=float(np.median(known)) if len(known) else None,
        error=float(np.sqrt(passed * (1 - passed) / runs)),
    )  # fmt: skip
