"""I look at the worst and best days and trades."""

from math import sqrt

import numpy as np

from analytics.kpis import family
from analytics.kpis.arithmetic.answers import quotient
from analytics.kpis.arithmetic.distributions import normal_density, normal_quantile
from analytics.kpis.arithmetic.moments import Moments, mean
from analytics.kpis.win_loss import average_loss, largest_loss
from analytics.sample import Sample

kpi = family("Tails", "Risk")

Z_05 = normal_quantile(0.05)


def tail_mean(moments: Moments, share: float) -> float:
    """Mean of the values at or below a quantile."""
    ordered, bound = moments.ordered, moments.quantile(share)
    return mean(ordered[: np.searchsorted(ordered, bound, side="right")])


@kpi(
    "var_95_hist",
    name="Value at risk, 95%",
    unit="frac",
    better="lower",
    edge="E, M",
    formula="-quantile(y, 0.05), linear",
    source="ep value_at_risk; nt ValueAtRisk",
)
def var_95_hist(s: Sample) -> float:
    """Daily loss exceeded on one day in twenty, as a positive fraction; none without trades or when ruined."""
    return -s.days.quantile(0.05)


@kpi(
    "var_99_hist",
    name="Value at risk, 99%",
    unit="frac",
    better="lower",
    edge="E, M",
    formula="-quantile(y, 0.01)",
    source="ep value_at_risk",
)
def var_99_hist(s: Sample) -> float:
    """Daily loss exceeded on one day in a hundred, as a positive fraction; none without trades or when ruined."""
    return -s.days.quantile(0.01)


@kpi(
    "var_95_param",
    name="Gaussian value at risk, 95%",
    unit="frac",
    better="lower",
    edge="E, V0",
    formula="-(μ + σ z_.05), σ ddof 1",
    source="qs value_at_risk; Lean ValueAtRisk95",
)
def var_95_param(s: Sample) -> float:
    """The same if days were normal, from mean and deviation; none below two differing days or when ruined."""
    s.days.dispersed()
    return -(s.days.mean + s.days.std * Z_05)


@kpi(
    "var_95_cornish_fisher",
    name="Modified value at risk, 95%",
    unit="frac",
    better="lower",
    edge="E, K4",
    formula="-(μ + z_cf σ_0), z_cf = z+(z²-1)g1/6+(z³-3z)g2/24-(2z³-5z)g1²/36, z=z_.05, σ_0 ddof 0",
    source="PA VaR(method=modified)",
)
def var_95_cornish_fisher(s: Sample) -> float:
    """The Gaussian figure corrected for skewness and fat tails; none below four differing days or when ruined."""
    s.days.dispersed(4)
    z, g1, g2 = Z_05, s.days.g1, s.days.g2
    z_cf = z + (z * z - 1) * g1 / 6 + (z**3 - 3 * z) * g2 / 24 - (2 * z**3 - 5 * z) * g1 * g1 / 36
    return -(s.days.mean + z_cf * sqrt(s.days.m2))


@kpi(
    "cvar_95_hist",
    name="Expected shortfall, 95%",
    unit="frac",
    better="lower",
    edge="E, M",
    formula="-mean{y_t : y_t <= quantile(y,.05)}",
    source="qs cvar(method=historical); nt ExpectedShortfall",
)
def cvar_95_hist(s: Sample) -> float:
    """Mean of the days at or beyond the 95% value at risk, as a positive fraction; none without trades or when
    ruined."""
    return -tail_mean(s.days, 0.05)


@kpi(
    "cvar_99_hist",
    name="Expected shortfall, 99%",
    unit="frac",
    better="lower",
    edge="E, M",
    formula="same with 1%",
    source="qs; ep",
)
def cvar_99_hist(s: Sample) -> float:
    """Mean of the days at or beyond the 99% value at risk, as a positive fraction; none without trades or when
    ruined."""
    return -tail_mean(s.days, 0.01)


@kpi(
    "cvar_95_param",
    name="Gaussian expected shortfall, 95%",
    unit="frac",
    better="lower",
    edge="E, V0",
    formula="-(μ - σ φ(z_.05)/.05)",
    source="qs cvar (default)",
)
def cvar_95_param(s: Sample) -> float:
    """Expected shortfall if days were normal; none below two differing days or when ruined."""
    s.days.dispersed()
    return -(s.days.mean - s.days.std * normal_density(Z_05) / 0.05)


@kpi(
    "trade_var_95",
    name="Trade value at risk, 95%",
    unit="cur",
    better="lower",
    edge="M",
    formula="-quantile(P, .05)",
    source="ep value_at_risk on P",
)
def trade_var_95(s: Sample) -> float:
    """Loss exceeded by one trade in twenty, as a positive amount; none without trades."""
    return -s.trades.quantile(0.05)


