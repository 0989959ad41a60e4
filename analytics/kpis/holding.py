"""I measure how long trades are held and how often none is open."""

import numpy as np

from analytics.kpis import family
from analytics.kpis.arithmetic.answers import quotient, required
from analytics.kpis.arithmetic.lines import pearson
from analytics.kpis.arithmetic.moments import mean, median, ranks, std
from analytics.kpis.win_loss import expectancy_of
from analytics.sample import Sample

kpi = family("Holding time and time in market", "Temporal")

NO_WIN, NO_LOSS = "no winning trade", "no losing trade"
SCALP_MS = 5 * 60_000


@kpi(
    "avg_holding_time",
    name="Average holding time",
    unit="ms",
    better="neutral",
    edge="M",
    formula="mean h_i",
    source='MT5 "Average position holding time"; pf; Lean',
)
def avg_holding_time(s: Sample) -> float:
    """Mean time from entry to exit; none without trades."""
    return mean(s.held)


@kpi(
    "median_holding_time",
    name="Median holding time",
    unit="ms",
    better="neutral",
    edge="M",
    formula="median h_i",
    source="pf; Lean MedianTradeDuration",
)
def median_holding_time(s: Sample) -> float:
    """Time half of the trades were held longer than; none without trades."""
    return median(s.held)


@kpi(
    "min_holding_time",
    name="Shortest holding time",
    unit="ms",
    better="neutral",
    edge="M",
    formula="min h_i",
    source='MT5 "Minimal position holding time"; pf',
)
def min_holding_time(s: Sample) -> float:
    """Shortest time from entry to exit; none without trades."""
    required(s.n > 0, "no trades")
    return s.held.min()


@kpi(
    "max_holding_time",
    name="Longest holding time",
    unit="ms",
    better="neutral",
    edge="M",
    formula="max h_i",
    source='MT5 "Maximal position holding time"; pf',
)
def max_holding_time(s: Sample) -> float:
    """Longest time from entry to exit; none without trades."""
    required(s.n > 0, "no trades")
    return s.held.max()


@kpi(
    "holding_time_std",
    name="Deviation of holding time",
    unit="ms",
    better="neutral",
    edge="V",
    formula="std h_i ddof 1",
    source="house",
)
def holding_time_std(s: Sample) -> float:
    """Standard deviation of holding times, 0 and up; none below two trades."""
    return std(s.held, "fewer than two trades")


@kpi(
    "avg_holding_time_winners",
    name="Average holding time of winners",
    unit="ms",
    better="neutral",
    edge="M",
    formula="mean h over W",
    source="vbt; Lean AverageWinningTradeDuration; ft winner_holding_avg",
)
def avg_holding_time_winners(s: Sample) -> float:
    """Mean time winners were held; none without one."""
    return mean(s.held.compress(s.won), NO_WIN)


@kpi(
    "avg_holding_time_losers",
    name="Average holding time of losers",
    unit="ms",
    better="lower",
    edge="M",
    formula="mean h over L",
    source="vbt; Lean; ft loser_holding_avg",
)
def avg_holding_time_losers(s: Sample) -> float:
    """Mean time losers were held; none without one."""
    return mean(s.held.compress(s.lost), NO_LOSS)


@kpi(
    "median_holding_time_winners",
    name="Median holding time of winners",
    unit="ms",
    better="neutral",
    edge="M",
    formula="median h over W",
    source="Lean",
)
def median_holding_time_winners(s: Sample) -> float:
    """Median time winners were held; none without one."""
    return median(s.held.compress(s.won), NO_WIN)


@kpi(
    "median_holding_time_losers",
    name="Median holding time of losers",
    unit="ms",
    better="lower",
    edge="M",
    formula="median h over L",
    source="Lean",
)
def median_holding_time_losers(s: Sample) -> float:
    """Median time losers were held; none without one."""
    return median(s.held.compress(s.lost), NO_LOSS)


