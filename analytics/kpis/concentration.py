"""I ask whether the result hangs on a few trades, days or symbols."""

from math import sqrt

import numpy as np

from analytics.kpis import family
from analytics.kpis.arithmetic.answers import quotient, required
from analytics.kpis.arithmetic.moments import gini, herfindahl, herfindahl_normalised, median
from analytics.kpis.days import best_day_pnl
from analytics.kpis.win_loss import average_loss, average_win, expectancy, largest_win
from analytics.sample import Sample

kpi = family("Concentration", "Robustness")

NO_PROFIT, NO_WIN = "there is no net profit", "no winning trade"


def symbol_profit(s: Sample) -> np.ndarray:
    """Net profit of each symbol traded."""
    return s.remembered("symbol profit", _symbol_profit)


def _symbol_profit(s: Sample) -> np.ndarray:
    sums = np.bincount(s.columns.symbol, weights=s.units) / s.scale
    return sums[np.bincount(s.columns.symbol) > 0]


@kpi(
    "best_trade_share",
    name="Share of the best trade",
    unit="frac",
    better="lower",
    edge="null if NP<=0",
    formula="largest_win / NP",
    source='TradeStation "largest winner as % of net profit"',
)
def best_trade_share(s: Sample) -> float:
    """Largest win over net profit, above 1 the rest lost; none without net profit."""
    required(s.net > 0, NO_PROFIT)
    return largest_win(s) / s.net


@kpi(
    "net_profit_ex_best",
    name="Net profit without the best trade",
    unit="cur",
    better="higher",
    edge="C (= NP if n_w=0)",
    formula="NP - largest_win",
    source="TradeStation adjusted net profit",
)
def net_profit_ex_best(s: Sample) -> float:
    """What would be left without the largest win; any amount, net profit itself without a winner."""
    return s.net - (largest_win(s) if s.win_count else 0.0)


@kpi(
    "profit_factor_ex_best",
    name="Profit factor without the best trade",
    unit="ratio",
    better="higher",
    edge="Q",
    formula="(GP - largest_win)/GL",
    source="house",
)
def profit_factor_ex_best(s: Sample) -> float:
    """Profit factor without the largest win, 0 and up; none without a winner or a loser."""
    return quotient(s.gross_profit - largest_win(s), s.gross_loss, "no losing trade")


