"""I weigh what was earned against the risk it took."""

from math import exp, sqrt

import numpy as np

from analytics.kpis import family
from analytics.kpis.arithmetic.answers import quotient, required
from analytics.kpis.arithmetic.moments import FLAT_RETURNS, dot, mean, std
from analytics.kpis.balance_drawdown import max_drawdown_currency
from analytics.kpis.concentration import select_net_profit
from analytics.kpis.counts_and_money import net_return
from analytics.kpis.equity_drawdown import cdar_95, max_drawdown, pain_index, ulcer_index
from analytics.kpis.holding import time_in_market
from analytics.kpis.span import cagr
from analytics.kpis.tails import cvar_95_hist, tail_ratio, var_95_hist
from analytics.kpis.volatility import autocorr_penalty, downside_deviation
from analytics.sample import Sample
from analytics.sample.runs import greatest_in

kpi = family("Risk-adjusted return", "Risk")

NO_DROP, NO_LOSING_DAY = "equity never fell below its peak", "no losing day"


def gains(s: Sample) -> float:
    return float(np.maximum(s.days.values, 0).sum())


def pains(s: Sample) -> float:
    return float(np.maximum(-s.days.values, 0).sum())


def sharpe_of(y: np.ndarray, days_per_year: int) -> float:
    """Annualised mean over deviation (ddof 1) of a stretch of daily excess returns."""
    required(y.size > 1, "fewer than two days")
    return quotient(mean(y), std(y, flat=FLAT_RETURNS), "all days are the same") * sqrt(days_per_year)


@kpi(
    "sharpe_ratio",
    name="Sharpe ratio",
    unit="ratio",
    better="higher",
    edge="E, V0",
    formula="mean(y_t - y_f)/std(y_t - y_f, ddof 1) √A",
    source="qs sharpe; ep sharpe_ratio; ffn calc_sharpe; nt SharpeRatio",
)
def sharpe_ratio(s: Sample) -> float:
    """Mean daily return above the risk-free one per deviation, annualised; none below two differing days or when
    ruined."""
    s.days.dispersed()
    return (s.days.mean - s.daily_risk_free) / s.days.std * sqrt(s.days_per_year)


@kpi(
    "sortino_ratio",
    name="Sortino ratio",
    unit="ratio",
    better="higher",
    edge="E, Q",
    formula="mean(y_t - y_f)/sqrt(mean min(y_t - y_f,0)²) √A",
    source="qs sortino; ep; ffn; nt",
)
def sortino_ratio(s: Sample) -> float:
    """As Sharpe, but only falls below the risk-free return count as risk; none without such a day or when ruined."""
    excess = s.days.values - s.daily_risk_free
    fall = np.minimum(excess, 0)
    return quotient(mean(excess), sqrt(mean(fall * fall)), NO_LOSING_DAY) * sqrt(s.days_per_year)


@kpi(
    "adjusted_sortino",
    name="Adjusted Sortino ratio",
    unit="ratio",
    better="higher",
    edge="E, Q",
    formula="sortino_ratio / √2",
    source="qs adjusted_sortino (Schwager)",
)
def adjusted_sortino(s: Sample) -> float:
    """Sortino over the root of two, to stand beside Sharpe (Schwager); none without a losing day or when ruined."""
    return sortino_ratio(s) / sqrt(2)


@kpi(
    "smart_sharpe",
    name="Smart Sharpe ratio",
    unit="ratio",
    better="higher",
    edge="E, V0",
    formula="sharpe_ratio / autocorr_penalty",
    source="qs smart_sharpe",
)
def smart_sharpe(s: Sample) -> float:
    """Sharpe with the autocorrelation of days taken off; none below three differing days or when ruined."""
    return sharpe_ratio(s) / autocorr_penalty(s)


@kpi(
    "smart_sortino",
    name="Smart Sortino ratio",
    unit="ratio",
    better="higher",
    edge="E, Q",
    formula="sortino_ratio / autocorr_penalty",
    source="qs smart_sortino",
)
def smart_sortino(s: Sample) -> float:
    """Sortino with the autocorrelation of days taken off; none without a losing day or when ruined."""
    return sortino_ratio(s) / autocorr_penalty(s)


