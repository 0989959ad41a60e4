"""I single out entries within 15 minutes of a loss that are bigger, in the same symbol, or made in anger."""

import numpy as np

from analytics.kpis import family
from analytics.kpis.arithmetic.answers import quotient, required
from analytics.kpis.win_loss import expectancy_of, win_rate_of
from analytics.sample import Sample

kpi = family("Revenge trading", "Psychology")


@kpi(
    "revenge_trades",
    name="Revenge trades",
    unit="count",
    better="lower",
    edge="C",
    formula="number of flagged trades",
    source="tradetally behavioralAnalyticsServiceV2",
)
def revenge_trades(s: Sample) -> int:
    """Trades with the marks of revenge; 0 and up."""
    return int(np.count_nonzero(s.past.revenge))


@kpi(
    "revenge_trade_rate",
    name="Revenge trades, share",
    unit="frac",
    better="lower",
    edge="Q",
    formula="revenge_trades / N",
    source="tradetally",
)
def revenge_trade_rate(s: Sample) -> float:
    """Revenge trades among all, 0..1; none without trades."""
    return quotient(revenge_trades(s), s.n)


@kpi(
    "revenge_pnl",
    name="Result of revenge trades",
    unit="cur",
    better="higher",
    edge="C",
    formula="Σ P of flagged trades",
    source='tradetally; TradeZella "revenge trades"',
)
def revenge_pnl(s: Sample) -> float:
    """Net profit of revenge trades; 0 without any."""
    return s.total(s.past.revenge)


@kpi(
    "revenge_win_rate",
    name="Win rate of revenge trades",
    unit="frac",
    better="higher",
    edge="Q",
    formula="win rate of flagged trades",
    source="house",
)
def revenge_win_rate(s: Sample) -> float:
    """Win rate of revenge trades, 0..1; none without any."""
    return win_rate_of(s, s.past.revenge, "no revenge trade")


@kpi(
    "revenge_expectancy_gap",
    name="Revenge against the rest",
    unit="cur",
    better="higher",
    edge="null if a group is empty",
    formula="mean P flagged - mean P not flagged",
    source="house",
)
def revenge_expectancy_gap(s: Sample) -> float:
    """Average revenge result minus the average of all others; none when either is missing."""
    angry = expectancy_of(s, s.past.revenge, "no revenge trade")
    return angry - expectancy_of(s, ~s.past.revenge, "no other trade")


@kpi(
    "days_since_last_revenge",
    name="Days since the last revenge trade",
    unit="days",
    better="higher",
    edge="null if none",
    formula="last day - day of the last flagged entry",
    source="house",
)
def days_since_last_revenge(s: Sample) -> float:
    """Calendar days from the last revenge entry to the last day; none without any."""
    required(bool(s.past.revenge.any()), "no revenge trade")
    return s.clock.last_day - int(s.clock.entry_day.compress(s.past.revenge).max())
