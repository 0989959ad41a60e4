"""I measure how much results scatter."""

from math import sqrt

import numpy as np

from analytics.kpis import family
from analytics.kpis.arithmetic.answers import quotient, required
from analytics.kpis.arithmetic.lines import pearson
from analytics.kpis.arithmetic.moments import FLAT, FLAT_RETURNS, dot, mean, std
from analytics.kpis.win_loss import expectancy
from analytics.sample import Sample

kpi = family("Volatility", "Risk")


def root_mean_square(values: np.ndarray) -> float:
    return sqrt(mean(values * values))


@kpi(
    "daily_volatility",
    name="Daily volatility",
    unit="frac",
    better="lower",
    edge="E, V",
    formula="σ = std(y_t), ddof 1",
    source="ffn; pandas",
)
def daily_volatility(s: Sample) -> float:
    """Standard deviation of daily returns, 0 and up; none below two days or when ruined."""
    return s.days.std


@kpi(
    "annual_volatility",
    name="Annual volatility",
    unit="frac",
    better="lower",
    edge="E, V",
    formula="σ √A",
    source="ep annual_volatility; qs volatility; nt ReturnsVolatility; PA",
)
def annual_volatility(s: Sample) -> float:
    """Daily volatility times the root of the days in a year, 0 and up; none below two days or when ruined."""
    return s.days.std * sqrt(s.days_per_year)


@kpi(
    "downside_deviation",
    name="Downside deviation",
    unit="frac",
    better="lower",
    edge="E, M",
    formula="sqrt(mean min(y_t,0)²), all T",
    source="PA DownsideDeviation(full); Sortino",
)
def downside_deviation(s: Sample) -> float:
    """Root mean square of the losing days over all days, 0 and up; none without trades or when ruined."""
    return root_mean_square(np.minimum(s.days.values, 0))


@kpi(
    "annual_downside_deviation",
    name="Annual downside deviation",
    unit="frac",
    better="lower",
    edge="E, M",
    formula="downside_deviation √A",
    source="ep downside_risk",
)
def annual_downside_deviation(s: Sample) -> float:
    """Downside deviation times the root of the days in a year, 0 and up; none without trades or when ruined."""
    return downside_deviation(s) * sqrt(s.days_per_year)


@kpi(
    "upside_deviation",
    name="Upside deviation",
    unit="frac",
    better="higher",
    edge="E, M",
    formula="sqrt(mean max(y_t,0)²)",
    source="PA UpsideRisk",
)
def upside_deviation(s: Sample) -> float:
    """Root mean square of the winning days over all days, 0 and up; none without trades or when ruined."""
    return root_mean_square(np.maximum(s.days.values, 0))


@kpi(
    "semi_deviation",
    name="Semi-deviation",
    unit="frac",
    better="lower",
    edge="E, V",
    formula="sqrt(mean min(y_t-μ,0)²)",
    source="PA SemiDeviation (skfolio uses T-1)",
)
def semi_deviation(s: Sample) -> float:
    """Root mean square of what days fell short of the mean, over all days, 0 and up; none below two days or when
    ruined."""
    required(s.days.n > 1, "fewer than two days")
    return root_mean_square(np.minimum(s.days.centred, 0)) if s.days.spread > s.days.flat else 0.0


@kpi(
    "mean_absolute_deviation",
    name="Mean absolute deviation",
    unit="frac",
    better="lower",
    edge="E, M",
    formula="mean abs(y_t-μ)",
    source="PA MeanAbsoluteDeviation; skfolio",
)
def mean_absolute_deviation(s: Sample) -> float:
    """Mean distance of daily returns from their mean, 0 and up; none without trades or when ruined."""
    return mean(np.abs(s.days.centred))


@kpi(
    "gini_mean_difference",
    name="Gini mean difference",
    unit="frac",
    better="lower",
    edge="E, V",
    formula="mean over pairs of abs(y_a - y_b)",
    source="skfolio gini_mean_difference",
)
def gini_mean_difference(s: Sample) -> float:
    """Mean distance between any two daily returns, 0 and up; none below two days or when ruined."""
    n = s.days.n
    required(n > 1, "fewer than two days")
    weights = np.arange(1 - n, n, 2)
    return 2 * dot(weights, s.days.ordered) / (n * (n - 1))


@kpi(
    "volatility_skewness",
    name="Volatility skewness",
    unit="ratio",
    better="higher",
    edge="Q",
    formula="upside_deviation² / downside_deviation²",
    source="PA VolatilitySkewness",
)
def volatility_skewness(s: Sample) -> float:
    """Upside variance over downside variance, 0 and up; none without a losing day."""
    return quotient(upside_deviation(s) ** 2, downside_deviation(s) ** 2, "no losing day")


@kpi(
    "trade_pnl_std",
    name="Deviation of results",
    unit="cur",
    better="lower",
    edge="V",
    formula="std(P_i), ddof 1",
    source='Lean ProfitLossStandardDeviation; Myfxbook "Standard Deviation" (ddof 0)',
)
def trade_pnl_std(s: Sample) -> float:
    """Standard deviation of trade results, 0 and up; none below two trades."""
    return s.trades.std


@kpi(
    "trade_loss_std",
    name="Deviation of losses",
    unit="cur",
    better="lower",
    edge="V",
    formula="std of P over L, ddof 1",
    source="Lean ProfitLossDownsideDeviation",
)
def trade_loss_std(s: Sample) -> float:
    """Standard deviation of the losing trades, 0 and up; none below two of them."""
    return std(s.losses, "fewer than two losing trades", FLAT)


@kpi(
    "trade_cv",
    name="Coefficient of variation",
    unit="ratio",
    better="lower",
    edge="Q",
    formula="trade_pnl_std / abs(expectancy)",
    source="Wealth-Lab coefficient of variation",
)
def trade_cv(s: Sample) -> float:
    """Deviation of results for each unit of expectancy, 0 and up; none below two trades or when expectancy is zero."""
    return quotient(s.trades.std, abs(expectancy(s)), "expectancy is zero")


@kpi(
    "autocorr_penalty",
    name="Autocorrelation penalty",
    unit="ratio",
    better="lower",
    edge="V0",
    formula="sqrt(1 + 2 Σ_{k=1}^{T-1} (1-k/T) abs(ρ_1)^k)",
    source="qs autocorr_penalty",
)
def autocorr_penalty(s: Sample) -> float:
    """By how much dependent days flatter a Sharpe ratio, 1 and up; none below three days or without dispersion."""
    s.days.dispersed()
    y, n = s.days.values, s.days.n
    rho = abs(pearson(y[:-1], y[1:], FLAT_RETURNS, least=2))
    k = np.arange(1, n)
    return sqrt(1 + 2 * float(((1 - k / n) * rho**k).sum()))