@kpi(
    "adjusted_sharpe",
    name="Adjusted Sharpe ratio",
    unit="ratio",
    better="higher",
    edge="K4",
    formula="√A SR(1 + (g1/6) SR - ((g2)/24) SR²), SR per day",
    source="Pezier-White; PA AdjustedSharpeRatio (annualises first)",
)
def adjusted_sharpe(s: Sample) -> float:
    """Sharpe corrected per day for skewness and fat tails, then annualised (Pezier-White); none below four differing
    days."""
    s.days.dispersed(4)
    sr = s.days.mean / s.days.std
    return sqrt(s.days_per_year) * sr * (1 + s.days.g1 / 6 * sr - s.days.g2 / 24 * sr * sr)


@kpi(
    "sharpe_per_trade",
    name="Sharpe ratio per trade",
    unit="ratio",
    better="higher",
    edge="E, V0",
    formula="mean r_i / std r_i ddof 1",
    source="MT4 report; Lean TradeStatistics.SharpeRatio (on P)",
)
def sharpe_per_trade(s: Sample) -> float:
    """Mean over deviation of the returns per trade, not annualised; none below two differing trades or when ruined."""
    required(s.n > 1, "fewer than two trades")
    return quotient(mean(s.returns), std(s.returns, flat=FLAT_RETURNS), "all trades returned the same")


@kpi(
    "sortino_per_trade",
    name="Sortino ratio per trade",
    unit="ratio",
    better="higher",
    edge="E, Q",
    formula="mean r_i / sqrt(mean min(r_i,0)²)",
    source="qs sortino on r_i",
)
def sortino_per_trade(s: Sample) -> float:
    """Mean return per trade over its downside deviation, not annualised; none without a loser or when ruined."""
    fall = np.minimum(s.returns, 0)
    return quotient(mean(s.returns), sqrt(mean(fall * fall)), "no losing trade")


@kpi(
    "calmar_ratio",
    name="Calmar ratio",
    unit="ratio",
    better="higher",
    edge="E, Q",
    formula="cagr / max_drawdown (whole history = MAR ratio)",
    source="ep calmar_ratio; ffn; PA CalmarRatio",
)
def calmar_ratio(s: Sample) -> float:
    """Yearly growth for each unit of the largest drawdown, over the whole history; none without a drawdown or when
    ruined."""
    return quotient(cagr(s), max_drawdown(s), NO_DROP)


@kpi(
    "sterling_ratio",
    name="Sterling ratio",
    unit="ratio",
    better="higher",
    edge="E, Q",
    formula="cagr / (max_drawdown + 0.10)",
    source="PA SterlingRatio(excess=.1)",
)
def sterling_ratio(s: Sample) -> float:
    """Yearly growth over the largest drawdown plus ten points; none without trades or when ruined."""
    return quotient(cagr(s), max_drawdown(s) + 0.10)


@kpi(
    "burke_ratio",
    name="Burke ratio",
    unit="ratio",
    better="higher",
    edge="E, Q",
    formula="cagr / sqrt(Σ over episodes of depth²)",
    source="Burke 1994 (PA BurkeRatio differs: section 3)",
)
def burke_ratio(s: Sample) -> float:
    """Yearly growth over the root of the summed squared drawdowns; none without a drawdown or when ruined."""
    depths = s.daily.drawdowns.depths
    return quotient(cagr(s), sqrt(dot(depths, depths)), NO_DROP)


@kpi(
    "martin_ratio",
    name="Martin ratio",
    unit="ratio",
    better="higher",
    edge="E, Q",
    formula="(cagr - rf)/ulcer_index (UPI)",
    source="ffn to_ulcer_performance_index; PA MartinRatio",
)
def martin_ratio(s: Sample) -> float:
    """Yearly growth above the risk-free rate over the ulcer index; none without a drawdown or when ruined."""
    return quotient(cagr(s) - s.risk_free, ulcer_index(s), NO_DROP)


@kpi(
    "pain_ratio",
    name="Pain ratio",
    unit="ratio",
    better="higher",
    edge="E, Q",
    formula="(cagr - rf)/pain_index",
    source="PA PainRatio",
)
def pain_ratio(s: Sample) -> float:
    """Yearly growth above the risk-free rate over the pain index; none without a drawdown or when ruined."""
    return quotient(cagr(s) - s.risk_free, pain_index(s), NO_DROP)


