"""I measure how long and how often was traded, and growth over that time."""

import numpy as np

from analytics.kpis import family
from analytics.kpis.arithmetic.answers import quotient, required
from analytics.kpis.arithmetic.moments import std
from analytics.sample import Sample

kpi = family("Span and frequency", "Temporal")


def short_span(s: Sample) -> str | None:
    return f"annualised from {s.clock.span_days} days only" if s.clock.span_days < 30 else None


@kpi(
    "trading_span_days",
    name="Span",
    unit="days",
    better="neutral",
    edge="C",
    formula="last day - first day + 1 (calendar)",
    source='bt "Duration"; ft backtest_days',
)
def trading_span_days(s: Sample) -> float:
    """Calendar days from the first entry to the last exit, both counted; 0 without trades."""
    return s.clock.span_days


@kpi(
    "years",
    name="Years",
    unit="years",
    better="neutral",
    edge="C",
    formula="Y = trading_span_days/365.25",
    source="ffn year_frac",
)
def years(s: Sample) -> float:
    """The span in years of 365.25 days; 0 without trades."""
    return s.clock.years


@kpi(
    "active_days",
    name="Active days",
    unit="count",
    better="neutral",
    edge="C",
    formula="days with >=1 exit",
    source="house",
)
def active_days(s: Sample) -> int:
    """Trading days with at least one exit; 0 and up."""
    return int(np.count_nonzero(s.daily.active))


@kpi(
    "active_day_rate",
    name="Active days, share",
    unit="frac",
    better="neutral",
    edge="Q",
    formula="active_days / T",
    source="qs exposure (qs: non-zero days, rounded UP to 1%)",
)
def active_day_rate(s: Sample) -> float:
    """Trading days with an exit among all, 0..1; none without trades."""
    return quotient(active_days(s), s.daily.count)


@kpi(
    "trades_per_day",
    name="Trades per active day",
    unit="ratio",
    better="neutral",
    edge="Q",
    formula="N / active_days",
    source='MT5 "trades per day"; ft trades_per_day (ft: calendar days)',
)
def trades_per_day(s: Sample) -> float:
    """Trades for each day with an exit, 1 and up; none without trades."""
    return quotient(s.n, active_days(s))


@kpi(
    "trades_per_week",
    name="Trades per week",
    unit="ratio",
    better="neutral",
    edge="Q",
    formula="7 N / trading_span_days",
    source="MT5 account report",
)
def trades_per_week(s: Sample) -> float:
    """Trades for each seven calendar days; none without trades."""
    return quotient(7 * s.n, s.clock.span_days)


@kpi(
    "trades_per_month",
    name="Trades per month",
    unit="ratio",
    better="neutral",
    edge="Q",
    formula="30.4375 N / trading_span_days",
    source="house",
)
def trades_per_month(s: Sample) -> float:
    """Trades for each 30.4375 calendar days; none without trades."""
    return quotient(30.4375 * s.n, s.clock.span_days)


@kpi(
    "max_trades_in_day",
    name="Most trades in a day",
    unit="count",
    better="neutral",
    edge="C",
    formula="max exits in a day",
    source="house",
)
def max_trades_in_day(s: Sample) -> int:
    """Most exits on one trading day; 0 and up."""
    return int(s.daily.exits.max(initial=0))


@kpi(
    "trades_per_day_std",
    name="Unevenness of trades per day",
    unit="ratio",
    better="lower",
    edge="V",
    formula="std (ddof 1) over active days",
    source="house",
)
def trades_per_day_std(s: Sample) -> float:
    """Standard deviation of exits per active day, 0 and up; none below two active days."""
    return std(s.daily.exits.compress(s.daily.active), "fewer than two active days")


@kpi(
    "max_idle_days",
    name="Longest break",
    unit="days",
    better="neutral",
    edge="null if <2 active days",
    formula="longest gap between consecutive active days",
    source="house",
)
def max_idle_days(s: Sample) -> float:
    """Most calendar days from one active day to the next, 1 and up; none below two active days."""
    active = s.daily.days.compress(s.daily.active)
    required(active.size > 1, "fewer than two active days")
    return int(np.diff(active).max())


@kpi(
    "cagr",
    name="Yearly growth (CAGR)",
    unit="frac",
    better="higher",
    edge="E; null if N=0; flag if Y<30/365.25",
    formula="(B_N/B_0)^(1/Y) - 1",
    source='ffn calc_cagr; bt "CAGR"; ep annual_return(annualization=T/Y)',
    caution=short_span,
)
def cagr(s: Sample) -> float:
    """Constant yearly return that leads to the same ending balance, from -1 up; none without trades or when ruined."""
    required(s.n > 0, "no trades")
    return (s.balance.curve[-1] / s.balance.deposit) ** (1 / s.clock.years) - 1


@kpi(
    "annual_return_arithmetic",
    name="Yearly return, arithmetic",
    unit="frac",
    better="higher",
    edge="E, M",
    formula="A μ",
    source="ffn daily_mean; Lean AnnualPerformance (Lean geometric on mean)",
)
def annual_return_arithmetic(s: Sample) -> float:
    """Mean daily return times the days in a year; none without trades or when ruined."""
    return s.days_per_year * s.days.mean


@kpi(
    "geometric_mean_daily_return",
    name="Daily return, geometric",
    unit="frac",
    better="higher",
    edge="E, M",
    formula="(B_N/B_0)^(1/T) - 1",
    source="qs expected_return",
)
def geometric_mean_daily_return(s: Sample) -> float:
    """Constant daily return that leads to the same ending balance; none without trades or when ruined."""
    required(s.n > 0, "no trades")
    return (s.balance.curve[-1] / s.balance.deposit) ** (1 / s.daily.count) - 1
