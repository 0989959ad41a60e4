"""I compare winning trades with losing ones."""

import numpy as np

from analytics.kpis import family
from analytics.kpis.arithmetic.answers import quotient, required
from analytics.kpis.arithmetic.moments import mean, median, middle
from analytics.sample import Sample

kpi = family("Win / loss structure", "Execution")

NO_WIN, NO_LOSS = "no winning trade", "no losing trade"


def profit_factor_of(pnl: np.ndarray) -> float:
    """What was won over what was lost in a column of results."""
    won, lost = float(pnl.compress(pnl > 0).sum()), float(pnl.compress(pnl < 0).sum())
    return quotient(won, -lost, NO_LOSS)


def win_rate_of(s: Sample, mask: np.ndarray, reason: str) -> float:
    """Share of winners among the trades of a mask."""
    return quotient(np.count_nonzero(s.won & mask), np.count_nonzero(mask), reason)


def expectancy_of(s: Sample, mask: np.ndarray, reason: str) -> float:
    """Mean result of the trades of a mask."""
    return quotient(s.total(mask), np.count_nonzero(mask), reason)


@kpi(
    "win_rate",
    name="Win rate",
    unit="frac",
    better="higher",
    edge="Q",
    formula="n_w / N (break-evens stay in the denominator)",
    source='MT5 "Profit Trades (% of total)"; pf; vbt win_rate; bt; nt WinRate',
)
def win_rate(s: Sample) -> float:
    """Share of trades that made money, break-evens among the rest, 0..1; none without trades."""
    return quotient(s.win_count, s.n)


@kpi(
    "win_rate_long",
    name="Win rate, long",
    unit="frac",
    better="higher",
    edge="Q",
    formula="n_w / N over s=+1",
    source='MT5 "Long Trades (won %)"; pf',
)
def win_rate_long(s: Sample) -> float:
    """Win rate of the long trades, 0..1; none without any."""
    return win_rate_of(s, s.long, "no long trade")


@kpi(
    "win_rate_short",
    name="Win rate, short",
    unit="frac",
    better="higher",
    edge="Q",
    formula="n_w / N over s=-1",
    source='MT5 "Short Trades (won %)"; pf',
)
def win_rate_short(s: Sample) -> float:
    """Win rate of the short trades, 0..1; none without any."""
    return win_rate_of(s, s.short, "no short trade")


@kpi(
    "win_rate_decisive",
    name="Win rate without break-evens",
    unit="frac",
    better="higher",
    edge="Q",
    formula="n_w / (n_w+n_l)",
    source="qs win_rate (drops zeros)",
)
def win_rate_decisive(s: Sample) -> float:
    """Winners among winners and losers, 0..1; none when every trade broke even."""
    return quotient(s.win_count, s.win_count + s.loss_count, "every trade broke even")


@kpi(
    "loss_rate",
    name="Loss rate",
    unit="frac",
    better="lower",
    edge="Q",
    formula="n_l / N",
    source='MT5 "Loss Trades (% of total)"; Lean LossRate (Lean counts P=0 as loss)',
)
def loss_rate(s: Sample) -> float:
    """Share of trades that lost money, 0..1; none without trades."""
    return quotient(s.loss_count, s.n)


@kpi(
    "breakeven_rate",
    name="Break-even rate",
    unit="frac",
    better="neutral",
    edge="Q",
    formula="n_z / N",
    source="house",
)
def breakeven_rate(s: Sample) -> float:
    """Share of trades that ended at exactly zero, 0..1; none without trades."""
    return quotient(s.n - s.win_count - s.loss_count, s.n)


@kpi(
    "win_loss_ratio",
    name="Winners per loser",
    unit="ratio",
    better="higher",
    edge="Q",
    formula="n_w / n_l",
    source="Lean WinLossRatio (Lean returns 10 when n_l=0: do not)",
)
def win_loss_ratio(s: Sample) -> float:
    """Winning trades for each losing one, 0 and up; none without a loser."""
    return quotient(s.win_count, s.loss_count, NO_LOSS)


