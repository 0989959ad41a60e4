"""I count trades and add up what they made."""

import numpy as np

from analytics.kpis import family
from analytics.kpis.arithmetic.answers import quotient
from analytics.sample import Sample

kpi = family("Counts and money", "Execution")

NO_DEPOSIT = "the starting balance is zero"


@kpi(
    "total_trades",
    name="Trades",
    unit="count",
    better="neutral",
    edge="C",
    formula="N",
    source='MT5 "Total Trades"; pf SUMMARY_STATS; bt "# Trades"',
)
def total_trades(s: Sample) -> int:
    """How many trades were closed; 0 and up."""
    return s.n


@kpi(
    "trades_long",
    name="Long trades",
    unit="count",
    better="neutral",
    edge="C",
    formula="n of s_i=+1",
    source='MT5 "Long Trades"; Lean; btr TradeAnalyzer.long.total',
)
def trades_long(s: Sample) -> int:
    """How many closed trades were bought first; 0 and up."""
    return int(np.count_nonzero(s.long))


@kpi(
    "trades_short",
    name="Short trades",
    unit="count",
    better="neutral",
    edge="C",
    formula="n of s_i=-1",
    source='MT5 "Short Trades"; btr TradeAnalyzer.short.total',
)
def trades_short(s: Sample) -> int:
    """How many closed trades were sold first; 0 and up."""
    return int(np.count_nonzero(s.short))


@kpi(
    "long_ratio",
    name="Share of long trades",
    unit="frac",
    better="neutral",
    edge="Q",
    formula="trades_long / N",
    source="nt LongRatio (nt rounds to 2 dp: do not)",
)
def long_ratio(s: Sample) -> float:
    """Long trades among all trades, 0..1; none without trades."""
    return quotient(trades_long(s), s.n)


@kpi(
    "winning_trades",
    name="Winning trades",
    unit="count",
    better="higher",
    edge="C",
    formula="n_w = #{P_i>0}",
    source='MT5 "Profit Trades"; pf',
)
def winning_trades(s: Sample) -> int:
    """Trades with a net result above zero; 0 and up."""
    return s.win_count


@kpi(
    "losing_trades",
    name="Losing trades",
    unit="count",
    better="lower",
    edge="C",
    formula="n_l = #{P_i<0}",
    source='MT5 "Loss Trades"; pf',
)
def losing_trades(s: Sample) -> int:
    """Trades with a net result below zero; 0 and up."""
    return s.loss_count


@kpi(
    "breakeven_trades",
    name="Break-even trades",
    unit="count",
    better="neutral",
    edge="C",
    formula="n_z = #{P_i=0}",
    source='pf "Even round_trips"; ft draws',
)
def breakeven_trades(s: Sample) -> int:
    """Trades with a net result of exactly zero; 0 and up."""
    return s.n - s.win_count - s.loss_count


@kpi(
    "net_profit",
    name="Net profit",
    unit="cur",
    better="higher",
    edge="C",
    formula="NP = Σ P_i",
    source='MT5 "Total Net Profit"; pf "Total profit"; ft profit_total_abs',
)
def net_profit(s: Sample) -> float:
    """All that was won and lost, after commissions; any amount, 0 without trades."""
    return s.net


@kpi(
    "gross_profit",
    name="Gross profit",
    unit="cur",
    better="higher",
    edge="C",
    formula="GP = Σ_W P_i",
    source='MT5 "Gross Profit"; pf',
)
def gross_profit(s: Sample) -> float:
    """Sum of the winning trades; 0 and up."""
    return s.gross_profit


@kpi(
    "gross_loss",
    name="Gross loss",
    unit="cur",
    better="higher",
    edge="C",
    formula="-GL = Σ_L P_i (negative)",
    source='MT5 "Gross Loss"; pf',
)
def gross_loss(s: Sample) -> float:
    """Sum of the losing trades, as a negative amount; 0 and down."""
    return -s.gross_loss


@kpi(
    "pnl_before_costs",
    name="Profit before commissions",
    unit="cur",
    better="higher",
    edge="C",
    formula="Σ G_i",
    source="house (G_i = P_i + C_i)",
)
def pnl_before_costs(s: Sample) -> float:
    """What the trades made before commissions; any amount, 0 without trades."""
    return float(s.gross.sum())


@kpi(
    "net_profit_long",
    name="Net profit, long",
    unit="cur",
    better="higher",
    edge="C",
    formula="Σ_{s=+1} P_i",
    source="ft profit_total_long_abs; pf",
)
def net_profit_long(s: Sample) -> float:
    """Net profit of the long trades; any amount, 0 without any."""
    return s.total(s.long)


@kpi(
    "net_profit_short",
    name="Net profit, short",
    unit="cur",
    better="higher",
    edge="C",
    formula="Σ_{s=-1} P_i",
    source="ft profit_total_short_abs; pf",
)
def net_profit_short(s: Sample) -> float:
    """Net profit of the short trades; any amount, 0 without any."""
    return s.total(s.short)


@kpi(
    "net_return",
    name="Net return",
    unit="frac",
    better="higher",
    edge="E: 0 if N=0",
    formula="B_N / B_0 - 1",
    source="qs comp; ep cum_returns_final; ft profit_total; vbt total_return",
)
def net_return(s: Sample) -> float:
    """Growth of the account over its whole life, from -1 up; 0 without trades, none for a ruined account."""
    return quotient(s.net, s.balance.deposit, NO_DEPOSIT)


@kpi(
    "ending_balance",
    name="Ending balance",
    unit="cur",
    better="higher",
    edge="B_0 if N=0",
    formula="B_N",
    source='bt "Equity Final"; vbt end_value; Lean EndEquity',
)
def ending_balance(s: Sample) -> float:
    """Balance after the last trade; the deposit without trades."""
    return s.balance.curve[-1]


@kpi(
    "peak_balance",
    name="Peak balance",
    unit="cur",
    better="higher",
    edge="B_0 if N=0",
    formula="max_{0<=i<=N} B_i",
    source='bt "Equity Peak"; ft csum_max',
)
def peak_balance(s: Sample) -> float:
    """Highest balance ever, the deposit included; any amount."""
    return s.balance.curve.max()


@kpi(
    "min_balance",
    name="Lowest balance",
    unit="cur",
    better="higher",
    edge="B_0 if N=0",
    formula="min_{0<=i<=N} B_i",
    source='MT "STAT_BALANCEMIN"; ft csum_min',
)
def min_balance(s: Sample) -> float:
    """Lowest balance ever, the deposit included; any amount."""
    return s.balance.lowest
