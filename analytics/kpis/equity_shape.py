"""I ask how straight the account grows."""

from math import log, sqrt

import numpy as np

from analytics.kpis import family
from analytics.kpis.arithmetic.answers import quotient
from analytics.kpis.arithmetic.lines import Line, line
from analytics.kpis.arithmetic.moments import FLAT_RETURNS
from analytics.sample import Sample

kpi = family("Shape of the equity curve", "Robustness")


def balance_line(s: Sample) -> Line:
    return s.remembered("balance line", lambda s: line(np.arange(s.n + 1.0), s.balance.curve))


def growth_line(s: Sample) -> Line:
    return s.remembered("growth line", lambda s: line(np.arange(1.0, s.days.n + 1), s.daily.log_curve, FLAT_RETURNS))


@kpi(
    "lr_correlation",
    name="Linearity of the balance",
    unit="ratio",
    better="higher",
    edge="G",
    formula="Pearson(i, B_i), i=0..N",
    source='MT5 "LR Correlation"',
)
def lr_correlation(s: Sample) -> float:
    """Correlation of the balance with the trade count, -1..1, 1 a rising line; none below two trades or when flat."""
    return balance_line(s).correlation


@kpi(
    "lr_std_error",
    name="Error of the balance line",
    unit="cur",
    better="lower",
    edge="G",
    formula="sqrt(Σ residual²/(N+1-2)) of B on i",
    source='MT5 "LR Standard Error"',
)
def lr_std_error(s: Sample) -> float:
    """Standard error of the balance around its line, in money, 0 and up; none below two trades or when flat."""
    fitted = balance_line(s)
    return sqrt(fitted.residual / (fitted.n - 2))


@kpi(
    "lr_slope",
    name="Slope of the balance line",
    unit="cur/trade",
    better="higher",
    edge="G",
    formula="OLS slope of B on i",
    source="MT5 chart line",
)
def lr_slope(s: Sample) -> float:
    """Money the balance line gains with each trade; none below two trades or when flat."""
    return balance_line(s).slope


@kpi(
    "stability",
    name="Stability",
    unit="ratio",
    better="higher",
    edge="E, G",
    formula="R² of cumsum(log(1+y)) on t",
    source="ep stability_of_timeseries",
)
def stability(s: Sample) -> float:
    """Share of the log growth that a straight line explains, 0..1; none below three days, when flat or when ruined."""
    return growth_line(s).correlation ** 2


@kpi(
    "k_ratio",
    name="K-ratio",
    unit="ratio",
    better="higher",
    edge="E, G",
    formula="OLS slope / SE(slope) of cumsum(log(1+y)) on t",
    source="Kestner 1996 / Zephyr; statsmodels OLS.tvalues",
)
def k_ratio(s: Sample) -> float:
    """Slope of log growth over its standard error (Kestner 1996); none below three days, on a perfect line or when
    ruined."""
    s.days.dispersed(3)
    fitted = growth_line(s)
    return quotient(fitted.slope, fitted.slope_error, "growth is a perfect line")


@kpi(
    "new_high_rate",
    name="New highs",
    unit="frac",
    better="higher",
    edge="Q",
    formula="#{i: B_i > max_{k<i} B_k}/N",
    source="house",
)
def new_high_rate(s: Sample) -> float:
    """Share of trades that set a new highest balance, 0..1; none without trades."""
    return quotient(s.balance.highs.size - 1, s.n)


@kpi(
    "longest_flat_trades",
    name="Longest wait for a new high",
    unit="count",
    better="lower",
    edge="C",
    formula="max trades between two balance highs (open end included)",
    source='MT "stagnation"; StrategyQuant stagnation',
)
def longest_flat_trades(s: Sample) -> int:
    """Most trades between two balance highs, the open end counted; 0 and up."""
    between = np.diff(s.balance.highs) - 1
    return int(max(between.max(initial=0), s.n - s.balance.highs[-1]))


@kpi(
    "cusum_break",
    name="Break in the edge",
    unit="ratio",
    better="lower",
    edge="V0",
    formula="max_n abs(Σ_{i<=n}(P_i - mean P)) / (std(P) √N); 1.36 = 5% critical",
    source="Brown-Durbin-Evans / Kolmogorov",
)
def cusum_break(s: Sample) -> float:
    """Largest drift of summed results from their mean, 1.36 is the 5% mark; none below two differing trades."""
    s.trades.dispersed()
    return float(np.abs(np.cumsum(s.trades.centred)).max()) / (s.trades.std * sqrt(s.n))


@kpi(
    "hurst_exponent",
    name="Hurst exponent",
    unit="ratio",
    better="neutral",
    edge="V0, T>=10",
    formula="ln(range(cumsum(y-μ))/σ)/ln T",
    source="PA HurstIndex",
)
def hurst_exponent(s: Sample) -> float:
    """Above 0.5 days trend, below they revert; none below ten differing days."""
    s.days.dispersed(10)
    drift = np.cumsum(s.days.centred)
    return log(float(drift.max() - drift.min()) / s.days.std) / log(s.days.n)
