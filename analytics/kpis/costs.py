"""I show what commissions and bad fills took away."""

import numpy as np

from analytics.kpis import family
from analytics.kpis.arithmetic.answers import quotient, required
from analytics.kpis.arithmetic.moments import mean, picked, std
from analytics.sample import Sample

kpi = family("Costs and fills", "Execution")

NO_COSTS = "there were no costs"


def recorded_slippage(s: Sample) -> np.ndarray:
    """Slippage of the trades that have one recorded."""
    return picked(s.slippage, ~np.isnan(s.slippage))


@kpi(
    "total_commissions",
    name="Commissions",
    unit="cur",
    better="lower",
    edge="C",
    formula="Σ C_i",
    source='bt "Commissions [$]"; vbt total_fees_paid; Lean TotalFees',
)
def total_commissions(s: Sample) -> float:
    """Commissions paid, rebates taken off; any amount, 0 without trades."""
    return float(s.commissions.sum())


@kpi(
    "avg_commission",
    name="Average commission",
    unit="cur",
    better="lower",
    edge="M",
    formula="mean C_i",
    source="house",
)
def avg_commission(s: Sample) -> float:
    """Commission of a trade on average; none without trades."""
    return mean(s.commissions)


@kpi(
    "total_slippage",
    name="Slippage",
    unit="cur",
    better="lower",
    edge="C",
    formula="Σ S_i",
    source="house",
)
def total_slippage(s: Sample) -> float:
    """What fills worse than intended cost; any amount, 0 without trades, none when never recorded."""
    return float(recorded_slippage(s).sum())


@kpi(
    "avg_slippage",
    name="Average slippage",
    unit="cur",
    better="lower",
    edge="M",
    formula="mean S_i",
    source="house",
)
def avg_slippage(s: Sample) -> float:
    """Slippage of a trade on average; none when never recorded."""
    return mean(recorded_slippage(s))


@kpi(
    "max_slippage",
    name="Largest slippage",
    unit="cur",
    better="lower",
    edge="M",
    formula="max S_i",
    source="house",
)
def max_slippage(s: Sample) -> float:
    """Slippage of the worst fill; none when never recorded."""
    slippage = recorded_slippage(s)
    required(slippage.size > 0, "no slippage recorded")
    return slippage.max()


@kpi(
    "slippage_std",
    name="Slippage deviation",
    unit="cur",
    better="lower",
    edge="V",
    formula="std S_i, ddof 1",
    source="house",
)
def slippage_std(s: Sample) -> float:
    """Standard deviation of slippage, 0 and up; none below two recorded fills."""
    return std(recorded_slippage(s), "fewer than two trades with slippage")


@kpi(
    "avg_slippage_bps",
    name="Average slippage, bps",
    unit="bps",
    better="lower",
    edge="M",
    formula="mean 1e4 S_i / V_i",
    source="house (TCA convention)",
)
def avg_slippage_bps(s: Sample) -> float:
    """Slippage for each 10,000 of entry value, averaged over trades; none when never recorded."""
    known = ~np.isnan(s.slippage)
    return mean(1e4 * picked(s.slippage, known) / picked(s.notional, known))


@kpi(
    "adverse_slippage_rate",
    name="Adverse fills",
    unit="frac",
    better="lower",
    edge="Q",
    formula="#{S_i>0} / N",
    source="house",
)
def adverse_slippage_rate(s: Sample) -> float:
    """Share of fills worse than intended, 0..1; none when never recorded."""
    slippage = recorded_slippage(s)
    return quotient(np.count_nonzero(slippage > 0), slippage.size)


@kpi(
    "total_costs",
    name="Total costs",
    unit="cur",
    better="lower",
    edge="C",
    formula="Σ (C_i + S_i)",
    source="house",
)
def total_costs(s: Sample) -> float:
    """Commissions and recorded slippage together; any amount, 0 without trades."""
    return float(s.costs.sum())


@kpi(
    "cost_drag_on_return",
    name="Cost drag on return",
    unit="frac",
    better="lower",
    edge="Q; 0 if N=0",
    formula="Σ(C_i+S_i) / B_0",
    source="house",
)
def cost_drag_on_return(s: Sample) -> float:
    """All costs as a share of the deposit; 0 without trades, none without a deposit."""
    return quotient(total_costs(s), s.balance.deposit, "the starting balance is zero")


@kpi(
    "cost_to_gross_profit",
    name="Commissions per gross profit",
    unit="frac",
    better="lower",
    edge="Q",
    formula="Σ C_i / Σ max(G_i,0)",
    source="house",
)
def cost_to_gross_profit(s: Sample) -> float:
    """Commissions as a share of what the winners made before them; none when nothing won before them."""
    return quotient(s.commissions.sum(), np.maximum(s.gross, 0).sum(), "no trade won before commissions")


@kpi(
    "cost_per_turnover_bps",
    name="Costs per turnover",
    unit="bps",
    better="lower",
    edge="Q",
    formula="1e4 Σ(C_i+S_i) / Σ(q_i pe_i m + q_i px_i m)",
    source="house (TCA)",
)
def cost_per_turnover_bps(s: Sample) -> float:
    """Costs for each 10,000 bought and sold; none without trades."""
    return quotient(1e4 * total_costs(s), s.turnover, "nothing was traded")


@kpi(
    "cost_to_expectancy",
    name="Costs per expectancy",
    unit="ratio",
    better="lower",
    edge="Q",
    formula="mean(C_i+S_i) / abs(mean F_i)",
    source="house",
)
def cost_to_expectancy(s: Sample) -> float:
    """Average cost against the size of the average frictionless result; none when that result is zero."""
    return quotient(total_costs(s), abs(float(s.frictionless.sum())), "the frictionless result is zero")


@kpi(
    "cost_killed_trades",
    name="Winners lost to commissions",
    unit="count",
    better="lower",
    edge="C",
    formula="#{G_i>0 and P_i<=0}",
    source="house",
)
def cost_killed_trades(s: Sample) -> int:
    """Trades that won before commissions but not after; 0 and up."""
    return int(np.count_nonzero((s.gross > 0) & (s.pnl <= 0)))


@kpi(
    "breakeven_cost_multiple",
    name="Cost headroom",
    unit="ratio",
    better="higher",
    edge="Q",
    formula="Σ F_i / Σ(C_i+S_i): how many times costs fit into frictionless profit",
    source="house",
)
def breakeven_cost_multiple(s: Sample) -> float:
    """How many times the costs fit into the frictionless profit, below 1 the costs eat it all; none without costs."""
    return quotient(s.frictionless.sum(), total_costs(s), NO_COSTS)


@kpi(
    "slippage_in_r",
    name="Slippage in R",
    unit="R",
    better="lower",
    edge="M",
    formula="mean S_i / ρ_i over K",
    source="house",
)
def slippage_in_r(s: Sample) -> float:
    """Average slippage in units of the initial risk; none without a trade that has both."""
    known = s.risked & ~np.isnan(s.slippage)
    return mean(picked(s.slippage, known) / picked(s.risk, known), "no trade with both slippage and initial risk")