@kpi(
    "net_profit_ex_top_5pct",
    name="Net profit without the best 5%",
    unit="cur",
    better="higher",
    edge="C",
    formula="NP minus the ceil(5% N) largest P",
    source="house (jackknife)",
)
def net_profit_ex_top_5pct(s: Sample) -> float:
    """What would be left without the best twentieth of trades; 0 without trades."""
    taken = -(-s.n // 20)
    return s.net - float(s.trades.ordered[s.n - taken :].sum())


@kpi(
    "select_net_profit",
    name="Net profit without outliers",
    unit="cur",
    better="higher",
    edge="V (=NP if N<2)",
    formula="Σ P over abs(P_i - mean P) <= 3 std(P)",
    source="TradeStation / RINA select net profit",
)
def select_net_profit(s: Sample) -> float:
    """Net profit of the trades within three deviations of the mean; net profit itself below two trades."""
    if s.n < 2 or s.trades.std == 0:
        return s.net
    return s.total(np.abs(s.trades.centred) <= 3 * s.trades.std)


@kpi(
    "pessimistic_return_ratio",
    name="Pessimistic return ratio",
    unit="ratio",
    better="higher",
    edge="Q",
    formula="aw(n_w-√n_w) / (al(n_l+√n_l))",
    source="Vince PRR; RINA adjusted profit factor",
)
def pessimistic_return_ratio(s: Sample) -> float:
    """Profit factor with fewer winners and more losers than seen, by the root of each, 0 and up; none without both."""
    wins, losses = s.win_count, s.loss_count
    return quotient(average_win(s) * (wins - sqrt(wins)), -average_loss(s) * (losses + sqrt(losses)))


@kpi(
    "winners_for_half_profit",
    name="Winners that make half the profit",
    unit="frac",
    better="higher",
    edge="M",
    formula="smallest k largest winners with Σ>=GP/2, divided by n_w",
    source="house (Lorenz)",
)
def winners_for_half_profit(s: Sample) -> float:
    """Smallest share of winners that earned half of gross profit, up to 0.5; none without a winner."""
    required(s.win_count > 0, NO_WIN)
    earned = np.cumsum(s.ordered_win_units[::-1])
    return (int(np.searchsorted(earned, earned[-1] / 2)) + 1) / s.win_count


@kpi(
    "profit_gini",
    name="Inequality of wins",
    unit="ratio",
    better="lower",
    edge="M",
    formula="Gini coefficient of P over W",
    source="Gini",
)
def profit_gini(s: Sample) -> float:
    """Gini coefficient of the winning trades, 0 all equal; none without a winner."""
    required(s.win_count > 0, NO_WIN)
    return gini(s.ordered_wins)


@kpi(
    "hhi_positive",
    name="Concentration of winning returns",
    unit="ratio",
    better="lower",
    edge="null if n_w<=2",
    formula="(Σw² - 1/n_w)/(1-1/n_w), w = r_i/Σr over W",
    source="AFML ch.14 getHHI",
)
def hhi_positive(s: Sample) -> float:
    """Normalised Herfindahl index of winning returns, 0..1; none with two winners or fewer."""
    return herfindahl_normalised(s.returns.compress(s.won), "winning trades")


@kpi(
    "hhi_negative",
    name="Concentration of losing returns",
    unit="ratio",
    better="lower",
    edge="null if n_l<=2",
    formula="same over L",
    source="AFML ch.14",
)
def hhi_negative(s: Sample) -> float:
    """Normalised Herfindahl index of losing returns, 0..1; none with two losers or fewer."""
    return herfindahl_normalised(s.returns.compress(s.lost), "losing trades")


@kpi(
    "best_day_share",
    name="Share of the best day",
    unit="frac",
    better="lower",
    edge="null if NP<=0",
    formula="best_day_pnl / NP (prop-firm consistency rule)",
    source="FTMO / Topstep consistency rule",
)
def best_day_share(s: Sample) -> float:
    """Best day over net profit, the consistency rule of prop firms; none without net profit."""
    required(s.net > 0, NO_PROFIT)
    return best_day_pnl(s) / s.net


@kpi(
    "monthly_profit_hhi",
    name="Concentration in months",
    unit="ratio",
    better="lower",
    edge="null if <=2 positive months",
    formula="normalised HHI of positive month profits",
    source="AFML ch.14",
)
def monthly_profit_hhi(s: Sample) -> float:
    """Normalised Herfindahl index of winning months, 0..1; none with two winning months or fewer."""
    profit = s.daily.months.profit
    return herfindahl_normalised(profit.compress(profit > 0), "winning months")


@kpi(
    "profitable_symbol_rate",
    name="Profitable symbols",
    unit="frac",
    better="higher",
    edge="Q",
    formula="#{symbols with NP_sym>0}/#symbols",
    source="ft results_per_pair",
)
def profitable_symbol_rate(s: Sample) -> float:
    """Share of symbols with a net profit, 0..1; none without trades."""
    return quotient(np.count_nonzero(symbol_profit(s) > 0), symbol_profit(s).size)


@kpi(
    "symbol_profit_hhi",
    name="Concentration of profit in symbols",
    unit="ratio",
    better="lower",
    edge="Q",
    formula="Σ (max(NP_sym,0)/Σ max(NP_sym,0))²",
    source="Herfindahl",
)
def symbol_profit_hhi(s: Sample) -> float:
    """Herfindahl index of the profitable symbols, up to 1 for one alone; none when no symbol earned."""
    return herfindahl(np.maximum(symbol_profit(s), 0), "no symbol made money")


@kpi(
    "outlier_trade_rate",
    name="Outlier trades",
    unit="frac",
    better="neutral",
    edge="Q; null if MAD=0",
    formula="#{abs(P-med) > 3*1.4826*MAD}/N",
    source="robust statistics",
)
def outlier_trade_rate(s: Sample) -> float:
    """Share of trades beyond three robust deviations of the median, 0..1; none when half the trades are the same."""
    required(s.n > 0, "no trades")
    distance = np.abs(s.pnl - s.trades.median)
    usual = median(distance)
    required(usual > 0, "the median absolute deviation is zero")
    return np.count_nonzero(distance > 3 * 1.4826 * usual) / s.n


@kpi(
    "median_to_mean_ratio",
    name="Median over mean",
    unit="ratio",
    better="higher",
    edge="Q",
    formula="median_trade / expectancy",
    source="house",
)
def median_to_mean_ratio(s: Sample) -> float:
    """Median trade over expectancy, near 1 no few trades carry the rest; none when expectancy is zero."""
    return quotient(s.trades.median, expectancy(s), "expectancy is zero")
