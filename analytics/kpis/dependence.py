"""I ask whether one result tells anything about the next."""

from math import sqrt

import numpy as np

from analytics.kpis import family
from analytics.kpis.arithmetic.answers import required
from analytics.kpis.arithmetic.distributions import chi_square_above, normal_cdf
from analytics.kpis.arithmetic.lines import pearson
from analytics.kpis.arithmetic.moments import FLAT_RETURNS, dot
from analytics.sample import Sample

kpi = family("Dependence between trades", "Robustness")

ONE_SIDED, DEGENERATE = "there are not both winners and losers", "too few winners and losers for a runs test"


def run_moments(s: Sample) -> tuple[int, float, float]:
    """Decisive trades n, X = 2 n_w n_l, and the runs they form, break-evens taken out."""
    required(s.win_count > 0 and s.loss_count > 0, ONE_SIDED)
    n = s.win_count + s.loss_count
    x = 2.0 * s.win_count * s.loss_count
    required(x * (x - n) > 0, DEGENERATE)
    return n, x, float(runs_count(s))


@kpi(
    "z_score",
    name="Z-score of streaks",
    unit="ratio",
    better="neutral",
    edge="null if n_w=0 or n_l=0 or radicand<=0",
    formula=(
        "(N'(R-0.5) - X)/sqrt(X(X-N')/(N'-1)), X=2 n_w n_l, N'=n_w+n_l, R=runs of win/loss flags, break-evens removed"
    ),
    source='MT5 "Z-Score"; mql5 articles/1492',
)
def z_score(s: Sample) -> float:
    """Below 0 wins follow wins, above 0 they alternate; none without winners and losers or with too few."""
    n, x, runs = run_moments(s)
    return (n * (runs - 0.5) - x) / sqrt(x * (x - n) / (n - 1))


@kpi(
    "z_score_confidence",
    name="Confidence of the Z-score",
    unit="frac",
    better="neutral",
    edge="as z_score",
    formula="2Φ(abs(z_score)) - 1",
    source='MT5 "Z-Score (%)"',
)
def z_score_confidence(s: Sample) -> float:
    """Probability that streaks are no accident, 0..1; none where the Z-score has none."""
    return 2 * normal_cdf(abs(z_score(s))) - 1


@kpi(
    "runs_p_value",
    name="p-value of the runs test",
    unit="frac",
    better="neutral",
    edge="as z_score",
    formula="two-sided Wald-Wolfowitz p, no continuity correction",
    source="statsmodels runstest_1samp(correction=False)",
)
def runs_p_value(s: Sample) -> float:
    """Chance of so many or few runs by luck (Wald-Wolfowitz), 0..1; none where the Z-score has none."""
    n, x, runs = run_moments(s)
    z = (runs - x / n - 1) / sqrt(x * (x - n) / (n * n * (n - 1)))
    return 2 * normal_cdf(-abs(z))


@kpi(
    "runs_count",
    name="Runs",
    unit="count",
    better="neutral",
    edge="C",
    formula="R",
    source="Wald-Wolfowitz",
)
def runs_count(s: Sample) -> int:
    """Unbroken runs of winners or losers, break-evens taken out; 0 and up."""
    signs = s.streaks.signs[s.streaks.signs != 0]
    return int(np.count_nonzero(signs[1:] != signs[:-1]) + 1 if signs.size else 0)


@kpi(
    "trade_autocorrelation",
    name="Autocorrelation of trades",
    unit="ratio",
    better="neutral",
    edge="G",
    formula="Pearson(P_1..P_{N-1}, P_2..P_N)",
    source="pandas Series.autocorr(1)",
)
def trade_autocorrelation(s: Sample) -> float:
    """Correlation of each result with the next, -1..1; none below three pairs or when flat."""
    return pearson(s.pnl[:-1], s.pnl[1:])


@kpi(
    "daily_autocorrelation",
    name="Autocorrelation of days",
    unit="ratio",
    better="neutral",
    edge="G",
    formula="Pearson(y_t, y_{t+1})",
    source="qs autocorr_penalty inner; pandas",
)
def daily_autocorrelation(s: Sample) -> float:
    """Correlation of each day's return with the next, -1..1; none below three pairs, when flat or when ruined."""
    s.days.dispersed(3)
    return pearson(s.days.values[:-1], s.days.values[1:], FLAT_RETURNS)


@kpi(
    "ljung_box_p_value",
    name="p-value of independence",
    unit="frac",
    better="neutral",
    edge="N>=12, V0",
    formula="Ljung-Box on P, 10 lags",
    source="statsmodels acorr_ljungbox",
)
def ljung_box_p_value(s: Sample) -> float:
    """Chance of such correlations over ten lags if trades were independent, 0..1; none below twelve differing
    trades."""
    s.trades.dispersed(12)
    d, n = s.trades.centred, s.n
    whole = dot(d, d)
    q = n * (n + 2) * sum((dot(d[k:], d[:-k]) / whole) ** 2 / (n - k) for k in range(1, 11))
    return chi_square_above(q, 10)