@kpi(
    "profit_factor",
    name="Profit factor",
    unit="ratio",
    better="higher",
    edge="Q",
    formula="GP / GL",
    source='MT5 "Profit Factor"; pf; vbt profit_factor; ft; nt ProfitFactor',
)
def profit_factor(s: Sample) -> float:
    """Money won for each unit of money lost, 0 and up, above 1 earns; none without a loser."""
    return quotient(s.gross_profit, s.gross_loss, NO_LOSS)


@kpi(
    "profit_factor_long",
    name="Profit factor, long",
    unit="ratio",
    better="higher",
    edge="Q",
    formula="GP/GL over s=+1",
    source="pf (Long trades)",
)
def profit_factor_long(s: Sample) -> float:
    """Profit factor of the long trades, 0 and up; none without a losing one."""
    return quotient(s.total(s.won & s.long), -s.total(s.lost & s.long), "no losing long trade")


@kpi(
    "profit_factor_short",
    name="Profit factor, short",
    unit="ratio",
    better="higher",
    edge="Q",
    formula="GP/GL over s=-1",
    source="pf (Short trades)",
)
def profit_factor_short(s: Sample) -> float:
    """Profit factor of the short trades, 0 and up; none without a losing one."""
    return quotient(s.total(s.won & s.short), -s.total(s.lost & s.short), "no losing short trade")


@kpi(
    "profit_factor_gross",
    name="Profit factor before commissions",
    unit="ratio",
    better="higher",
    edge="Q",
    formula="Σ max(G_i,0) / Σ max(-G_i,0)",
    source="house (before commissions)",
)
def profit_factor_gross(s: Sample) -> float:
    """Profit factor of the results before commissions, 0 and up; none when nothing lost before them."""
    return profit_factor_of(s.gross)


@kpi(
    "expectancy",
    name="Expectancy",
    unit="cur",
    better="higher",
    edge="M",
    formula="NP / N",
    source=('MT5 "Expected Payoff"; pf "Avg. trade net profit"; ft calculate_expectancy[0]; Lean AverageProfitLoss'),
)
def expectancy(s: Sample) -> float:
    """Average result of a trade, any amount; none without trades."""
    return quotient(s.net, s.n)


@kpi(
    "expectancy_long",
    name="Expectancy, long",
    unit="cur",
    better="higher",
    edge="M",
    formula="mean P over s=+1",
    source="pf",
)
def expectancy_long(s: Sample) -> float:
    """Average result of a long trade; none without any."""
    return expectancy_of(s, s.long, "no long trade")


@kpi(
    "expectancy_short",
    name="Expectancy, short",
    unit="cur",
    better="higher",
    edge="M",
    formula="mean P over s=-1",
    source="pf",
)
def expectancy_short(s: Sample) -> float:
    """Average result of a short trade; none without any."""
    return expectancy_of(s, s.short, "no short trade")


@kpi(
    "expectancy_ratio",
    name="Expectancy per unit lost",
    unit="ratio",
    better="higher",
    edge="Q",
    formula="(1 + aw/al) n_w/N - 1",
    source="ft calculate_expectancy[1] (ft returns 100 when n_l=0: do not)",
)
def expectancy_ratio(s: Sample) -> float:
    """Expected gain for each unit of the average loss, from -1 up; none without a winner or a loser."""
    return (1 + payoff_ratio(s)) * win_rate(s) - 1


@kpi(
    "median_trade",
    name="Median trade",
    unit="cur",
    better="higher",
    edge="M",
    formula="median P_i",
    source="house; cf. pf median returns",
)
def median_trade(s: Sample) -> float:
    """The result half of the trades beat, any amount; none without trades."""
    return s.trades.median


@kpi(
    "average_win",
    name="Average win",
    unit="cur",
    better="higher",
    edge="M",
    formula="aw = GP / n_w",
    source='MT5 "Average profit trade"; pf; nt AvgWinner',
)
def average_win(s: Sample) -> float:
    """Mean result of the winning trades, above 0; none without a winner."""
    return quotient(s.gross_profit, s.win_count, NO_WIN)