@kpi(
    "omega_ratio",
    name="Omega ratio",
    unit="ratio",
    better="higher",
    edge="E, Q",
    formula="Σ max(y,0) / Σ max(-y,0) (threshold 0)",
    source="ep omega_ratio; qs omega; nt OmegaRatio; PA BernardoLedoitRatio",
)
def omega_ratio(s: Sample) -> float:
    """Daily gains for each unit of daily losses, 0 and up; none without a losing day or when ruined."""
    return quotient(gains(s), pains(s), NO_LOSING_DAY)


@kpi(
    "kappa_three",
    name="Kappa 3",
    unit="ratio",
    better="higher",
    edge="E, Q",
    formula="μ / (mean max(-y,0)³)^(1/3)",
    source="PA Kappa(l=3)",
)
def kappa_three(s: Sample) -> float:
    """Mean daily return over the cube root of the mean cubed loss; none without a losing day or when ruined."""
    falls = np.maximum(-s.days.values, 0)
    return quotient(s.days.mean, mean(falls * falls * falls) ** (1 / 3), NO_LOSING_DAY)


@kpi(
    "upside_potential_ratio",
    name="Upside potential ratio",
    unit="ratio",
    better="higher",
    edge="E, Q",
    formula="mean max(y,0) / downside_deviation",
    source="PA UpsidePotentialRatio(full)",
)
def upside_potential_ratio(s: Sample) -> float:
    """Mean daily gain over the downside deviation, 0 and up; none without a losing day or when ruined."""
    required(s.n > 0, "no trades")
    return quotient(gains(s) / s.days.n, downside_deviation(s), NO_LOSING_DAY)


@kpi(
    "prospect_ratio",
    name="Prospect ratio",
    unit="ratio",
    better="higher",
    edge="E, Q",
    formula="(Σ max(y,0) - 2.25 Σ max(-y,0)) / (T downside_deviation)",
    source="PA ProspectRatio",
)
def prospect_ratio(s: Sample) -> float:
    """Gains less losses felt 2.25 times over, per downside deviation; none without a losing day or when ruined."""
    return quotient(gains(s) - 2.25 * pains(s), s.days.n * downside_deviation(s), NO_LOSING_DAY)


@kpi(
    "d_ratio",
    name="d ratio",
    unit="ratio",
    better="lower",
    edge="E, Q",
    formula="#{y<0} Σ abs(y<0) / (#{y>0} Σ(y>0)), 0 best",
    source="PA DRatio",
)
def d_ratio(s: Sample) -> float:
    """Losing days times their sum over winning days times theirs, 0 is best; none without a winning day or when
    ruined."""
    y = s.days.values
    return quotient(np.count_nonzero(y < 0) * pains(s), np.count_nonzero(y > 0) * gains(s), "no winning day")


@kpi(
    "skewness_kurtosis_ratio",
    name="Skewness over kurtosis",
    unit="ratio",
    better="higher",
    edge="K4",
    formula="g1 / (g2+3), population moments",
    source="PA SkewnessKurtosisRatio",
)
def skewness_kurtosis_ratio(s: Sample) -> float:
    """Population skewness over population kurtosis; none below four differing days."""
    s.days.dispersed(4)
    return quotient(s.days.g1, s.days.g2 + 3)


@kpi(
    "gain_to_pain_ratio",
    name="Gain-to-pain ratio",
    unit="ratio",
    better="higher",
    edge="E, Q",
    formula="Σ z_j / Σ abs(min(z_j,0)) on compounded MONTHLY returns",
    source="Schwager; qs gain_to_pain_ratio(resolution='ME')",
)
def gain_to_pain_ratio(s: Sample) -> float:
    """Sum of monthly returns over the sum of losing months (Schwager); none without a losing month or when ruined."""
    z = s.daily.months.returns
    return quotient(z.sum(), np.maximum(-z, 0).sum(), "no losing month")


@kpi(
    "common_sense_ratio",
    name="Common sense ratio",
    unit="ratio",
    better="higher",
    edge="E, Q",
    formula="(Σ max(y,0)/Σ max(-y,0)) * tail_ratio",
    source="qs common_sense_ratio; pyfolio",
)
def common_sense_ratio(s: Sample) -> float:
    """Gains per pain times the tail ratio, 0 and up; none without a losing day or when ruined."""
    return omega_ratio(s) * tail_ratio(s)


