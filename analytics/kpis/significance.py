"""I ask whether the result could be luck."""

from math import ceil, e, sqrt

import numpy as np

from analytics.kpis import family
from analytics.kpis.arithmetic.answers import quotient, required
from analytics.kpis.arithmetic.distributions import (
    binomial_at_least,
    chi_square_above,
    normal_cdf,
    normal_quantile,
    student_two_sided,
)
from analytics.kpis.arithmetic.moments import FLAT, std
from analytics.kpis.r_multiples import expectancy_r, r_std
from analytics.kpis.risk_adjusted import sharpe_ratio
from analytics.kpis.win_loss import breakeven_win_rate, expectancy
from analytics.sample import Sample

kpi = family("Statistical significance of the edge", "Robustness")

EULER = 0.5772156649015329
ROOMY = 4  # a table of every symbol on every day is worth its room up to so many cells for each trade
Z_975, Z_95 = normal_quantile(0.975), normal_quantile(0.95)


def daily_sharpe(s: Sample) -> float:
    s.days.dispersed(4)
    return s.days.mean / s.days.std


def sharpe_variance(s: Sample) -> float:
    """Variance of an estimated daily Sharpe ratio times T-1 (Mertens 2002), with population moments."""
    sr = daily_sharpe(s)
    return 1 - s.days.g1 * sr + (s.days.g2 + 2) / 4 * sr * sr


def probability_above(s: Sample, benchmark: float) -> float:
    """Chance that the true daily Sharpe ratio exceeds a benchmark."""
    spread = sharpe_variance(s)
    required(spread > 0, "the spread of the Sharpe ratio cannot be estimated")
    return normal_cdf((daily_sharpe(s) - benchmark) * sqrt(s.days.n - 1) / sqrt(spread))


def trial_sharpes(s: Sample) -> np.ndarray:
    """Daily Sharpe ratio of each symbol: its daily profit over the account's equity, on all T days; remembered."""
    s.unruined()
    return s.remembered("trial sharpes", _trial_sharpes)


def _trial_sharpes(s: Sample) -> np.ndarray:
    days, names = s.daily.count, len(s.columns.symbols)
    place, cells, returns = s.columns.symbol * days + s.daily.place, None, s.pnl / s.daily.equity[s.daily.place]
    if days * names > ROOMY * s.n + 1000:
        cells, place = np.unique(place, return_inverse=True)
    returns = np.bincount(place, weights=returns, minlength=0 if cells is not None else days * names)
    symbols = np.repeat(np.arange(names), days) if cells is None else cells // days
    total = np.bincount(symbols, weights=returns, minlength=names)
    squares = np.bincount(symbols, weights=returns * returns, minlength=names)
    centred = squares - total * total / days
    varied = (centred > FLAT * squares) & (squares > 0)
    return total[varied] / days / np.sqrt(centred[varied] / (days - 1))


def luck_benchmark(s: Sample) -> float:
    """Daily Sharpe ratio the best of so many worthless trials would show (Bailey and López de Prado)."""
    trials = trial_sharpes(s)
    required(trials.size >= 2, "fewer than two symbols to compare")
    n = trials.size
    reach = (1 - EULER) * normal_quantile(1 - 1 / n) + EULER * normal_quantile(1 - 1 / (n * e))
    return std(trials) * reach


def wilson(s: Sample) -> tuple[float, float]:
    required(s.n > 0, "no trades")
    n, p, zz = s.n, s.win_count / s.n, Z_975**2
    centre = (p + zz / (2 * n)) / (1 + zz / n)
    half = Z_975 * sqrt(p * (1 - p) / n + zz / (4 * n * n)) / (1 + zz / n)
    return max(0.0, centre - half), min(1.0, centre + half)


@kpi(
    "sqn",
    name="System quality number",
    unit="ratio",
    better="higher",
    edge="V0",
    formula="√N mean(P)/std(P, ddof 1)",
    source='bt "SQN"; vbt sqn; ft calculate_sqn',
)
def sqn(s: Sample) -> float:
    """Mean over deviation of results times the root of their count; none below two differing trades."""
    s.trades.dispersed()
    return sqrt(s.n) * s.trades.mean / s.trades.std