@kpi(
    "average_loss",
    name="Average loss",
    unit="cur",
    better="higher",
    edge="M",
    formula="-al = Σ_L P / n_l (negative)",
    source='MT5 "Average loss trade"; pf; nt AvgLoser',
)
def average_loss(s: Sample) -> float:
    """Mean result of the losing trades, below 0; none without a loser."""
    return quotient(-s.gross_loss, s.loss_count, NO_LOSS)


@kpi(
    "median_win",
    name="Median win",
    unit="cur",
    better="higher",
    edge="M",
    formula="median of P over W",
    source="house",
)
def median_win(s: Sample) -> float:
    """Median of the winning trades, above 0; none without a winner."""
    return middle(s.ordered_wins, NO_WIN)


@kpi(
    "median_loss",
    name="Median loss",
    unit="cur",
    better="higher",
    edge="M",
    formula="median of P over L",
    source="house",
)
def median_loss(s: Sample) -> float:
    """Median of the losing trades, below 0; none without a loser."""
    return middle(s.ordered_losses, NO_LOSS)


@kpi(
    "largest_win",
    name="Largest win",
    unit="cur",
    better="higher",
    edge="M",
    formula="max of P over W",
    source='MT5 "Largest profit trade"; nt MaxWinner',
)
def largest_win(s: Sample) -> float:
    """Best single trade, above 0; none without a winner."""
    required(s.win_count > 0, NO_WIN)
    return s.trades.ordered[-1]


@kpi(
    "largest_loss",
    name="Largest loss",
    unit="cur",
    better="higher",
    edge="M",
    formula="min of P over L (negative)",
    source='MT5 "Largest loss trade"; nt MaxLoser',
)
def largest_loss(s: Sample) -> float:
    """Worst single trade, below 0; none without a loser."""
    required(s.loss_count > 0, NO_LOSS)
    return s.trades.ordered[0]


@kpi(
    "smallest_win",
    name="Smallest win",
    unit="cur",
    better="neutral",
    edge="M",
    formula="min of P over W",
    source="nt MinWinner",
)
def smallest_win(s: Sample) -> float:
    """Smallest winning trade, above 0; none without a winner."""
    required(s.win_count > 0, NO_WIN)
    return s.trades.ordered[-s.win_count]


@kpi(
    "smallest_loss",
    name="Smallest loss",
    unit="cur",
    better="neutral",
    edge="M",
    formula="max of P over L",
    source="nt MinLoser",
)
def smallest_loss(s: Sample) -> float:
    """Losing trade nearest to zero, below 0; none without a loser."""
    required(s.loss_count > 0, NO_LOSS)
    return s.trades.ordered[s.loss_count - 1]


@kpi(
    "payoff_ratio",
    name="Payoff ratio",
    unit="ratio",
    better="higher",
    edge="Q",
    formula="aw / al",
    source='qs payoff_ratio; pf "Ratio Avg. Win:Avg. Loss"; Lean ProfitLossRatio',
)
def payoff_ratio(s: Sample) -> float:
    """Average win for each unit of average loss, above 0; none without a winner or a loser."""
    return quotient(average_win(s), -average_loss(s))


@kpi(
    "breakeven_win_rate",
    name="Break-even win rate",
    unit="frac",
    better="lower",
    edge="Q",
    formula="al / (aw+al)",
    source="house (algebra of expectancy = 0)",
)
def breakeven_win_rate(s: Sample) -> float:
    """Decisive win rate at which nothing is won or lost, 0..1; none without a winner or a loser."""
    return -average_loss(s) / (average_win(s) - average_loss(s))


@kpi(
    "win_rate_edge",
    name="Win rate above break-even",
    unit="frac",
    better="higher",
    edge="Q",
    formula="win_rate_decisive - breakeven_win_rate",
    source="house",
)
def win_rate_edge(s: Sample) -> float:
    """Decisive win rate minus the one needed to break even, -1..1; none without a winner or a loser."""
    return win_rate_decisive(s) - breakeven_win_rate(s)


