"""I measure how much was traded."""

from analytics.kpis import family
from analytics.kpis.arithmetic.answers import quotient, required
from analytics.kpis.arithmetic.moments import mean, median
from analytics.sample import Sample

kpi = family("Size and turnover", "Execution")


@kpi(
    "total_volume",
    name="Volume",
    unit="units",
    better="neutral",
    edge="C",
    formula="Σ q_i",
    source='MT "Volume"; btr',
)
def total_volume(s: Sample) -> float:
    """Units, lots or contracts traded, entries only; 0 and up."""
    return float(s.columns.quantity.sum())


@kpi(
    "total_notional",
    name="Total notional",
    unit="cur",
    better="neutral",
    edge="C",
    formula="Σ V_i",
    source="ft total_volume",
)
def total_notional(s: Sample) -> float:
    """Entry values of all trades added up; 0 and up."""
    return float(s.notional.sum())


@kpi(
    "avg_position_notional",
    name="Average position",
    unit="cur",
    better="neutral",
    edge="M",
    formula="mean V_i",
    source="ft avg_stake_amount",
)
def avg_position_notional(s: Sample) -> float:
    """Entry value of a trade on average; none without trades."""
    return mean(s.notional)


@kpi(
    "median_position_notional",
    name="Median position",
    unit="cur",
    better="neutral",
    edge="M",
    formula="median V_i",
    source="house",
)
def median_position_notional(s: Sample) -> float:
    """Entry value half of the trades exceed; none without trades."""
    return median(s.notional)


@kpi(
    "max_position_notional",
    name="Largest position",
    unit="cur",
    better="neutral",
    edge="M",
    formula="max V_i",
    source="house",
)
def max_position_notional(s: Sample) -> float:
    """Largest entry value of one trade; none without trades."""
    required(s.n > 0, "no trades")
    return s.notional.max()


@kpi(
    "turnover_ratio",
    name="Turnover",
    unit="ratio",
    better="neutral",
    edge="E, Q",
    formula="Σ(q_i pe_i m + q_i px_i m) / mean(B_0..B_N)",
    source="pyfolio/txn.py get_turnover (per period); Lean PortfolioTurnover",
)
def turnover_ratio(s: Sample) -> float:
    """Money bought and sold for each unit of average balance; 0 and up, none without trades or when ruined."""
    required(s.n > 0, "no trades")
    return quotient(s.turnover, s.balance.curve.mean())
