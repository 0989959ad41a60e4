"""I look at trading days by what they made."""

import numpy as np

from analytics.kpis import family
from analytics.kpis.arithmetic.answers import quotient, required
from analytics.kpis.arithmetic.moments import mean, median
from analytics.sample import Sample
from analytics.sample.runs import longest

kpi = family("Days", "Temporal")


@kpi(
    "avg_daily_pnl",
    name="Average day",
    unit="cur",
    better="higher",
    edge="Q",
    formula="NP / T",
    source="house",
)
def avg_daily_pnl(s: Sample) -> float:
    """Net profit for each trading day, idle ones counted; none without trades."""
    return quotient(s.net, s.daily.count)


@kpi(
    "median_active_day_pnl",
    name="Median active day",
    unit="cur",
    better="higher",
    edge="M",
    formula="median X_t over active days",
    source="house",
)
def median_active_day_pnl(s: Sample) -> float:
    """Result half of the active days beat; none without trades."""
    return median(s.daily.profit.compress(s.daily.active))


@kpi(
    "avg_daily_return",
    name="Average daily return",
    unit="frac",
    better="higher",
    edge="E, M",
    formula="μ",
    source="nt ReturnsAverage; qs",
)
def avg_daily_return(s: Sample) -> float:
    """Mean of the daily returns, idle days as zero; none without trades or when ruined."""
    return s.days.mean


@kpi(
    "best_day_pnl",
    name="Best day",
    unit="cur",
    better="higher",
    edge="M",
    formula="max X_t",
    source="ft backtest_best_day_abs",
)
def best_day_pnl(s: Sample) -> float:
    """Most made on one trading day; none without trades."""
    required(s.n > 0, "no trades")
    return s.daily.profit.max()


@kpi(
    "worst_day_pnl",
    name="Worst day",
    unit="cur",
    better="higher",
    edge="M",
    formula="min X_t",
    source="ft backtest_worst_day_abs",
)
def worst_day_pnl(s: Sample) -> float:
    """Least made on one trading day; none without trades."""
    required(s.n > 0, "no trades")
    return s.daily.profit.min()


@kpi(
    "best_day_return",
    name="Best daily return",
    unit="frac",
    better="higher",
    edge="E, M",
    formula="max y_t",
    source="qs best; ffn best_day",
)
def best_day_return(s: Sample) -> float:
    """Highest daily return; none without trades or when ruined."""
    required(s.n > 0, "no trades")
    return s.days.values.max()


@kpi(
    "worst_day_return",
    name="Worst daily return",
    unit="frac",
    better="higher",
    edge="E, M",
    formula="min y_t",
    source="qs worst; ffn worst_day",
)
def worst_day_return(s: Sample) -> float:
    """Lowest daily return; none without trades or when ruined."""
    required(s.n > 0, "no trades")
    return s.days.values.min()


@kpi(
    "winning_days",
    name="Winning days",
    unit="count",
    better="higher",
    edge="C",
    formula="#{X_t>0}",
    source="ft winning_days",
)
def winning_days(s: Sample) -> int:
    """Trading days that made money; 0 and up."""
    return int(np.count_nonzero(s.daily.profit > 0))


@kpi(
    "losing_days",
    name="Losing days",
    unit="count",
    better="lower",
    edge="C",
    formula="#{X_t<0}",
    source="ft losing_days",
)
def losing_days(s: Sample) -> int:
    """Trading days that lost money; 0 and up."""
    return int(np.count_nonzero(s.daily.profit < 0))


@kpi(
    "day_win_rate",
    name="Winning days, share",
    unit="frac",
    better="higher",
    edge="Q",
    formula="#{X>0}/#{X≠0}",
    source="qs win_rate on X",
)
def day_win_rate(s: Sample) -> float:
    """Winning among winning and losing days, 0..1; none when there is neither."""
    return quotient(winning_days(s), np.count_nonzero(s.daily.profit), "no winning and no losing day")


@kpi(
    "avg_winning_day",
    name="Average winning day",
    unit="cur",
    better="higher",
    edge="M",
    formula="mean X over X>0",
    source="qs avg_win",
)
def avg_winning_day(s: Sample) -> float:
    """Mean of the days that made money, above 0; none without one."""
    return mean(s.daily.profit.compress(s.daily.profit > 0), "no winning day")


@kpi(
    "avg_losing_day",
    name="Average losing day",
    unit="cur",
    better="higher",
    edge="M",
    formula="mean X over X<0",
    source="qs avg_loss",
)
def avg_losing_day(s: Sample) -> float:
    """Mean of the days that lost money, below 0; none without one."""
    return mean(s.daily.profit.compress(s.daily.profit < 0), "no losing day")


@kpi(
    "day_payoff_ratio",
    name="Payoff ratio of days",
    unit="ratio",
    better="higher",
    edge="Q",
    formula="avg_winning_day/abs(avg_losing_day)",
    source="qs payoff_ratio",
)
def day_payoff_ratio(s: Sample) -> float:
    """Average winning day for each unit of average losing day; none without both."""
    return quotient(avg_winning_day(s), -avg_losing_day(s))


@kpi(
    "daily_profit_factor",
    name="Profit factor of days",
    unit="ratio",
    better="higher",
    edge="Q",
    formula="Σ max(X,0)/Σ max(-X,0)",
    source="qs profit_factor; nt ProfitFactor",
)
def daily_profit_factor(s: Sample) -> float:
    """Money made on winning days for each unit lost on losing days, 0 and up; none without a losing day."""
    return quotient(np.maximum(s.daily.profit, 0).sum(), np.maximum(-s.daily.profit, 0).sum(), "no losing day")


@kpi(
    "max_consecutive_winning_days",
    name="Longest run of winning days",
    unit="count",
    better="higher",
    edge="C",
    formula="longest run of X_t>0 on the calendar (a flat day breaks it)",
    source="qs consecutive_wins",
)
def max_consecutive_winning_days(s: Sample) -> int:
    """Most winning trading days in a row, an idle one ends it; 0 and up."""
    return longest(s.daily.profit > 0)


@kpi(
    "max_consecutive_losing_days",
    name="Longest run of losing days",
    unit="count",
    better="lower",
    edge="C",
    formula="longest run of X_t<0",
    source="qs consecutive_losses",
)
def max_consecutive_losing_days(s: Sample) -> int:
    """Most losing trading days in a row, an idle one ends it; 0 and up."""
    return longest(s.daily.profit < 0)
