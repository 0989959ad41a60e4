"""I follow each day's realised result as it ran, and what was done after it turned."""

import numpy as np

from analytics.kpis import family
from analytics.kpis.arithmetic.answers import quotient
from analytics.kpis.arithmetic.moments import mean
from analytics.sample import Sample

kpi = family("Daily discipline", "Psychology")

STOP_DAY, BREACH = 0.02, 0.05
NEVER_AHEAD, NEVER_BEHIND = "no day was ever ahead", "no day was ever behind"


@kpi(
    "trades_after_daily_loss_limit",
    name="Trades after a 2% daily loss",
    unit="count",
    better="lower",
    edge="E, C",
    formula="entries after the day's realised P&L <= -2% of day-start equity",
    source="prop-firm daily loss rule",
)
def trades_after_daily_loss_limit(s: Sample) -> int:
    """Entries after the day had lost 2% of its opening equity; 0 and up, none when ruined."""
    return int(np.count_nonzero(s.exit_days.entered_after_breach(STOP_DAY)))


@kpi(
    "pnl_after_daily_loss_limit",
    name="Result after a 2% daily loss",
    unit="cur",
    better="higher",
    edge="E, C",
    formula="Σ P of those entries",
    source="house",
)
def pnl_after_daily_loss_limit(s: Sample) -> float:
    """Net profit of those entries; 0 without any, none when ruined."""
    return s.total(s.exit_days.entered_after_breach(STOP_DAY))


@kpi(
    "daily_loss_limit_breaches",
    name="Days that lost 5%",
    unit="count",
    better="lower",
    edge="E, C",
    formula="days whose running realised P&L touched -5% of day-start equity",
    source="FTMO max daily loss",
)
def daily_loss_limit_breaches(s: Sample) -> int:
    """Days whose running result touched -5% of opening equity; 0 and up, none when ruined."""
    return s.exit_days.breach_days(BREACH)


@kpi(
    "green_to_red_rate",
    name="Green days that turned red",
    unit="frac",
    better="lower",
    edge="Q",
    formula="days with intraday peak>0 and X_t<0 / days with peak>0",
    source="house",
)
def green_to_red_rate(s: Sample) -> float:
    """Share of days once ahead that ended behind, 0..1; none without a day once ahead."""
    ahead = s.exit_days.peaks > 0
    return quotient(np.count_nonzero(ahead & (s.exit_days.results < 0)), np.count_nonzero(ahead), NEVER_AHEAD)


@kpi(
    "red_to_green_rate",
    name="Red days that turned green",
    unit="frac",
    better="higher",
    edge="Q",
    formula="days with intraday trough<0 and X_t>0 / days with trough<0",
    source="house",
)
def red_to_green_rate(s: Sample) -> float:
    """Share of days once behind that ended ahead, 0..1; none without a day once behind."""
    behind = s.exit_days.troughs < 0
    return quotient(np.count_nonzero(behind & (s.exit_days.results > 0)), np.count_nonzero(behind), NEVER_BEHIND)


@kpi(
    "avg_daily_giveback",
    name="Average giveback of a day",
    unit="cur",
    better="lower",
    edge="M",
    formula="mean over active days of (intraday peak of running P&L, floor 0) - X_t",
    source="house",
)
def avg_daily_giveback(s: Sample) -> float:
    """What a day gave back from its best moment, on average, 0 and up; none without trades."""
    return mean(s.exit_days.peaks - s.exit_days.results)


@kpi(
    "profit_giveback_ratio",
    name="Giveback of days once ahead",
    unit="frac",
    better="lower",
    edge="Q",
    formula="Σ(peak - X_t)/Σ peak over days with peak>0",
    source="house",
)
def profit_giveback_ratio(s: Sample) -> float:
    """What days once ahead gave back, as a share of their peaks, 0 and up; none without one."""
    ahead = s.exit_days.peaks > 0
    peaks = s.exit_days.peaks[ahead]
    return quotient((peaks - s.exit_days.results[ahead]).sum(), peaks.sum(), NEVER_AHEAD)
