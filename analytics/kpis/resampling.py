"""I replay the trades in a thousand other orders."""

from collections.abc import Iterator

import numpy as np

from analytics.kpis import family
from analytics.kpis.arithmetic.answers import required
from analytics.kpis.arithmetic.moments import median, quantile
from analytics.kpis.balance_drawdown import max_drawdown_currency
from analytics.sample import Sample

kpi = family("Resampling", "Robustness", resampled=True)

ROUNDS, SEED = 1000, 42
DECKS = 32  # shuffled so many times over, and so many ways to cut each: 1,024 orders
BLOCK = 1 << 15  # trades replayed at a time: they stay in the processor's cache


def shuffled_drawdowns(s: Sample) -> np.ndarray:
    """Largest money drawdown of 1,000 seeded orders of the same trades, in exact units; remembered."""
    required(s.n > 0, "no trades")
    return s.remembered("shuffled drawdowns", _shuffled_drawdowns)


def _shuffled_drawdowns(s: Sample) -> np.ndarray:
    """Each order is one shuffle of the results read in another shuffle of the places.

    Two shuffles after each other are a shuffle, and any two of these orders are independent of one another, which is
    all that a median or a share of them asks for; 64 shuffles are drawn instead of 1,000.
    """
    dice, at_once = np.random.default_rng(SEED), max(1, BLOCK // s.n)
    decks = dice.permuted(np.tile(sorted_units(s), (DECKS, 1)), axis=1)
    orders = dice.permuted(np.tile(np.arange(s.n), (DECKS, 1)), axis=1)
    room = np.empty((2, min(at_once, DECKS), s.n), decks.dtype)
    deepest = [
        deepest_drops(deck, orders[start : start + at_once], room)
        for deck in decks
        for start in range(0, DECKS, at_once)
    ]
    return np.concatenate(deepest)[:ROUNDS] / s.scale


def deepest_drops(results: np.ndarray, orders: np.ndarray, room: np.ndarray) -> np.ndarray:
    """How far the results, added up from zero in each of the orders, fall below their highest point at most.

    `room` is used again for every block: to find memory costs more than to fill it.
    """
    paths, peaks = room[:, : orders.shape[0]]
    np.take(results, orders, out=paths, mode="clip")
    np.cumsum(paths, axis=1, out=paths)
    np.maximum.accumulate(paths, axis=1, out=peaks)
    np.maximum(peaks, 0, out=peaks)
    np.subtract(peaks, paths, out=peaks)
    return peaks.max(axis=1)


def sorted_units(s: Sample) -> np.ndarray:
    """Results by size, so that the order they came in draws the same lots; whole numbers where they are exact."""
    ordered = np.sort(s.units)
    return ordered if s.scale == 1 else ordered.astype(np.int64)


def blocks(n: int) -> Iterator[int]:
    """How many of the thousand rounds are drawn at a time."""
    at_once = max(1, BLOCK // n)
    for start in range(0, ROUNDS, at_once):
        yield min(at_once, ROUNDS - start)


@kpi(
    "mc_max_drawdown_median",
    name="Typical drawdown by chance",
    unit="cur",
    better="lower",
    edge="M (seed 42)",
    formula="median over 1000 permutations of P of max D",
    source="qs montecarlo_drawdown idea",
)
def mc_max_drawdown_median(s: Sample) -> float:
    """Median of the largest money drawdowns over 1,000 orders, 0 and up; none without trades."""
    return median(shuffled_drawdowns(s))


@kpi(
    "mc_max_drawdown_p95",
    name="Bad-luck drawdown",
    unit="cur",
    better="lower",
    edge="M (seed 42)",
    formula="95th percentile of the same",
    source="qs montecarlo; StrategyQuant",
)
def mc_max_drawdown_p95(s: Sample) -> float:
    """Largest money drawdown exceeded in one order in twenty, 0 and up; none without trades."""
    return quantile(np.sort(shuffled_drawdowns(s)), 0.95)


@kpi(
    "mc_drawdown_luck",
    name="Luck in the drawdown",
    unit="frac",
    better="neutral",
    edge="M (seed 42)",
    formula="share of permutations with max D >= realised max D",
    source="house",
)
def mc_drawdown_luck(s: Sample) -> float:
    """Share of orders with a drawdown at least as deep as the real one, 0..1; none without trades."""
    return np.count_nonzero(shuffled_drawdowns(s) >= max_drawdown_currency(s)) / ROUNDS


@kpi(
    "bootstrap_loss_probability",
    name="Chance of a losing history",
    unit="frac",
    better="lower",
    edge="M (seed 42)",
    formula="share of 1000 bootstrap resamples of size N with Σ P < 0",
    source="qs montecarlo; pyfolio perf_stats_bootstrap",
)
def bootstrap_loss_probability(s: Sample) -> float:
    """Share of 1,000 redrawn histories that lose money, 0..1; none without trades."""
    required(s.n > 0, "no trades")
    dice, ordered, losing = np.random.default_rng(SEED), sorted_units(s), 0
    for count in blocks(s.n):
        drawn = ordered[dice.integers(0, s.n, (count, s.n))]
        losing += int(np.count_nonzero(drawn.sum(axis=1) < 0))
    return losing / ROUNDS