@kpi(
    "sqn_r",
    name="System quality number in R",
    unit="ratio",
    better="higher",
    edge="V0",
    formula="√min(N_R,100) expectancy_r / r_std",
    source="Tharp SQN (R multiples, N capped at 100)",
)
def sqn_r(s: Sample) -> float:
    """Van Tharp's SQN on R multiples, their count capped at 100; none below two differing ones."""
    required(s.risked_count > 1, "fewer than two trades with a known initial risk")
    required(float(s.r.max() - s.r.min()) > FLAT, "all R multiples are the same")
    return sqrt(min(s.risked_count, 100)) * expectancy_r(s) / r_std(s)


@kpi(
    "t_stat_mean_pnl",
    name="t statistic of the mean result",
    unit="ratio",
    better="higher",
    edge="V0",
    formula="one-sample t of P (numerically = sqn): keep for p_value only",
    source="scipy ttest_1samp",
)
def t_stat_mean_pnl(s: Sample) -> float:
    """Student's t of the mean result against zero; none below two differing trades."""
    return sqn(s)


@kpi(
    "p_value_mean_pnl",
    name="p-value of the mean result",
    unit="frac",
    better="lower",
    edge="V0",
    formula="two-sided t test of mean P = 0, N-1 df",
    source="ft calculate_p_value",
)
def p_value_mean_pnl(s: Sample) -> float:
    """Chance of a mean so far from zero by luck alone, 0..1; none below two differing trades."""
    return student_two_sided(sqn(s), s.n - 1)


@kpi(
    "win_rate_ci_low",
    name="Win rate, lower bound",
    unit="frac",
    better="higher",
    edge="Q",
    formula="Wilson 95% lower bound of n_w/N",
    source="statsmodels proportion_confint(wilson)",
)
def win_rate_ci_low(s: Sample) -> float:
    """Lower end of the 95% Wilson interval of the win rate, 0..1; none without trades."""
    return wilson(s)[0]


@kpi(
    "win_rate_ci_high",
    name="Win rate, upper bound",
    unit="frac",
    better="higher",
    edge="Q",
    formula="Wilson 95% upper bound",
    source="statsmodels",
)
def win_rate_ci_high(s: Sample) -> float:
    """Upper end of the 95% Wilson interval of the win rate, 0..1; none without trades."""
    return wilson(s)[1]


@kpi(
    "win_rate_edge_p_value",
    name="p-value of the win-rate edge",
    unit="frac",
    better="lower",
    edge="null unless n_w,n_l>0",
    formula="exact one-sided binomial P(X>=n_w) with n=n_w+n_l, p=breakeven_win_rate",
    source="scipy binomtest",
)
def win_rate_edge_p_value(s: Sample) -> float:
    """Chance of so many winners at the break-even win rate, 0..1; none without a winner or a loser."""
    return binomial_at_least(s.win_count, s.win_count + s.loss_count, breakeven_win_rate(s))


@kpi(
    "probabilistic_sharpe_ratio",
    name="Probabilistic Sharpe ratio",
    unit="frac",
    better="higher",
    edge="K4",
    formula="Φ(SR √(T-1)/√(1 - g1 SR + (g2+2)/4 SR²)), SR per day, g1,g2 population moments",
    source="Bailey-LdP 2012; skfolio; rubenbriones; PA ProbSharpeRatio",
)
def probabilistic_sharpe_ratio(s: Sample) -> float:
    """Chance that the true Sharpe ratio is above zero, 0..1; none below four differing days."""
    return probability_above(s, 0.0)


@kpi(
    "deflated_sharpe_ratio",
    name="Deflated Sharpe ratio",
    unit="frac",
    better="higher",
    edge="K4; null if <2 trials",
    formula=(
        "PSR with SR0 = s_trials[(1-γ)Φ⁻¹(1-1/n)+γΦ⁻¹(1-1/(n e))]; trials = daily Sharpe of each "
        "symbol (or strategy tag)"
    ),
    source="Bailey-LdP 2014; skfolio deflated_sharpe_ratio; ffn calc_deflated_sharpe_ratio",
)
def deflated_sharpe_ratio(s: Sample) -> float:
    """The same against the best of as many worthless symbols, 0..1; none below two symbols or four differing days."""
    return probability_above(s, luck_benchmark(s))


