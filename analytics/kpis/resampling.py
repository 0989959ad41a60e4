"""I replay the trades in a thousand other orders."""

import numpy as np

from analytics.kpis import family
from analytics.kpis.arithmetic.answers import required
from analytics.kpis.arithmetic.moments import median, quantile
from analytics.kpis.balance_drawdown import max_drawdown_currency
from analytics.sample import Sample

kpi = family("Resampling", "Robustness", resampled=True)

ROUNDS, SEED, CHUNK = 1000, 42, 2_000_000


def shuffled_drawdowns(s: Sample) -> np.ndarray:
    """Largest money drawdown of 1,000 seeded orders of the same trades, in exact units; remembered."""
    required(s.n > 0, "no trades")
    if "shuffled drawdowns" not in s.answers:
        s.answers["shuffled drawdowns"] = _shuffled_drawdowns(s)
    return s.answers["shuffled drawdowns"]


def _shuffled_drawdowns(s: Sample) -> np.ndarray:
    dice, rows = np.random.default_rng(SEED), max(1, CHUNK // s.n)
    ordered, deepest = np.sort(s.units), []
    for start in range(0, ROUNDS, rows):
        orders = dice.permuted(np.tile(ordered, (min(rows, ROUNDS - start), 1)), axis=1)
        curves = np.cumsum(orders, axis=1)
        peaks = np.maximum(np.maximum.accumulate(curves, axis=1), 0)
        deepest.append((peaks - curves).max(axis=1))
    return np.concatenate(deepest) / s.scale


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
    dice, rows, ordered, losing = np.random.default_rng(SEED), max(1, CHUNK // s.n), np.sort(s.units), 0
    for start in range(0, ROUNDS, rows):
        drawn = ordered[dice.integers(0, s.n, (min(rows, ROUNDS - start), s.n))]
        losing += int(np.count_nonzero(drawn.sum(axis=1) < 0))
    return losing / ROUNDS
