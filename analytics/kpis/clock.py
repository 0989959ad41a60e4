"""I sort entries by weekday, hour and market session of the wall clock."""

from math import log

import numpy as np

from analytics.kpis import family
from analytics.kpis.arithmetic.answers import quotient, required
from analytics.kpis.arithmetic.distributions import chi_square_above
from analytics.kpis.arithmetic.moments import dot, herfindahl
from analytics.kpis.win_loss import expectancy_of, win_rate_of
from analytics.sample import Sample

kpi = family("Clock", "Temporal")

ENOUGH = 5
CITIES = ("asia", "london", "new_york", "off_session")


def best_slot(s: Sample, slots: str, sign: int) -> int:
    """The hour or weekday with the highest (sign 1) or lowest (-1) net profit among those traded, the earliest of
    equals."""
    required(s.n > 0, "no trades")
    profit, traded = s.remembered(f"profit by {slots}", lambda s: _profit_by(s, getattr(s.clock, slots)))
    return int(np.where(traded, sign * profit, -np.inf).argmax())


def _profit_by(s: Sample, slots: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.bincount(slots, weights=s.units), np.bincount(slots) > 0


def profit_in(s: Sample, session: str) -> float:
    """Net profit of the entries of a session."""
    return s.remembered(f"profit in {session}", lambda s: s.total(s.clock.sessions[session]))


def expectancy_in(s: Sample, session: str) -> float:
    return quotient(profit_in(s, session), np.count_nonzero(s.clock.sessions[session]), "no entry in this session")


def kruskal_p(s: Sample, slots: np.ndarray) -> float:
    """Kruskal-Wallis over the slots with at least five trades, ties corrected."""
    sizes = np.bincount(slots, minlength=1)
    kept = sizes[slots] >= ENOUGH
    groups = int(np.count_nonzero(sizes >= ENOUGH))
    required(groups >= 2, "fewer than two groups of five trades")
    trades = s.trades if kept.all() else s.trades.where(kept)
    n, tied = trades.n, trades.ties.astype(float)
    correction = 1 - float((tied**3 - tied).sum()) / (float(n) ** 3 - n)
    required(correction > 0, "all results are the same")
    sums = np.bincount(slots.compress(kept), weights=trades.ranks, minlength=sizes.size)
    filled = sizes >= ENOUGH
    spread = float((sums[filled] ** 2 / sizes[filled]).sum())
    h = (12 * spread / (n * (n + 1)) - 3 * (n + 1)) / correction
    return chi_square_above(h, groups - 1)


def entropy(slots: np.ndarray, among: int) -> float:
    """Shannon entropy of the entries' slots as a share of the largest possible."""
    required(slots.size > 0, "no trades")
    counts = np.bincount(slots)
    shares = counts.compress(counts > 0) / slots.size
    return max(0.0, -dot(shares, np.log(shares)) / log(among))


@kpi(
    "best_weekday",
    name="Best weekday",
    unit="weekday",
    better="neutral",
    edge="M",
    formula="argmax over weekdays of Σ P (ties: earliest)",
    source='MT5 "Profits and losses by weekdays"',
)
def best_weekday(s: Sample) -> int:
    """Weekday of entry that made most, 0 Monday .. 6 Sunday; none without trades."""
    return best_slot(s, "weekday", 1)


@kpi(
    "worst_weekday",
    name="Worst weekday",
    unit="weekday",
    better="neutral",
    edge="M",
    formula="argmin over weekdays of Σ P",
    source="MT5",
)
def worst_weekday(s: Sample) -> int:
    """Weekday of entry that made least, 0 Monday .. 6 Sunday; none without trades."""
    return best_slot(s, "weekday", -1)


@kpi(
    "best_hour",
    name="Best hour",
    unit="hour",
    better="neutral",
    edge="M",
    formula="argmax over entry hours of Σ P",
    source='MT5 "by hours"',
)
def best_hour(s: Sample) -> int:
    """Hour of entry that made most, 0..23; none without trades."""
    return best_slot(s, "hour", 1)


@kpi(
    "worst_hour",
    name="Worst hour",
    unit="hour",
    better="neutral",
    edge="M",
    formula="argmin over entry hours of Σ P",
    source="MT5",
)
def worst_hour(s: Sample) -> int:
    """Hour of entry that made least, 0..23; none without trades."""
    return best_slot(s, "hour", -1)


@kpi(
    "weekday_effect_p_value",
    name="p-value of a weekday effect",
    unit="frac",
    better="neutral",
    edge="null if <2 groups",
    formula="Kruskal-Wallis of P over weekdays with >=5 trades",
    source="scipy kruskal",
)
def weekday_effect_p_value(s: Sample) -> float:
    """Chance of such differences between weekdays by luck, 0..1; none below two weekdays of five trades."""
    return kruskal_p(s, s.clock.weekday)


@kpi(
    "hour_effect_p_value",
    name="p-value of an hour effect",
    unit="frac",
    better="neutral",
    edge="null if <2 groups",
    formula="Kruskal-Wallis of P over hours with >=5 trades",
    source="scipy kruskal",
)
def hour_effect_p_value(s: Sample) -> float:
    """Chance of such differences between hours by luck, 0..1; none below two hours of five trades."""
    return kruskal_p(s, s.clock.hour)


@kpi(
    "hour_entropy",
    name="Spread over hours",
    unit="frac",
    better="neutral",
    edge="Q",
    formula="-Σ p_h ln p_h / ln 24 over entry-hour shares",
    source="Shannon",
)
def hour_entropy(s: Sample) -> float:
    """0 all entries in one hour, 1 evenly over all 24; none without trades."""
    return entropy(s.clock.hour, 24)


@kpi(
    "weekday_entropy",
    name="Spread over weekdays",
    unit="frac",
    better="neutral",
    edge="Q",
    formula="-Σ p_d ln p_d / ln 7",
    source="Shannon",
)
def weekday_entropy(s: Sample) -> float:
    """0 all entries on one weekday, 1 evenly over all 7; none without trades."""
    return entropy(s.clock.weekday, 7)


@kpi(
    "net_profit_asia",
    name="Net profit, Asia",
    unit="cur",
    better="higher",
    edge="C",
    formula="Σ P, entry in Tokyo 09-18 local and not London/NY",
    source="MT5 entries by session (Asian)",
)
def net_profit_asia(s: Sample) -> float:
    """Net profit of entries from 09 to 18 in Tokyo while London and New York sleep; 0 without any."""
    return profit_in(s, "asia")


@kpi(
    "net_profit_london",
    name="Net profit, London",
    unit="cur",
    better="higher",
    edge="C",
    formula="Σ P, entry in London 08-17 local and not NY",
    source="MT5 (European)",
)
def net_profit_london(s: Sample) -> float:
    """Net profit of entries from 08 to 17 in London while New York sleeps; 0 without any."""
    return profit_in(s, "london")


@kpi(
    "net_profit_new_york",
    name="Net profit, New York",
    unit="cur",
    better="higher",
    edge="C",
    formula="Σ P, entry in New York 08-17 local",
    source="MT5 (American)",
)
def net_profit_new_york(s: Sample) -> float:
    """Net profit of entries from 08 to 17 in New York; 0 without any."""
    return profit_in(s, "new_york")


@kpi(
    "net_profit_off_session",
    name="Net profit, outside sessions",
    unit="cur",
    better="higher",
    edge="C",
    formula="Σ P of all other entries",
    source="house",
)
def net_profit_off_session(s: Sample) -> float:
    """Net profit of entries while Tokyo, London and New York all sleep; 0 without any."""
    return profit_in(s, "off_session")


@kpi(
    "net_profit_london_ny_overlap",
    name="Net profit, London and New York",
    unit="cur",
    better="higher",
    edge="C",
    formula="Σ P, entry inside both London and New York (subset, not a partition)",
    source="house",
)
def net_profit_london_ny_overlap(s: Sample) -> float:
    """Net profit of entries while both London and New York are awake; 0 without any."""
    return profit_in(s, "london_ny_overlap")


@kpi(
    "win_rate_asia",
    name="Win rate, Asia",
    unit="frac",
    better="higher",
    edge="Q",
    formula="win rate of that session",
    source="MT5",
)
def win_rate_asia(s: Sample) -> float:
    """Win rate of entries from 09 to 18 in Tokyo while London and New York sleep, 0..1; none without any."""
    return win_rate_of(s, s.clock.sessions["asia"], "no entry in this session")


@kpi(
    "win_rate_london",
    name="Win rate, London",
    unit="frac",
    better="higher",
    edge="Q",
    formula="win rate of that session",
    source="MT5",
)
def win_rate_london(s: Sample) -> float:
    """Win rate of entries from 08 to 17 in London while New York sleeps, 0..1; none without any."""
    return win_rate_of(s, s.clock.sessions["london"], "no entry in this session")


@kpi(
    "win_rate_new_york",
    name="Win rate, New York",
    unit="frac",
    better="higher",
    edge="Q",
    formula="win rate of that session",
    source="MT5",
)
def win_rate_new_york(s: Sample) -> float:
    """Win rate of entries from 08 to 17 in New York, 0..1; none without any."""
    return win_rate_of(s, s.clock.sessions["new_york"], "no entry in this session")


@kpi(
    "win_rate_off_session",
    name="Win rate, outside sessions",
    unit="frac",
    better="higher",
    edge="Q",
    formula="win rate of that session",
    source="house",
)
def win_rate_off_session(s: Sample) -> float:
    """Win rate of entries while Tokyo, London and New York all sleep, 0..1; none without any."""
    return win_rate_of(s, s.clock.sessions["off_session"], "no entry in this session")


@kpi(
    "win_rate_london_ny_overlap",
    name="Win rate, London and New York",
    unit="frac",
    better="higher",
    edge="Q",
    formula="win rate of the overlap",
    source="house",
)
def win_rate_london_ny_overlap(s: Sample) -> float:
    """Win rate of entries while both London and New York are awake, 0..1; none without any."""
    return win_rate_of(s, s.clock.sessions["london_ny_overlap"], "no entry in this session")


@kpi(
    "expectancy_asia",
    name="Expectancy, Asia",
    unit="cur",
    better="higher",
    edge="M",
    formula="mean P of that session",
    source="MT5",
)
def expectancy_asia(s: Sample) -> float:
    """Average result of entries from 09 to 18 in Tokyo while London and New York sleep; none without any."""
    return expectancy_in(s, "asia")


@kpi(
    "expectancy_london",
    name="Expectancy, London",
    unit="cur",
    better="higher",
    edge="M",
    formula="mean P of that session",
    source="MT5",
)
def expectancy_london(s: Sample) -> float:
    """Average result of entries from 08 to 17 in London while New York sleeps; none without any."""
    return expectancy_in(s, "london")


@kpi(
    "expectancy_new_york",
    name="Expectancy, New York",
    unit="cur",
    better="higher",
    edge="M",
    formula="mean P of that session",
    source="MT5",
)
def expectancy_new_york(s: Sample) -> float:
    """Average result of entries from 08 to 17 in New York; none without any."""
    return expectancy_in(s, "new_york")


@kpi(
    "expectancy_off_session",
    name="Expectancy, outside sessions",
    unit="cur",
    better="higher",
    edge="M",
    formula="mean P of that session",
    source="house",
)
def expectancy_off_session(s: Sample) -> float:
    """Average result of entries while Tokyo, London and New York all sleep; none without any."""
    return expectancy_in(s, "off_session")


@kpi(
    "expectancy_london_ny_overlap",
    name="Expectancy, London and New York",
    unit="cur",
    better="higher",
    edge="M",
    formula="mean P of the overlap",
    source="house",
)
def expectancy_london_ny_overlap(s: Sample) -> float:
    """Average result of entries while both London and New York are awake; none without any."""
    return expectancy_in(s, "london_ny_overlap")


@kpi(
    "best_session",
    name="Best session",
    unit="label",
    better="neutral",
    edge="null if none",
    formula="argmax expectancy among sessions with >=5 trades",
    source="house",
)
def best_session(s: Sample) -> str:
    """Session with the best expectancy among those with five trades: asia, london, new_york, off_session; none
    without one."""
    means = {
        city: profit_in(s, city) / np.count_nonzero(mask)
        for city, mask in s.clock.sessions.items()
        if city in CITIES and np.count_nonzero(mask) >= ENOUGH
    }
    required(bool(means), "no session with five trades")
    return max(means, key=means.__getitem__)


@kpi(
    "session_profit_hhi",
    name="Concentration in sessions",
    unit="ratio",
    better="lower",
    edge="Q",
    formula="Σ (max(NP_s,0)/Σ max(NP_s,0))² over 4 sessions",
    source="Herfindahl",
)
def session_profit_hhi(s: Sample) -> float:
    """Herfindahl index of the profitable sessions, up to 1 for one alone; none when no session earned."""
    profit = np.array([profit_in(s, city) for city in CITIES])
    return herfindahl(np.maximum(profit, 0), "no session made money")


@kpi(
    "first_trade_of_day_expectancy",
    name="First trade of the day",
    unit="cur",
    better="higher",
    edge="M",
    formula="mean P of the first entry of each day",
    source="house; TradeZella reports",
)
def first_trade_of_day_expectancy(s: Sample) -> float:
    """Average result of the first entry of each day; none without trades."""
    return expectancy_of(s, s.entry_days.ordinal == 1, "no trades")


@kpi(
    "last_trade_of_day_expectancy",
    name="Last trade of the day",
    unit="cur",
    better="higher",
    edge="M",
    formula="mean P of the last entry of each day with >=2 entries",
    source="house",
)
def last_trade_of_day_expectancy(s: Sample) -> float:
    """Average result of the last entry of days with two entries or more; none without such a day."""
    days = s.entry_days
    return expectancy_of(s, (days.ordinal == days.count) & (days.count >= 2), "no day with two entries")
