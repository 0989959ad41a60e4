"""I ask whether size, symbols and hours stay the same whatever just happened."""

import numpy as np

from analytics.kpis import family
from analytics.kpis.arithmetic.answers import quotient, required
from analytics.kpis.arithmetic.moments import FLAT, mean, median, std
from analytics.kpis.size import median_position_notional
from analytics.kpis.win_loss import expectancy_of
from analytics.sample import Sample
from analytics.sample.runs import summed
from analytics.sample.zones import MINUTE

kpi = family("Consistency of behaviour", "Psychology")

HOUR_OFF = 60 * MINUTE


@kpi(
    "position_size_cv",
    name="Unevenness of size",
    unit="ratio",
    better="lower",
    edge="V0",
    formula="std/mean of V_i",
    source="house",
)
def position_size_cv(s: Sample) -> float:
    """Deviation over mean of entry values, 0 and up; none below two differing ones."""
    required(s.n > 1, "fewer than two trades")
    required(float(s.notional.max() - s.notional.min()) > FLAT, "all entries have the same value")
    return std(s.notional) / mean(s.notional)


@kpi(
    "size_consistency",
    name="Consistency of size",
    unit="frac",
    better="higher",
    edge="V0",
    formula="1/(1+position_size_cv)",
    source="house",
)
def size_consistency(s: Sample) -> float:
    """1 all entries the same value, towards 0 the more they differ; none below two differing ones."""
    return 1 / (1 + position_size_cv(s))


@kpi(
    "risk_in_drawdown_ratio",
    name="Risk in drawdown",
    unit="ratio",
    better="lower",
    edge="Q",
    formula="mean(ρ/B_{i-1}) at entries with δ>5% / mean elsewhere",
    source="Tharp; house",
)
def risk_in_drawdown_ratio(s: Sample) -> float:
    """Mean risk share of entries more than 5% below the peak over that of the others; none when either is missing."""
    s.unruined()
    shares = s.risk / s.balance.curve[:-1]
    deep = s.balance.relative_drops[s.past.known] > 0.05
    low = mean(shares.compress(deep & s.risked), "no trade of known risk entered more than 5% below the peak")
    return quotient(low, mean(shares.compress(~deep & s.risked), "no trade of known risk entered near the peak"))


@kpi(
    "size_after_3_wins_ratio",
    name="Size after three wins",
    unit="ratio",
    better="lower",
    edge="Q",
    formula="median V after >=3 wins in a row / median V",
    source="tradetally overconfidenceAnalyticsService",
)
def size_after_3_wins_ratio(s: Sample) -> float:
    """Median entry value after three wins in a row over the median of all; none without any."""
    hot = s.notional.compress(s.past.wins_in_a_row >= 3)
    return quotient(median(hot, "no entry after three wins in a row"), median_position_notional(s))


@kpi(
    "expectancy_after_3_wins",
    name="Expectancy after three wins",
    unit="cur",
    better="higher",
    edge="M",
    formula="mean P of entries after >=3 wins in a row",
    source="tradetally overconfidence",
)
def expectancy_after_3_wins(s: Sample) -> float:
    """Average result of entries after three known wins in a row; none without any."""
    return expectancy_of(s, s.past.wins_in_a_row >= 3, "no entry after three wins in a row")


@kpi(
    "expectancy_after_3_losses",
    name="Expectancy after three losses",
    unit="cur",
    better="higher",
    edge="M",
    formula="mean P of entries after >=3 losses in a row",
    source="house",
)
def expectancy_after_3_losses(s: Sample) -> float:
    """Average result of entries after three known losses in a row; none without any."""
    return expectancy_of(s, s.past.losses_in_a_row >= 3, "no entry after three losses in a row")


def _momentary(s: Sample, ends: np.ndarray, moments: np.ndarray) -> np.ndarray:
    """Trades opened and closed at these moments by the end of each streak: they are of it and do not follow it."""
    columns = s.columns
    so_far = summed(columns.entered == columns.exited)
    return so_far[ends] - so_far[np.searchsorted(columns.exited, moments)]


@kpi(
    "pause_after_3_losses_rate",
    name="Pauses after losing streaks",
    unit="frac",
    better="higher",
    edge="Q",
    formula="share of loss runs >=3 followed by >=60 min without an entry",
    source="house (cool-down rule)",
)
def pause_after_3_losses_rate(s: Sample) -> float:
    """Share of losing streaks of three or more followed by an hour without an entry, 0..1; none without one."""
    starts, ends = s.streaks.losing
    ends = ends[ends - starts >= 3]
    last = s.columns.exited[ends - 1]
    times = np.append(s.columns.entered_sorted, np.iinfo(np.int64).max)
    calm = times[np.searchsorted(times, last) + _momentary(s, ends, last)] - last >= HOUR_OFF
    return quotient(np.count_nonzero(calm), last.size, "no losing streak of three")


@kpi(
    "symbols_per_day",
    name="Symbols per day",
    unit="ratio",
    better="neutral",
    edge="M",
    formula="mean distinct symbols entered per day",
    source="house",
)
def symbols_per_day(s: Sample) -> float:
    """Distinct symbols entered on a day, on average, 1 and up; none without trades."""
    return mean(s.entry_days.symbols(), "no trades")


@kpi(
    "symbol_switch_rate",
    name="Symbol switches",
    unit="frac",
    better="neutral",
    edge="null if N<2",
    formula="#{symbol_i ≠ symbol_{i-1}, entry order}/(N-1)",
    source="house",
)
def symbol_switch_rate(s: Sample) -> float:
    """Share of entries in another symbol than the one before, 0..1; none below two trades."""
    required(s.n > 1, "fewer than two trades")
    symbols = s.columns.symbol[s.columns.entry_order]
    return np.count_nonzero(symbols[1:] != symbols[:-1]) / (s.n - 1)


@kpi(
    "off_hours_rate",
    name="Entries outside usual hours",
    unit="frac",
    better="lower",
    edge="Q",
    formula="#{entry hour not among the fewest hours that cover 80% of entries}/N",
    source="house",
)
def off_hours_rate(s: Sample) -> float:
    """Share of entries outside the fewest hours that hold 80% of them, up to 0.2; none without trades."""
    required(s.n > 0, "no trades")
    busiest = np.cumsum(np.sort(np.bincount(s.clock.hour))[::-1])
    usual = busiest[np.searchsorted(5 * busiest, 4 * s.n)]
    return (s.n - usual) / s.n


@kpi(
    "night_trade_rate",
    name="Night entries",
    unit="frac",
    better="lower",
    edge="Q",
    formula="#{entry hour in 22..05 local}/N",
    source="house",
)
def night_trade_rate(s: Sample) -> float:
    """Share of entries from 22:00 to 05:59 of the account's clock, 0..1; none without trades."""
    return quotient(np.count_nonzero((s.clock.hour >= 22) | (s.clock.hour <= 5)), s.n)
