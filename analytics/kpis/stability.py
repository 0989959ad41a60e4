"""I ask whether the edge is the same early and late, long and short."""

from math import sqrt

import numpy as np

from analytics.kpis import family
from analytics.kpis.arithmetic.answers import quotient, required
from analytics.kpis.arithmetic.distributions import student_two_sided
from analytics.kpis.arithmetic.lines import pearson
from analytics.kpis.arithmetic.moments import dot, mean, picked, std
from analytics.kpis.risk_adjusted import sharpe_of, sharpe_ratio
from analytics.kpis.win_loss import profit_factor_of
from analytics.sample import Sample
from analytics.sample.runs import summed

kpi = family("Stability through time", "Robustness")

WINDOW = 30
MEMORY = 2000  # a trade further back weighs less than 1e-30, beyond what a float can add


def window_sums(values: np.ndarray) -> np.ndarray:
    """Sums over every 30 trades in a row."""
    required(values.size >= WINDOW, f"fewer than {WINDOW} trades")
    sums = summed(values)
    return sums[WINDOW:] - sums[:-WINDOW]


@kpi(
    "half_split_t_stat",
    name="Second half against first",
    unit="ratio",
    better="neutral",
    edge="N>=12, V0",
    formula="Welch t of second half vs first half (h = floor(N/2)) of P",
    source="scipy ttest_ind(equal_var=False)",
)
def half_split_t_stat(s: Sample) -> float:
    """Welch's t of the later half of results against the earlier; none below twelve differing trades."""
    s.trades.dispersed(12)
    half = s.n // 2
    first, second = s.pnl[:half], s.pnl[half:]
    error = sqrt(std(first) ** 2 / first.size + std(second) ** 2 / second.size)
    return quotient(mean(second) - mean(first), error, "each half is constant")


@kpi(
    "half_split_profit_factor_ratio",
    name="Profit factor, second half over first",
    unit="ratio",
    better="higher",
    edge="Q",
    formula="PF(second half)/PF(first half)",
    source="house (walk-forward efficiency analogue)",
)
def half_split_profit_factor_ratio(s: Sample) -> float:
    """Near 1 the edge lasts, 0 and up; none when a half has no loser or the first no winner."""
    half = s.n // 2
    return quotient(profit_factor_of(s.pnl[half:]), profit_factor_of(s.pnl[:half]), "the first half won nothing")


@kpi(
    "rolling_expectancy_min",
    name="Worst expectancy of 30 trades",
    unit="cur",
    better="higher",
    edge="null if N<30",
    formula="min over windows of 30 trades of mean P",
    source="house; cf. qs rolling_*",
)
def rolling_expectancy_min(s: Sample) -> float:
    """Lowest average result of any 30 trades in a row; none below 30 trades."""
    return window_sums(s.units).min() / s.scale / WINDOW


@kpi(
    "rolling_win_rate_std",
    name="Scatter of the rolling win rate",
    unit="frac",
    better="lower",
    edge="null if N<31",
    formula="std (ddof 1) of win rate over windows of 30 trades (step 1)",
    source="house",
)
def rolling_win_rate_std(s: Sample) -> float:
    """Standard deviation of the win rate over 30 trades in a row, 0 and up; none below 31 trades."""
    required(s.n > WINDOW, f"fewer than {WINDOW + 1} trades")
    return std(window_sums(s.won) / WINDOW)


@kpi(
    "rolling_profit_factor_ok_rate",
    name="Profitable stretches of 30 trades",
    unit="frac",
    better="higher",
    edge="null if N<30",
    formula="share of 30-trade windows with Σ P > 0",
    source="house",
)
def rolling_profit_factor_ok_rate(s: Sample) -> float:
    """Share of all 30 trades in a row that made money, 0..1; none below 30 trades."""
    sums = window_sums(s.units)
    return np.count_nonzero(sums > 0) / sums.size


@kpi(
    "ewma_expectancy",
    name="Recent expectancy",
    unit="cur",
    better="higher",
    edge="M",
    formula="Σ λ^{N-i} P_i/Σ λ^{N-i}, λ = 0.5^{1/20}",
    source="RiskMetrics decay",
)
def ewma_expectancy(s: Sample) -> float:
    """Average result with half the weight every 20 trades back; none without trades."""
    required(s.n > 0, "no trades")
    recent = s.pnl[-MEMORY:]
    weights = 0.5 ** (np.arange(recent.size - 1, -1, -1) / 20)
    return dot(weights, recent) / float(weights.sum())


@kpi(
    "expectancy_trend_p_value",
    name="p-value of a trend in results",
    unit="frac",
    better="neutral",
    edge="N>=12, G",
    formula="Spearman(i, P_i) two-sided p",
    source="scipy spearmanr",
)
def expectancy_trend_p_value(s: Sample) -> float:
    """Chance of such a rank trend by luck (Spearman), 0..1; none below twelve trades or when flat."""
    required(s.n >= 12, "fewer than twelve trades")
    rho = pearson(np.arange(float(s.n)), s.trades.ranks)
    if abs(rho) == 1:
        return 0.0
    return student_two_sided(rho * sqrt((s.n - 2) / (1 - rho * rho)), s.n - 2)


@kpi(
    "sharpe_drift",
    name="Recent Sharpe against the whole",
    unit="ratio",
    better="higher",
    edge="null if T<40",
    formula="Sharpe(last T/4 days) - sharpe_ratio",
    source="house",
)
def sharpe_drift(s: Sample) -> float:
    """Sharpe ratio of the last quarter of days minus that of all; none below 40 days or when flat."""
    required(s.daily.count >= 40, "fewer than 40 days")
    recent = s.days.values[-(s.days.n // 4) :] - s.daily_risk_free
    return sharpe_of(recent, s.days_per_year) - sharpe_ratio(s)


@kpi(
    "side_expectancy_gap",
    name="Long against short, in R",
    unit="R",
    better="neutral",
    edge="null if a side is empty",
    formula="expectancy_r long - expectancy_r short",
    source="house",
)
def side_expectancy_gap(s: Sample) -> float:
    """Expectancy in R of long minus short trades; none when a side has no trade of known risk."""
    long = picked(s.long, s.risked)
    gain = mean(s.r.compress(long), "no long trade with a known initial risk")
    return gain - mean(s.r.compress(~long), "no short trade with a known initial risk")