@kpi(
    "expected_max_sharpe",
    name="Sharpe ratio luck would show",
    unit="ratio",
    better="neutral",
    edge="null if <2 trials",
    formula="SR0 √A from the row above",
    source="skfolio expected_max_sharpe_ratio; ffn calc_expected_max_sharpe",
)
def expected_max_sharpe(s: Sample) -> float:
    """Annualised Sharpe ratio of the best of as many worthless symbols; none below two symbols."""
    return luck_benchmark(s) * sqrt(s.days_per_year)


@kpi(
    "min_track_record_length",
    name="Track record needed",
    unit="days",
    better="lower",
    edge="K4; null if SR<=0",
    formula="1 + (1 - g1 SR + (g2+2)/4 SR²)(1.6449/SR)² observations",
    source="Bailey-LdP; PA MinTrackRecord",
)
def min_track_record_length(s: Sample) -> float:
    """Days until the Sharpe ratio is above zero with 95% confidence, 1 and up; none when it is not above zero."""
    required(daily_sharpe(s) > 0, "the Sharpe ratio is not above zero")
    return 1 + sharpe_variance(s) * (Z_95 / daily_sharpe(s)) ** 2


@kpi(
    "track_record_adequacy",
    name="Track record covered",
    unit="ratio",
    better="higher",
    edge="Q",
    formula="T / min_track_record_length",
    source="house",
)
def track_record_adequacy(s: Sample) -> float:
    """Days traded over days needed, 1 and up suffices; none when the Sharpe ratio is not above zero."""
    return quotient(s.daily.count, min_track_record_length(s))


@kpi(
    "sharpe_std_error",
    name="Standard error of Sharpe",
    unit="ratio",
    better="lower",
    edge="K4",
    formula="√A sqrt((1 - g1 SR + (g2+2)/4 SR²)/(T-1))",
    source="Mertens 2002; Lo 2002; rubenbriones",
)
def sharpe_std_error(s: Sample) -> float:
    """Standard error of the annualised Sharpe ratio, above 0; none below four differing days."""
    spread = sharpe_variance(s)
    required(spread >= 0, "the spread of the Sharpe ratio cannot be estimated")
    return sqrt(s.days_per_year) * sqrt(spread / (s.days.n - 1))


@kpi(
    "sharpe_ci_low",
    name="Sharpe ratio, lower bound",
    unit="ratio",
    better="higher",
    edge="K4",
    formula="sharpe_ratio - 1.96 sharpe_std_error",
    source="Lo 2002",
)
def sharpe_ci_low(s: Sample) -> float:
    """Lower end of the 95% interval of the Sharpe ratio; none below four differing days."""
    return sharpe_ratio(s) - 1.96 * sharpe_std_error(s)


@kpi(
    "trades_for_significance",
    name="Trades needed",
    unit="count",
    better="lower",
    edge="V0; null if expectancy=0",
    formula="ceil((1.96 std(P)/mean P)²)",
    source="sample-size algebra",
)
def trades_for_significance(s: Sample) -> int:
    """Trades until this mean differs from zero with 95% confidence; none when expectancy is zero."""
    s.trades.dispersed()
    return ceil(quotient(1.96 * s.trades.std, expectancy(s), "expectancy is zero") ** 2)


@kpi(
    "sample_adequacy",
    name="Trades covered",
    unit="ratio",
    better="higher",
    edge="Q",
    formula="N / trades_for_significance",
    source="house",
)
def sample_adequacy(s: Sample) -> float:
    """Trades made over trades needed, 1 and up suffices; none when expectancy is zero."""
    return quotient(s.n, trades_for_significance(s))


@kpi(
    "jarque_bera",
    name="Jarque-Bera statistic",
    unit="ratio",
    better="lower",
    edge="K4",
    formula="N/6 (g1² + g2²/4) of P",
    source="scipy jarque_bera",
)
def jarque_bera(s: Sample) -> float:
    """Distance of results from a normal distribution, 0 and up; none below four differing trades."""
    s.trades.dispersed(4)
    return s.n / 6 * (s.trades.g1**2 + s.trades.g2**2 / 4)


@kpi(
    "jarque_bera_p_value",
    name="p-value of normality",
    unit="frac",
    better="neutral",
    edge="K4",
    formula="χ²_2 upper tail",
    source="scipy jarque_bera",
)
def jarque_bera_p_value(s: Sample) -> float:
    """Chance of that distance if results were normal, 0..1; none below four differing trades."""
    return chi_square_above(jarque_bera(s), 2)
