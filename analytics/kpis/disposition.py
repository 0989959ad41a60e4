"""I ask whether winners are cut short and losers held."""

import numpy as np

from analytics.kpis import family
from analytics.kpis.arithmetic.answers import quotient
from analytics.kpis.arithmetic.moments import mean
from analytics.kpis.holding import median_holding_time_losers, median_holding_time_winners
from analytics.sample import Sample

kpi = family("Disposition", "Psychology")

NO_RISK = "no trade with a known initial risk"


def winners_with_mfe(s: Sample) -> np.ndarray:
    return s.won & (s.mfe > 0)


@kpi(
    "disposition_ratio",
    name="Losers held over winners",
    unit="ratio",
    better="lower",
    edge="Q",
    formula="median h over L / median h over W (>1 = holds losers longer)",
    source="Shefrin-Statman; Odean 1998 (PGR/PLR needs open positions)",
)
def disposition_ratio(s: Sample) -> float:
    """Median holding time of losers over that of winners, above 1 losers are held longer; none without both."""
    return quotient(median_holding_time_losers(s), median_holding_time_winners(s), "winners were held for no time")


@kpi(
    "early_exit_rate",
    name="Winners cut early",
    unit="frac",
    better="lower",
    edge="Q",
    formula="#{W: P_i < 0.5 MFE_i}/#{W: MFE_i>0}",
    source='house; TradeZella insight "closed below peak"',
)
def early_exit_rate(s: Sample) -> float:
    """Share of winners that kept less than half of their best moment, 0..1; none without a winner with MFE."""
    winners = winners_with_mfe(s)
    early = np.count_nonzero(winners & (s.pnl < 0.5 * s.mfe))
    return quotient(early, np.count_nonzero(winners), "no winning trade with MFE above zero")


@kpi(
    "avg_winner_giveback",
    name="Giveback of winners",
    unit="frac",
    better="lower",
    edge="M",
    formula="mean over W with MFE>0 of 1 - P_i/MFE_i",
    source="house",
)
def avg_winner_giveback(s: Sample) -> float:
    """Share of their best moment that winners gave back, on average; none without a winner with MFE."""
    winners = winners_with_mfe(s)
    return mean(1 - s.pnl.compress(winners) / s.mfe.compress(winners), "no winning trade with MFE above zero")


@kpi(
    "stop_usage_rate",
    name="Trades with a known risk",
    unit="frac",
    better="higher",
    edge="Q",
    formula="N_R / N",
    source="house",
)
def stop_usage_rate(s: Sample) -> float:
    """Share of trades with a stop or an initial risk, 0..1; none without trades."""
    return quotient(s.risked_count, s.n)


@kpi(
    "stop_overrun_rate",
    name="Stops overrun",
    unit="frac",
    better="lower",
    edge="Q",
    formula="#{K: R_i < -1.1}/N_R",
    source="house",
)
def stop_overrun_rate(s: Sample) -> float:
    """Share of trades that lost more than 1.1 times their risk, 0..1; none when no risk is known."""
    return quotient(np.count_nonzero(s.r < -1.1), s.risked_count, NO_RISK)


@kpi(
    "avg_stop_overrun_r",
    name="Average overrun",
    unit="R",
    better="lower",
    edge="M",
    formula="mean of (-1 - R_i) over R_i < -1.1",
    source="house",
)
def avg_stop_overrun_r(s: Sample) -> float:
    """Loss beyond the risk of overrun trades, in R, above 0.1; none without one."""
    return mean(-1 - s.r.compress(s.r < -1.1), "no trade lost more than 1.1 times its risk")


@kpi(
    "early_cut_rate",
    name="Losers cut before half the risk",
    unit="frac",
    better="neutral",
    edge="Q",
    formula="#{K: -0.5 < R_i < 0}/#{K: R_i<0}",
    source="house",
)
def early_cut_rate(s: Sample) -> float:
    """Share of losers that lost less than half their risk, 0..1; none without a loser of known risk."""
    early = np.count_nonzero((s.r > -0.5) & (s.r < 0))
    return quotient(early, np.count_nonzero(s.r < 0), "no losing trade with a known initial risk")


@kpi(
    "noise_trade_rate",
    name="Trades that went nowhere",
    unit="frac",
    better="lower",
    edge="Q",
    formula="#{K: abs(R_i) < 0.1}/N_R",
    source="house",
)
def noise_trade_rate(s: Sample) -> float:
    """Share of trades that ended within a tenth of their risk, 0..1; none when no risk is known."""
    return quotient(np.count_nonzero(np.abs(s.r) < 0.1), s.risked_count, NO_RISK)


@kpi(
    "averaging_down_rate",
    name="Averaging down",
    unit="frac",
    better="lower",
    edge="Q",
    formula=("#{entries with an open trade, same symbol and side, at a worse open price (s(pe_open - pe_i)>0)}/N"),
    source="house",
)
def averaging_down_rate(s: Sample) -> float:
    """Share of entries that add to an open trade of the same symbol and side at a price against it, 0..1; none
    without trades."""
    return quotient(np.count_nonzero(s.overlaps.averaged_down), s.n)


@kpi(
    "averaging_down_pnl",
    name="Result of averaging down",
    unit="cur",
    better="higher",
    edge="C",
    formula="Σ P of those entries",
    source="house",
)
def averaging_down_pnl(s: Sample) -> float:
    """Net profit of those entries; 0 without any."""
    return s.total(s.overlaps.averaged_down)


@kpi(
    "hedging_rate",
    name="Hedging",
    unit="frac",
    better="neutral",
    edge="Q",
    formula="#{entries with an open opposite trade in the same symbol}/N",
    source="house",
)
def hedging_rate(s: Sample) -> float:
    """Share of entries against an open trade in the same symbol, 0..1; none without trades."""
    return quotient(np.count_nonzero(s.overlaps.hedged), s.n)
