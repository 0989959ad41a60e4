"""I cut an account's trades by what they have in common, and say whether two cuts differ or could be luck."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analytics.kpis.arithmetic.answers import Undefined
from analytics.kpis.arithmetic.distributions import student_two_sided
from analytics.sample import Sample
from analytics.sample.labels import Labels
from analytics.sample.zones import HOUR, MINUTE

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SESSIONS = ("asia", "london", "new_york", "off_session")
HELD = ((MINUTE, "under 1 min"), (5 * MINUTE, "1 to 5 min"), (15 * MINUTE, "5 to 15 min"), (HOUR, "15 to 60 min"),
        (4 * HOUR, "1 to 4 h"), (24 * HOUR, "4 to 24 h"), (7 * 24 * HOUR, "1 to 7 days"))  # fmt: skip
LONGEST = "over 7 days"
NOTHING = "none"
LEAST_TRADES = 12
RESAMPLES, SEED = 1000, 42

type Cut = Callable[[Sample, dict[str, Any]], Labels]


def _each(codes: np.ndarray, names: Sequence[str]) -> Labels:
    """Every trade in exactly one part."""
    return Labels(np.arange(codes.size), codes, tuple(names))


def _words(values: Sequence[str]) -> Labels:
    names = tuple(dict.fromkeys(values))
    place = {name: code for code, name in enumerate(names)}
    return _each(np.array([place[value] for value in values], np.int64), names)


def _pinned(labels: Labels, n: int) -> Labels:
    """Every trade once for each of its words, those without any under `none`."""
    bare = np.flatnonzero(~labels.carried(n))
    codes = np.append(labels.codes, np.full(bare.size, len(labels.names)))
    return Labels(np.append(labels.trade, bare), codes, (*labels.names, NOTHING))


def _by_session(sample: Sample, told: dict[str, Any]) -> Labels:
    codes = np.zeros(sample.n, np.int64)
    for code, name in enumerate(SESSIONS):
        codes[sample.clock.sessions[name]] = code
    return _each(codes, SESSIONS)


def _by_holding(sample: Sample, told: dict[str, Any]) -> Labels:
    held = sample.columns.exited - sample.columns.entered
    return _each(
        np.searchsorted([most for most, _ in HELD], held, side="right"), [*(name for _, name in HELD), LONGEST]
    )


CUTS: dict[str, Cut] = {
    "symbol": lambda sample, told: _each(sample.columns.symbol, sample.columns.symbols),
    "side": lambda sample, told: _each((sample.columns.side < 0).astype(np.int64), ("long", "short")),
    "weekday": lambda sample, told: _each(sample.clock.weekday, WEEKDAYS),
    "hour": lambda sample, told: _each(sample.clock.hour, [f"{hour:02}" for hour in range(24)]),
    "session": _by_session,
    "holding": _by_holding,
    "setup": lambda sample, told: _words(told["setup"]),
    "account": lambda sample, told: _words(told["account"]),
    "tag": lambda sample, told: _pinned(sample.columns.tags, sample.n),
    "emotion": lambda sample, told: _pinned(sample.columns.emotions, sample.n),
}


def parts(sample: Sample, by: str, told: dict[str, Any]) -> dict[str, np.ndarray]:
    """Which trades belong to each value of a cut; values without a trade are left out.

    `told` holds what the sample does not: `setup` and `account`, one word for each trade in exit order.
    """
    labels = CUTS[by](sample, told)
    found = {}
    for code, name in enumerate(labels.names):
        trades = labels.trade[labels.codes == code]
        if trades.size:
            mask = np.zeros(sample.n, bool)
            mask[trades] = True
            found[name] = mask
    return found


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two cuts side by side: expectancy of one minus the other with its 95 % interval, and what to make of it."""

    trades: tuple[int, int]
    expectancy: tuple[float | None, float | None]
    difference: float | None
    low: float | None
    high: float | None
    p_value: float | None
    note: str


def compare(one: np.ndarray, other: np.ndarray) -> Comparison:
    """Results of two cuts: Welch's t and a seeded bootstrap of the difference of means (1,000 resamples)."""
    counts = (one.size, other.size)
    means = tuple(float(pnl.mean()) if pnl.size else None for pnl in (one, other))
    if min(counts) < LEAST_TRADES:
        note = f"too few to compare: {counts[0]} and {counts[1]} trades, {LEAST_TRADES} of each are needed"
        return Comparison(counts, (means[0], means[1]), None, None, None, None, note)
    difference = float(one.mean() - other.mean())
    low, high = _interval(one, other)
    luck = low <= 0 <= high
    note = "the difference could be luck: its 95 % interval contains zero" if luck else "unlikely to be luck alone"
    return Comparison(counts, (means[0], means[1]), difference, low, high, _welch(one, other), note)


def _interval(one: np.ndarray, other: np.ndarray) -> tuple[float, float]:
    dice = np.random.default_rng(SEED)
    drawn = [np.array([dice.choice(pnl, pnl.size).mean() for _ in range(RESAMPLES)]) for pnl in (one, other)]
    low, high = np.quantile(drawn[0] - drawn[1], (0.025, 0.975))
    return float(low), float(high)


def _welch(one: np.ndarray, other: np.ndarray) -> float | None:
    a, b = one.var(ddof=1) / one.size, other.var(ddof=1) / other.size
    if a + b <= 0:
        return None
    degrees = (a + b) ** 2 / (a * a / (one.size - 1) + b * b / (other.size - 1))
    try:
        return student_two_sided(float((one.mean() - other.mean()) / np.sqrt(a + b)), float(degrees))
    except Undefined:
        return None
