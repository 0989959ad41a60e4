"""I ask whether more trades made things worse."""

import numpy as np

from analytics.kpis import family
from analytics.kpis.arithmetic.answers import quotient, required
from analytics.kpis.arithmetic.lines import line
from analytics.kpis.win_loss import expectancy_of
from analytics.sample import Sample
from analytics.sample.columns import standing
from analytics.sample.zones import MINUTE

kpi = family("Overtrading", "Psychology")

BURST, ROLLING = 5 * MINUTE, 60 * MINUTE


@kpi(
    "heavy_day_rate",
    name="Heavy days",
    unit="frac",
    better="lower",
    edge="Q",
    formula="heavy days / days with an entry",
    source="house; journalplus",
)
def heavy_day_rate(s: Sample) -> float:
    """Share of days with unusually many entries, 0..1; none without trades."""
    days = s.entry_days
    required(s.n > 0, "no trades")
    return np.count_nonzero(days.over(days.counts)) / days.counts.size


@kpi(
    "heavy_day_expectancy_gap",
    name="Heavy days against others",
    unit="cur",
    better="higher",
    edge="null if a group is empty",
    formula="mean P on heavy days - mean P on other days",
    source="house",
)
def heavy_day_expectancy_gap(s: Sample) -> float:
    """Average result on heavy days minus that on others; none when either is missing."""
    heavy = s.entry_days.heavy
    return expectancy_of(s, heavy, "no heavy day") - expectancy_of(s, ~heavy, "no other day")


@kpi(
    "heavy_day_cost",
    name="Costs of heavy days",
    unit="cur",
    better="lower",
    edge="C",
    formula="Σ(C+S) on heavy days",
    source="house",
)
def heavy_day_cost(s: Sample) -> float:
    """Commissions and recorded slippage of trades entered on heavy days; 0 without any."""
    return float(s.costs.compress(s.entry_days.heavy).sum())


@kpi(
    "expectancy_after_third_trade",
    name="Fourth trade and later",
    unit="cur",
    better="higher",
    edge="M",
    formula="mean P of entries with ordinal >=4 in their day",
    source="house",
)
def expectancy_after_third_trade(s: Sample) -> float:
    """Average result of entries after the third of their day; none without any."""
    return expectancy_of(s, s.entry_days.ordinal >= 4, "no day with four entries")


@kpi(
    "fatigue_slope",
    name="Fatigue",
    unit="cur/trade",
    better="higher",
    edge="G",
    formula="OLS slope of P on the ordinal of the entry in its day",
    source="house",
)
def fatigue_slope(s: Sample) -> float:
    """Money the expected result changes with each further entry of the day; none below three trades or when flat."""
    return line(s.entry_days.ordinal.astype(float), s.pnl).slope


@kpi(
    "burst_rate",
    name="Bursts",
    unit="frac",
    better="lower",
    edge="Q",
    formula="#{te_i - previous entry <= 5 min}/N",
    source="house",
)
def burst_rate(s: Sample) -> float:
    """Share of entries within five minutes of the one before, 0..1; none without trades."""
    return quotient(np.count_nonzero(np.diff(s.columns.entered_sorted) <= BURST), s.n)


@kpi(
    "max_trades_in_hour",
    name="Most entries in an hour",
    unit="count",
    better="lower",
    edge="C",
    formula="max entries in any rolling 60 minutes",
    source="house",
)
def max_trades_in_hour(s: Sample) -> int:
    """Most entries in any 60 minutes; 0 and up."""
    times = s.columns.entered_sorted
    return int((standing(times, times + (ROLLING - 1)) - np.arange(s.n)).max(initial=0))


@kpi(
    "commission_churn",
    name="Costs per net result",
    unit="ratio",
    better="lower",
    edge="Q",
    formula="Σ(C+S) / abs(NP)",
    source="house",
)
def commission_churn(s: Sample) -> float:
    """All costs against the size of the net result, 0 and up; none when the net result is zero."""
    return quotient(s.costs.sum(), abs(s.net), "net profit is zero")
