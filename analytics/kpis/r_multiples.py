"""I measure results in units of the risk each trade took."""

import numpy as np

from analytics.kpis import family
from analytics.kpis.arithmetic.answers import quotient, required
from analytics.kpis.arithmetic.moments import mean, median, std
from analytics.kpis.win_loss import average_loss, expectancy
from analytics.sample import Sample

kpi = family("R multiples", "Execution")

NO_RISK = "no trade with a known initial risk"


@kpi(
    "total_r",
    name="Total R",
    unit="R",
    better="higher",
    edge="C",
    formula="Σ_K R_i",
    source="Tharp",
)
def total_r(s: Sample) -> float:
    """Results in units of their initial risk, added up; any number, 0 when no risk is known, as of every sum."""
    return float(s.r.sum())


@kpi(
    "expectancy_r",
    name="Expectancy in R",
    unit="R",
    better="higher",
    edge="M",
    formula="mean_K R_i",
    source="Tharp expectancy",
)
def expectancy_r(s: Sample) -> float:
    """Average result in units of the initial risk; none when no risk is known."""
    return mean(s.r, NO_RISK)


@kpi(
    "median_r",
    name="Median R",
    unit="R",
    better="higher",
    edge="M",
    formula="median_K R_i",
    source="Tharp",
)
def median_r(s: Sample) -> float:
    """Median result in units of the initial risk; none when no risk is known."""
    return median(s.r, NO_RISK)


@kpi(
    "r_std",
    name="Deviation of R",
    unit="R",
    better="lower",
    edge="V",
    formula="std_K R_i, ddof 1",
    source="Tharp (SQN denominator)",
)
def r_std(s: Sample) -> float:
    """Standard deviation of the R multiples, 0 and up; none below two trades with a known risk."""
    return std(s.r, "fewer than two trades with a known initial risk")


@kpi(
    "best_r",
    name="Best R",
    unit="R",
    better="higher",
    edge="M",
    formula="max_K R_i",
    source="Tharp",
)
def best_r(s: Sample) -> float:
    """Largest R multiple; none when no risk is known."""
    required(s.risked_count > 0, NO_RISK)
    return s.r.max()


@kpi(
    "worst_r",
    name="Worst R",
    unit="R",
    better="higher",
    edge="M",
    formula="min_K R_i",
    source="Tharp",
)
def worst_r(s: Sample) -> float:
    """Smallest R multiple; none when no risk is known."""
    required(s.risked_count > 0, NO_RISK)
    return s.r.min()


@kpi(
    "avg_win_r",
    name="Average win in R",
    unit="R",
    better="higher",
    edge="M",
    formula="mean of R_i>0",
    source="Tharp",
)
def avg_win_r(s: Sample) -> float:
    """Mean of the R multiples above zero; none without one."""
    return mean(s.r.compress(s.r > 0), "no winning trade with a known initial risk")


@kpi(
    "avg_loss_r",
    name="Average loss in R",
    unit="R",
    better="higher",
    edge="M",
    formula="mean of R_i<0",
    source="Tharp",
)
def avg_loss_r(s: Sample) -> float:
    """Mean of the R multiples below zero; none without one."""
    return mean(s.r.compress(s.r < 0), "no losing trade with a known initial risk")


@kpi(
    "profit_factor_r",
    name="Profit factor in R",
    unit="ratio",
    better="higher",
    edge="Q",
    formula="Σ max(R,0) / Σ max(-R,0)",
    source="house",
)
def profit_factor_r(s: Sample) -> float:
    """R won for each R lost, 0 and up; none without a loser of known risk."""
    return quotient(np.maximum(s.r, 0).sum(), np.maximum(-s.r, 0).sum(), "no losing trade with a known initial risk")


@kpi(
    "expectancy_tharp_dollar",
    name="Expectancy per average loss",
    unit="ratio",
    better="higher",
    edge="Q",
    formula="expectancy / al (1R := average loss when no stop is known)",
    source="Tharp 2nd def.",
)
def expectancy_tharp_dollar(s: Sample) -> float:
    """Expectancy with the average loss standing for 1R; none without a loser."""
    return quotient(expectancy(s), -average_loss(s))


@kpi(
    "expectunity_r",
    name="Expectunity",
    unit="R/year",
    better="higher",
    edge="Q",
    formula="expectancy_r * N_R / Y",
    source='Tharp "expectunity"',
)
def expectunity_r(s: Sample) -> float:
    """Expected R of a year at the pace so far; none when no risk is known."""
    return quotient(expectancy_r(s) * s.risked_count, s.clock.years)


@kpi(
    "r_ge_1_rate",
    name="Trades of 1R or more",
    unit="frac",
    better="higher",
    edge="Q",
    formula="#{R_i>=1}/N_R",
    source="house",
)
def r_ge_1_rate(s: Sample) -> float:
    """Share of trades that won at least their risk, 0..1; none when no risk is known."""
    return quotient(np.count_nonzero(s.r >= 1), s.risked_count, NO_RISK)


@kpi(
    "r_ge_2_rate",
    name="Trades of 2R or more",
    unit="frac",
    better="higher",
    edge="Q",
    formula="#{R_i>=2}/N_R",
    source="house",
)
def r_ge_2_rate(s: Sample) -> float:
    """Share of trades that won at least twice their risk, 0..1; none when no risk is known."""
    return quotient(np.count_nonzero(s.r >= 2), s.risked_count, NO_RISK)


@kpi(
    "full_loss_rate",
    name="Full losses",
    unit="frac",
    better="lower",
    edge="Q",
    formula="#{R_i<=-0.95}/N_R",
    source="house",
)
def full_loss_rate(s: Sample) -> float:
    """Share of trades that lost practically all they risked, 0..1; none when no risk is known."""
    return quotient(np.count_nonzero(s.r <= -0.95), s.risked_count, NO_RISK)