@kpi(
    "serenity_index",
    name="Serenity index",
    unit="ratio",
    better="higher",
    edge="E, Q",
    formula="Σ y / (ulcer_index * cdar_95/σ)",
    source="KeyQuant; qs serenity_index (qs uses a Gaussian CVaR of dd and T-1)",
)
def serenity_index(s: Sample) -> float:
    """Summed daily returns over ulcer index times drawdown tail per volatility; none without a drawdown or when
    ruined."""
    pitfall = quotient(cdar_95(s), s.days.std, "all days are the same")
    return quotient(float(s.days.values.sum()), ulcer_index(s) * pitfall, NO_DROP)


@kpi(
    "recovery_factor",
    name="Recovery factor",
    unit="ratio",
    better="higher",
    edge="Q",
    formula="NP / max_drawdown_currency",
    source='MT5 "Recovery Factor"; Lean ProfitToMaxDrawdownRatio',
)
def recovery_factor(s: Sample) -> float:
    """Net profit over the largest drawdown in money, signed; none without a drawdown."""
    return quotient(s.net, max_drawdown_currency(s), "the balance never fell below its peak")


@kpi(
    "return_over_max_drawdown",
    name="Return over largest drawdown",
    unit="ratio",
    better="higher",
    edge="E, Q",
    formula="net_return / max_drawdown",
    source="house; qs recovery_factor (qs: abs(Σy)/MDD)",
)
def return_over_max_drawdown(s: Sample) -> float:
    """Whole return over the largest daily drawdown; none without a drawdown or when ruined."""
    return quotient(net_return(s), max_drawdown(s), NO_DROP)


@kpi(
    "return_on_var",
    name="Return on value at risk",
    unit="ratio",
    better="higher",
    edge="E, Q",
    formula="μ / var_95_hist",
    source="Dowd reward-to-VaR",
)
def return_on_var(s: Sample) -> float:
    """Mean daily return over the 95% value at risk; none when that is zero or when ruined."""
    return quotient(s.days.mean, var_95_hist(s), "the value at risk is zero")


@kpi(
    "conditional_sharpe",
    name="Conditional Sharpe ratio",
    unit="ratio",
    better="higher",
    edge="E, Q",
    formula="μ / cvar_95_hist",
    source="PA SharpeRatio(FUN='ES')",
)
def conditional_sharpe(s: Sample) -> float:
    """Mean daily return over the 95% expected shortfall; none when that is zero or when ruined."""
    return quotient(s.days.mean, cvar_95_hist(s), "the expected shortfall is zero")


@kpi(
    "rina_index",
    name="RINA index",
    unit="ratio",
    better="higher",
    edge="Q",
    formula="select_net_profit / (avg_drawdown_currency * time_in_market)",
    source="RINA Systems / TradeStation",
)
def rina_index(s: Sample) -> float:
    """Net profit without outliers over mean balance drawdown times time in market; none without a drawdown."""
    starts, ends = s.balance.episodes
    depth = mean(greatest_in(s.balance.drops, starts, ends), "the balance never fell below its peak")
    return quotient(select_net_profit(s), depth * time_in_market(s), "no time was spent in the market")


@kpi(
    "vwr",
    name="Variability-weighted return",
    unit="ratio",
    better="higher",
    edge="E, V0",
    formula="100(e^{A g}-1)(1-(σ_d/2)^0.2), g=mean log(1+y), σ_d = std(E_t/(B_0 e^{g t})-1)",
    source="Bavelas; btr analyzers/vwr.py (btr divides by the PREVIOUS value, not B_0)",
)
def vwr(s: Sample) -> float:
    """Annual growth in percent, weighted down by how far equity strays from a steady path; none below two differing
    days or when ruined."""
    s.days.dispersed()
    growth = float(s.daily.log_curve[-1]) / s.days.n
    path = s.balance.deposit * np.exp(growth * np.arange(1, s.days.n + 1))
    strays = std(s.daily.equity[1:] / path - 1)
    return 100 * (exp(s.days_per_year * growth) - 1) * (1 - (strays / 2) ** 0.2)