@kpi(
    "trade_cvar_95",
    name="Trade expected shortfall, 95%",
    unit="cur",
    better="lower",
    edge="M",
    formula="-mean{P_i : P_i <= quantile(P,.05)}",
    source="ep conditional_value_at_risk on P",
)
def trade_cvar_95(s: Sample) -> float:
    """Mean of the worst trades, at or beyond that loss, as a positive amount; none without trades."""
    return -tail_mean(s.trades, 0.05)


@kpi(
    "tail_ratio",
    name="Tail ratio",
    unit="ratio",
    better="higher",
    edge="Q",
    formula="abs(q95(y)) / abs(q05(y))",
    source="ep tail_ratio; qs; nt",
)
def tail_ratio(s: Sample) -> float:
    """Size of the best twentieth of days over the worst, 0 and up; none when the 5% quantile is zero."""
    return quotient(abs(s.days.quantile(0.95)), abs(s.days.quantile(0.05)), "the 5% quantile of daily returns is zero")


@kpi(
    "rachev_ratio",
    name="Rachev ratio",
    unit="ratio",
    better="higher",
    edge="Q",
    formula="mean{y>=q95} / -mean{y<=q05}",
    source="PA RachevRatio (PA upper quantile is an order statistic)",
)
def rachev_ratio(s: Sample) -> float:
    """Mean of the best twentieth of days over the mean loss of the worst; none when the latter is zero."""
    best = s.days.ordered[np.searchsorted(s.days.ordered, s.days.quantile(0.95)) :]
    return quotient(mean(best), -tail_mean(s.days, 0.05), "the worst days averaged zero")


@kpi(
    "skewness",
    name="Skewness of days",
    unit="ratio",
    better="higher",
    edge="K3",
    formula="G1 = bias-corrected sample skewness of y",
    source="qs skew; pandas; scipy bias=False",
)
def skewness(s: Sample) -> float:
    """Bias-corrected skewness of daily returns, above 0 long gains; none below three differing days."""
    s.days.dispersed(3)
    return s.days.G1


@kpi(
    "kurtosis_excess",
    name="Excess kurtosis of days",
    unit="ratio",
    better="lower",
    edge="K4",
    formula="G2 = bias-corrected excess kurtosis of y",
    source="qs kurtosis; nt ReturnsKurtosis",
)
def kurtosis_excess(s: Sample) -> float:
    """Bias-corrected excess kurtosis of daily returns, above 0 fat tails; none below four differing days."""
    return s.days.G2


@kpi(
    "trade_skewness",
    name="Skewness of trades",
    unit="ratio",
    better="higher",
    edge="K3",
    formula="G1 of P_i",
    source="scipy.stats.skew(bias=False)",
)
def trade_skewness(s: Sample) -> float:
    """Bias-corrected skewness of trade results; none below three differing trades."""
    s.trades.dispersed(3)
    return s.trades.G1


@kpi(
    "trade_kurtosis",
    name="Excess kurtosis of trades",
    unit="ratio",
    better="lower",
    edge="K4",
    formula="G2 of P_i",
    source="scipy.stats.kurtosis(bias=False)",
)
def trade_kurtosis(s: Sample) -> float:
    """Bias-corrected excess kurtosis of trade results; none below four differing trades."""
    return s.trades.G2


@kpi(
    "outlier_win_ratio",
    name="Outlier win ratio",
    unit="ratio",
    better="neutral",
    edge="Q",
    formula="q99(y) / mean of y>0",
    source="qs outlier_win_ratio (qs mean over y>=0)",
)
def outlier_win_ratio(s: Sample) -> float:
    """99% quantile of days over the mean winning day; none without a winning day."""
    y = s.days.values
    return quotient(s.days.quantile(0.99), mean(y.compress(y > 0), "no winning day"))


@kpi(
    "outlier_loss_ratio",
    name="Outlier loss ratio",
    unit="ratio",
    better="lower",
    edge="Q",
    formula="q01(y) / mean of y<0",
    source="qs outlier_loss_ratio",
)
def outlier_loss_ratio(s: Sample) -> float:
    """1% quantile of days over the mean losing day; none without a losing day."""
    y = s.days.values
    return quotient(s.days.quantile(0.01), mean(y.compress(y < 0), "no losing day"))


@kpi(
    "worst_to_average_loss",
    name="Worst loss over average loss",
    unit="ratio",
    better="lower",
    edge="Q",
    formula="largest_loss / average_loss",
    source="house",
)
def worst_to_average_loss(s: Sample) -> float:
    """How many average losses the largest one cost, 1 and up; none without a loser."""
    return quotient(largest_loss(s), average_loss(s))


@kpi(
    "tail_day_count",
    name="Extreme days",
    unit="count",
    better="neutral",
    edge="C",
    formula="#{abs(y_t-μ) > 2σ}",
    source="house",
)
def tail_day_count(s: Sample) -> int:
    """Days further than two deviations from the mean; 0 and up."""
    if s.days.n < 2 or s.days.spread <= s.days.flat:
        return 0
    return int(np.count_nonzero(np.abs(s.days.centred) > 2 * s.days.std))