@kpi(
    "corr_duration_pnl",
    name="Holding time against result",
    unit="ratio",
    better="neutral",
    edge="G",
    formula="Spearman(h, P)",
    source='FX Blue "outcome versus duration"; scipy spearmanr',
)
def corr_duration_pnl(s: Sample) -> float:
    """Spearman rank correlation, -1..1; none below three trades or when one never changes."""
    return pearson(ranks(s.columns.exited - s.columns.entered), s.trades.ranks)


@kpi(
    "time_in_market",
    name="Time in market",
    unit="frac",
    better="neutral",
    edge="Q",
    formula="measure of the UNION of [te_i,tx_i) / (max tx - min te)",
    source='bt "Exposure Time"; vbt coverage',
)
def time_in_market(s: Sample) -> float:
    """Share of the span from first entry to last exit with a trade open, 0..1; none when no time passed."""
    return quotient(s.exposure.in_market, s.exposure.window, "no time passed between first entry and last exit")


@kpi(
    "intraday_trade_rate",
    name="Intraday trades",
    unit="frac",
    better="neutral",
    edge="Q",
    formula="#{entry day = exit day}/N",
    source="house",
)
def intraday_trade_rate(s: Sample) -> float:
    """Share of trades closed on the day of entry, 0..1; none without trades."""
    return quotient(np.count_nonzero(s.clock.intraday), s.n)


@kpi(
    "overnight_trade_rate",
    name="Overnight trades",
    unit="frac",
    better="neutral",
    edge="Q",
    formula="1 - intraday_trade_rate",
    source="house",
)
def overnight_trade_rate(s: Sample) -> float:
    """Share of trades held over midnight, 0..1; none without trades."""
    return 1 - intraday_trade_rate(s)


@kpi(
    "weekend_hold_rate",
    name="Trades held over a weekend",
    unit="frac",
    better="lower",
    edge="Q",
    formula="#{[te,tx) contains a Saturday 00:00}/N",
    source="house",
)
def weekend_hold_rate(s: Sample) -> float:
    """Share of trades open at a Saturday midnight, 0..1; none without trades."""
    return quotient(np.count_nonzero(s.clock.over_weekend), s.n)


@kpi(
    "overnight_expectancy_gap",
    name="Overnight against intraday",
    unit="cur",
    better="neutral",
    edge="null if a group is empty",
    formula="mean P overnight - mean P intraday",
    source="house",
)
def overnight_expectancy_gap(s: Sample) -> float:
    """Average overnight result minus average intraday one; none when either is missing."""
    overnight = expectancy_of(s, ~s.clock.intraday, "no overnight trade")
    return overnight - expectancy_of(s, s.clock.intraday, "no intraday trade")


@kpi(
    "scalp_rate",
    name="Scalps",
    unit="frac",
    better="neutral",
    edge="Q",
    formula="#{h_i < 5 min}/N",
    source="house",
)
def scalp_rate(s: Sample) -> float:
    """Share of trades held under five minutes, 0..1; none without trades."""
    return quotient(np.count_nonzero(s.held < SCALP_MS), s.n)


@kpi(
    "avg_gap_between_trades",
    name="Average idle time",
    unit="ms",
    better="neutral",
    edge="null if N<2",
    formula="mean of max(0, te_(k+1) - max tx so far) in entry order",
    source="house",
)
def avg_gap_between_trades(s: Sample) -> float:
    """Mean time without an open trade before each entry; none below two trades."""
    return mean(s.exposure.idle_gaps, "fewer than two trades") / 1000


@kpi(
    "median_gap_between_trades",
    name="Median idle time",
    unit="ms",
    better="neutral",
    edge="null if N<2",
    formula="median of the same",
    source="house",
)
def median_gap_between_trades(s: Sample) -> float:
    """Median time without an open trade before each entry; none below two trades."""
    return median(s.exposure.idle_gaps, "fewer than two trades") / 1000