@kpi(
    "cpc_index",
    name="CPC index",
    unit="ratio",
    better="higher",
    edge="Q",
    formula="profit_factor * win_rate_decisive * payoff_ratio",
    source="qs cpc_index",
)
def cpc_index(s: Sample) -> float:
    """Profit factor times decisive win rate times payoff, 0 and up; none without a winner or a loser."""
    return profit_factor(s) * win_rate_decisive(s) * payoff_ratio(s)


@kpi(
    "ahpr",
    name="Average return per trade",
    unit="frac",
    better="higher",
    edge="E, M",
    formula="mean r_i (MetaTrader prints 1+this)",
    source='MT5 "AHPR"; bt "Expectancy [%]"',
)
def ahpr(s: Sample) -> float:
    """Arithmetic mean of the returns on the balance before each trade, from -1 up; none without trades or when
    ruined."""
    return mean(s.returns)


@kpi(
    "ghpr",
    name="Geometric return per trade",
    unit="frac",
    better="higher",
    edge="E, M",
    formula="(B_N/B_0)^(1/N) - 1",
    source='MT5 "GHPR"; qs ghpr; bt "Avg. Trade [%]"; Vince',
)
def ghpr(s: Sample) -> float:
    """Constant return per trade that leads to the same ending balance, from -1 up; none without trades or when
    ruined."""
    required(s.n > 0, "no trades")
    return (s.balance.curve[-1] / s.balance.deposit) ** (1 / s.n) - 1


@kpi(
    "avg_trade_return_on_notional",
    name="Average return on notional",
    unit="frac",
    better="higher",
    edge="M",
    formula="mean of pnl_percent/100",
    source='pf "Avg returns all round_trips"; bt',
)
def avg_trade_return_on_notional(s: Sample) -> float:
    """Mean result as a share of the position's entry value; none without trades."""
    return mean(s.return_on_notional)


@kpi(
    "median_trade_return_on_notional",
    name="Median return on notional",
    unit="frac",
    better="higher",
    edge="M",
    formula="median of pnl_percent/100",
    source='pf "Median returns all round_trips"; ft profit_median',
)
def median_trade_return_on_notional(s: Sample) -> float:
    """Median result as a share of the position's entry value; none without trades."""
    return median(s.return_on_notional)


@kpi(
    "best_trade_pct",
    name="Best trade, on notional",
    unit="frac",
    better="higher",
    edge="M",
    formula="max pnl_percent/100",
    source='bt "Best Trade [%]"; vbt',
)
def best_trade_pct(s: Sample) -> float:
    """Largest result as a share of the position's entry value; none without trades."""
    required(s.n > 0, "no trades")
    return s.return_on_notional.max()


@kpi(
    "worst_trade_pct",
    name="Worst trade, on notional",
    unit="frac",
    better="higher",
    edge="M",
    formula="min pnl_percent/100",
    source='bt "Worst Trade [%]"; vbt',
)
def worst_trade_pct(s: Sample) -> float:
    """Smallest result as a share of the position's entry value; none without trades."""
    required(s.n > 0, "no trades")
    return s.return_on_notional.min()


@kpi(
    "profit_per_notional_bps",
    name="Profit per notional",
    unit="bps",
    better="higher",
    edge="Q",
    formula="1e4 * NP / Σ V_i",
    source="house",
)
def profit_per_notional_bps(s: Sample) -> float:
    """Net profit for each 10,000 of entry value traded; none without trades."""
    return quotient(1e4 * s.net, s.notional.sum(), "no notional was traded")


@kpi(
    "profit_per_market_hour",
    name="Profit per hour held",
    unit="cur/h",
    better="higher",
    edge="Q",
    formula="NP / (Σ h_i / 3.6e6)",
    source="house; cf. vbt exposure",
)
def profit_per_market_hour(s: Sample) -> float:
    """Net profit for each hour of holding, overlapping hours counted each; none when no time passed."""
    return quotient(s.net, s.held.sum() / 3.6e6, "no trade was held for any time")
