"""I compound days into weeks, months and years."""

import numpy as np

from analytics.kpis import family
from analytics.kpis.arithmetic.answers import quotient, required
from analytics.kpis.arithmetic.moments import FLAT_RETURNS, mean, std
from analytics.sample import Sample

kpi = family("Weeks, months, years", "Temporal")


def compounded(s: Sample, periods: str) -> np.ndarray:
    """Returns of the account's weeks, months or years, first and last in part."""
    s.unruined()
    required(s.n > 0, "no trades")
    return getattr(s.daily, periods).returns


def winning_share(s: Sample, periods: str) -> float:
    profit = getattr(s.daily, periods).profit
    return quotient(np.count_nonzero(profit > 0), np.count_nonzero(profit), f"no winning and no losing {periods}")


def growth_over(s: Sample, days: int) -> float:
    """Return since the close of the day so many calendar days before the last; since the deposit if younger."""
    s.unruined()
    required(s.n > 0, "no trades")
    since = np.searchsorted(s.daily.days, s.daily.days[-1] - days, side="right")
    return s.daily.equity[-1] / s.daily.equity[since] - 1


@kpi(
    "best_week_return",
    name="Best week",
    unit="frac",
    better="higher",
    edge="E, M",
    formula="max weekly return",
    source="ep aggregate_returns('weekly')",
)
def best_week_return(s: Sample) -> float:
    """Highest return of an ISO week; none without trades or when ruined."""
    return compounded(s, "weeks").max()


@kpi(
    "worst_week_return",
    name="Worst week",
    unit="frac",
    better="higher",
    edge="E, M",
    formula="min weekly return",
    source="ep aggregate_returns",
)
def worst_week_return(s: Sample) -> float:
    """Lowest return of an ISO week; none without trades or when ruined."""
    return compounded(s, "weeks").min()


@kpi(
    "week_win_rate",
    name="Winning weeks, share",
    unit="frac",
    better="higher",
    edge="Q",
    formula="#{>0}/#{≠0} weeks",
    source="ep aggregate_returns",
)
def week_win_rate(s: Sample) -> float:
    """Winning among winning and losing ISO weeks, 0..1; none when there is neither."""
    return winning_share(s, "weeks")


@kpi(
    "best_month_return",
    name="Best month",
    unit="frac",
    better="higher",
    edge="E, M",
    formula="max z_j",
    source="ffn best_month; qs best(aggregate)",
)
def best_month_return(s: Sample) -> float:
    """Highest return of a calendar month; none without trades or when ruined."""
    return compounded(s, "months").max()


@kpi(
    "worst_month_return",
    name="Worst month",
    unit="frac",
    better="higher",
    edge="E, M",
    formula="min z_j",
    source="ffn worst_month",
)
def worst_month_return(s: Sample) -> float:
    """Lowest return of a calendar month; none without trades or when ruined."""
    return compounded(s, "months").min()


@kpi(
    "month_win_rate",
    name="Winning months, share",
    unit="frac",
    better="higher",
    edge="Q",
    formula="#{z_j>0}/#{z_j≠0}",
    source="ffn pos_month_perc (ffn drops the first month)",
)
def month_win_rate(s: Sample) -> float:
    """Winning among winning and losing months, 0..1; none when there is neither."""
    return winning_share(s, "months")


@kpi(
    "avg_month_return",
    name="Average month",
    unit="frac",
    better="higher",
    edge="E, M",
    formula="mean z_j",
    source="ffn monthly_mean/12",
)
def avg_month_return(s: Sample) -> float:
    """Mean return of the calendar months; none without trades or when ruined."""
    return mean(compounded(s, "months"))


@kpi(
    "monthly_return_std",
    name="Deviation of months",
    unit="frac",
    better="lower",
    edge="E, V",
    formula="std z_j ddof 1",
    source="ffn monthly_vol/√12",
)
def monthly_return_std(s: Sample) -> float:
    """Standard deviation of monthly returns, 0 and up; none below two months or when ruined."""
    return std(compounded(s, "months"), "fewer than two months", FLAT_RETURNS)


@kpi(
    "monthly_consistency",
    name="Consistency of months",
    unit="ratio",
    better="higher",
    edge="V0",
    formula="avg_month_return / monthly_return_std",
    source="ffn monthly_sharpe/√12",
)
def monthly_consistency(s: Sample) -> float:
    """Average month over the deviation of months; none below two differing months."""
    return quotient(avg_month_return(s), monthly_return_std(s), "all months are the same")


@kpi(
    "best_year_return",
    name="Best year",
    unit="frac",
    better="higher",
    edge="E, M",
    formula="max calendar-year return",
    source="ffn best_year",
)
def best_year_return(s: Sample) -> float:
    """Highest return of a calendar year; none without trades or when ruined."""
    return compounded(s, "years").max()


@kpi(
    "worst_year_return",
    name="Worst year",
    unit="frac",
    better="higher",
    edge="E, M",
    formula="min calendar-year return",
    source="ffn worst_year",
)
def worst_year_return(s: Sample) -> float:
    """Lowest return of a calendar year; none without trades or when ruined."""
    return compounded(s, "years").min()


@kpi(
    "year_win_rate",
    name="Winning years, share",
    unit="frac",
    better="higher",
    edge="Q",
    formula="#{>0}/#{≠0} years",
    source="ffn win_year_perc",
)
def year_win_rate(s: Sample) -> float:
    """Winning among winning and losing years, 0..1; none when there is neither."""
    return winning_share(s, "years")


@kpi(
    "mtd_return",
    name="Month to date",
    unit="frac",
    better="higher",
    edge="E, M",
    formula="return of the last calendar month so far",
    source="ffn mtd",
)
def mtd_return(s: Sample) -> float:
    """Return of the last calendar month so far; none without trades or when ruined."""
    return compounded(s, "months")[-1]


@kpi(
    "ytd_return",
    name="Year to date",
    unit="frac",
    better="higher",
    edge="E, M",
    formula="return of the last calendar year so far",
    source="ffn ytd",
)
def ytd_return(s: Sample) -> float:
    """Return of the last calendar year so far; none without trades or when ruined."""
    return compounded(s, "years")[-1]


@kpi(
    "return_last_30d",
    name="Last 30 days",
    unit="frac",
    better="higher",
    edge="E, M",
    formula="E_T/E(30 days before) - 1, base B_0 if younger",
    source="house; ffn three_month pattern",
)
def return_last_30d(s: Sample) -> float:
    """Return of the last 30 calendar days, or since the deposit; none without trades or when ruined."""
    return growth_over(s, 30)


@kpi(
    "return_last_90d",
    name="Last 90 days",
    unit="frac",
    better="higher",
    edge="E, M",
    formula="same, 90 days",
    source="ffn three_month",
)
def return_last_90d(s: Sample) -> float:
    """Return of the last 90 calendar days, or since the deposit; none without trades or when ruined."""
    return growth_over(s, 90)
