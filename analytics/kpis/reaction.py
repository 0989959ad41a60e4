"""I compare what traders do after a known win with what they do after a known loss."""

import numpy as np

from analytics.kpis import family
from analytics.kpis.arithmetic.answers import quotient, required
from analytics.kpis.arithmetic.lines import line
from analytics.kpis.arithmetic.moments import median
from analytics.kpis.size import median_position_notional
from analytics.kpis.win_loss import expectancy_of, win_rate_of
from analytics.sample import Sample
from analytics.sample.zones import MINUTE

kpi = family("Reaction to the last outcome", "Psychology")

NO_WIN, NO_LOSS = "no entry after a known win", "no entry after a known loss"
HALF_HOUR = 30 * MINUTE


def share_after_loss(s: Sample, mask: np.ndarray) -> float:
    after = s.past.after_loss
    return quotient(np.count_nonzero(mask & after), np.count_nonzero(after), NO_LOSS)


def soon_in_same_symbol(s: Sample) -> np.ndarray:
    return s.past.same_symbol & (s.past.pause <= HALF_HOUR)


@kpi(
    "win_rate_after_win",
    name="Win rate after a win",
    unit="frac",
    better="neutral",
    edge="Q",
    formula="win rate of {i: P_prev>0}",
    source="house; Edgewonk",
)
def win_rate_after_win(s: Sample) -> float:
    """Win rate of trades entered when the last known result was a win, 0..1; none without any."""
    return win_rate_of(s, s.past.after_win, NO_WIN)


@kpi(
    "win_rate_after_loss",
    name="Win rate after a loss",
    unit="frac",
    better="higher",
    edge="Q",
    formula="win rate of {i: P_prev<0}",
    source="house; Edgewonk",
)
def win_rate_after_loss(s: Sample) -> float:
    """Win rate of trades entered when the last known result was a loss, 0..1; none without any."""
    return win_rate_of(s, s.past.after_loss, NO_LOSS)


@kpi(
    "expectancy_after_win",
    name="Expectancy after a win",
    unit="cur",
    better="higher",
    edge="M",
    formula="mean P of {P_prev>0}",
    source="house",
)
def expectancy_after_win(s: Sample) -> float:
    """Average result of trades entered after a known win; none without any."""
    return expectancy_of(s, s.past.after_win, NO_WIN)


@kpi(
    "expectancy_after_loss",
    name="Expectancy after a loss",
    unit="cur",
    better="higher",
    edge="M",
    formula="mean P of {P_prev<0}",
    source="house",
)
def expectancy_after_loss(s: Sample) -> float:
    """Average result of trades entered after a known loss; none without any."""
    return expectancy_of(s, s.past.after_loss, NO_LOSS)


@kpi(
    "size_change_after_loss",
    name="Size change after a loss",
    unit="ratio",
    better="lower",
    edge="M",
    formula="median(V_i/V_prev) - 1 over {P_prev<0}",
    source="marketclutch; tradetally position_size_increase_percent",
)
def size_change_after_loss(s: Sample) -> float:
    """Median change of entry value against the lost trade, 0 unchanged; none without an entry after a loss."""
    return median(s.past.growth(s.notional).compress(s.past.after_loss), NO_LOSS) - 1


@kpi(
    "size_change_after_win",
    name="Size change after a win",
    unit="ratio",
    better="neutral",
    edge="M",
    formula="median(V_i/V_prev) - 1 over {P_prev>0}",
    source="tradetally overconfidence",
)
def size_change_after_win(s: Sample) -> float:
    """Median change of entry value against the won trade, 0 unchanged; none without an entry after a win."""
    return median(s.past.growth(s.notional).compress(s.past.after_win), NO_WIN) - 1


@kpi(
    "risk_change_after_loss",
    name="Risk change after a loss",
    unit="ratio",
    better="lower",
    edge="M",
    formula="median(ρ_i/ρ_prev) - 1 over {P_prev<0, both known}",
    source="house",
)
def risk_change_after_loss(s: Sample) -> float:
    """Median change of initial risk against the lost trade, 0 unchanged; none where both risks are never known."""
    growth = s.past.growth(s.risk).compress(s.past.after_loss)
    return median(growth.compress(~np.isnan(growth)), "no entry after a loss with both risks known") - 1


@kpi(
    "size_escalation_rate",
    name="Escalation after losses",
    unit="frac",
    better="lower",
    edge="Q",
    formula="#{P_prev<0 and V_i>=1.5 V_prev}/#{P_prev<0}",
    source="martingale detection (house)",
)
def size_escalation_rate(s: Sample) -> float:
    """Share of entries after a loss at 1.5 times its size or more, 0..1; none without any."""
    return share_after_loss(s, s.notional >= 1.5 * s.notional[s.past.previous])


@kpi(
    "martingale_slope",
    name="Martingale slope",
    unit="ratio",
    better="lower",
    edge="G",
    formula="OLS slope of V_i/median(V) on current losing-run length at entry",
    source="house",
)
def martingale_slope(s: Sample) -> float:
    """Growth of size, in medians, with each loss in a row before the entry, above 0 doubles down; none below three
    trades or when flat."""
    required(s.n > 0, "no trades")
    return line(s.past.losses_in_a_row.astype(float), s.notional / median_position_notional(s)).slope


@kpi(
    "reentry_time_after_loss",
    name="Pause after a loss",
    unit="ms",
    better="higher",
    edge="M",
    formula="median(te_i - tx_prev) over {P_prev<0}",
    source="house",
)
def reentry_time_after_loss(s: Sample) -> float:
    """Median time from a known loss to the next entry; none without any."""
    return median(s.past.pause.compress(s.past.after_loss), NO_LOSS) / 1000


@kpi(
    "reentry_time_after_win",
    name="Pause after a win",
    unit="ms",
    better="neutral",
    edge="M",
    formula="median(te_i - tx_prev) over {P_prev>0}",
    source="house",
)
def reentry_time_after_win(s: Sample) -> float:
    """Median time from a known win to the next entry; none without any."""
    return median(s.past.pause.compress(s.past.after_win), NO_WIN) / 1000


@kpi(
    "reentry_speed_ratio",
    name="Pause after losses over wins",
    unit="ratio",
    better="higher",
    edge="Q",
    formula="reentry_time_after_loss / reentry_time_after_win (<1 = chasing)",
    source="house",
)
def reentry_speed_ratio(s: Sample) -> float:
    """Below 1 losses are chased; none without both or when wins are followed at once."""
    return quotient(reentry_time_after_loss(s), reentry_time_after_win(s))


@kpi(
    "same_symbol_reentry_rate",
    name="Back into the losing symbol",
    unit="frac",
    better="lower",
    edge="Q",
    formula="#{P_prev<0, same symbol, gap<=30 min}/#{P_prev<0}",
    source="tradetally same-symbol window",
)
def same_symbol_reentry_rate(s: Sample) -> float:
    """Share of entries after a loss into the same symbol within 30 minutes, 0..1; none without any."""
    return share_after_loss(s, soon_in_same_symbol(s))


@kpi(
    "flip_rate",
    name="Flips after a loss",
    unit="frac",
    better="lower",
    edge="Q",
    formula="#{same symbol, opposite side, gap<=30 min, P_prev<0}/#{P_prev<0}",
    source="house",
)
def flip_rate(s: Sample) -> float:
    """Share of entries after a loss that turn to the other side of its symbol within 30 minutes, 0..1; none without
    any."""
    return share_after_loss(s, soon_in_same_symbol(s) & s.past.opposite_side)
