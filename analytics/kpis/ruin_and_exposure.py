"""I ask how much was staked, and how near that brings the end."""

from math import ceil, exp, log, log1p, sqrt

import numpy as np

from analytics.kpis import family
from analytics.kpis.arithmetic.answers import quotient, required
from analytics.kpis.arithmetic.moments import FLAT, FLAT_RETURNS, dot, herfindahl, mean, picked, std
from analytics.kpis.win_loss import largest_loss, payoff_ratio, win_rate_decisive
from analytics.sample import Sample

kpi = family("Ruin, sizing, exposure", "Risk")

PART = 1 << 15
NO_LOSS, NO_RISK = "no losing trade", "no trade with a known initial risk"


def risk_shares(s: Sample) -> np.ndarray:
    """Initial risk as a share of the balance before each trade, where known."""
    s.unruined()
    return picked(s.risk, s.risked) / picked(s.balance.curve[:-1], s.risked)


def leverages(s: Sample) -> np.ndarray:
    required(s.n > 0, "no trades")
    return s.notional / s.balance.curve[:-1]


def best_fraction(stakes: np.ndarray) -> float:
    """Root of Σ a/(1+f a) in (0, 1): Newton's steps kept inside a shrinking bracket."""
    low, high, f = 0.0, 1.0, 0.5
    for _ in range(80):
        slope, squares = _pulls(stakes, f)
        low, high = (f, high) if slope > 0 else (low, f)
        step = f + slope / squares
        if abs(step - f) <= 1e-15:
            return step
        moved = step if low < step < high else (low + high) / 2
        if abs(moved - f) <= 1e-15 or low >= high:
            return moved
        f = moved
    return f


def _pulls(stakes: np.ndarray, f: float) -> tuple[float, float]:
    """Σ a/(1+f a) and Σ of its squares, added in the order numpy adds, in parts that stay in the processor's cache."""
    if stakes.size > PART:
        half = stakes.size // 2 - stakes.size // 2 % 8
        (slope, squares), (more, larger) = _pulls(stakes[:half], f), _pulls(stakes[half:], f)
        return slope + more, squares + larger
    pulls = stakes / (1 + f * stakes)
    return float(pulls.sum()), dot(pulls, pulls)


def by_symbol(s: Sample, amounts: np.ndarray) -> np.ndarray:
    return np.bincount(s.columns.symbol, weights=amounts, minlength=1)


@kpi(
    "kelly_fraction",
    name="Kelly fraction",
    unit="frac",
    better="higher",
    edge="Q",
    formula="p - (1-p)/b, p=win_rate_decisive, b=payoff_ratio; not clipped",
    source='qs kelly_criterion; bt "Kelly Criterion"',
)
def kelly_fraction(s: Sample) -> float:
    """Share of the account that would grow it fastest, below 0 do not play; none without a winner or a loser."""
    p = win_rate_decisive(s)
    return p - (1 - p) / payoff_ratio(s)


@kpi(
    "kelly_leverage",
    name="Kelly leverage",
    unit="ratio",
    better="higher",
    edge="E, V0",
    formula="μ / σ²",
    source="PA KellyRatio(method=full); Thorp",
)
def kelly_leverage(s: Sample) -> float:
    """Leverage of daily returns that would grow fastest; none below two differing days or when ruined."""
    s.days.dispersed()
    return s.days.mean / s.days.std**2


@kpi(
    "optimal_f",
    name="Optimal f",
    unit="frac",
    better="higher",
    edge="null if n_l=0",
    formula="argmax_{0<f<1} Π(1 + f P_i/abs(largest_loss)); 0 if expectancy<=0",
    source="Vince",
)
def optimal_f(s: Sample) -> float:
    """Share of the largest loss to stake for fastest growth (Vince), 0..1; none without a loser."""
    worst = largest_loss(s)
    return best_fraction(s.pnl / -worst) if s.net > 0 else 0.0


@kpi(
    "geometric_growth_at_optimal_f",
    name="Growth at optimal f",
    unit="frac",
    better="higher",
    edge="null if n_l=0",
    formula="(Π(1+f* P_i/abs(largest_loss)))^(1/N) - 1",
    source="Vince GHPR(f*)",
)
def geometric_growth_at_optimal_f(s: Sample) -> float:
    """Growth per trade when staking optimal f, 0 and up; none without a loser."""
    f, worst = optimal_f(s), largest_loss(s)
    return exp(float(np.log1p(f * s.pnl / -worst).sum()) / s.n) - 1


@kpi(
    "risk_of_ruin",
    name="Risk of ruin",
    unit="frac",
    better="lower",
    edge="E, Q",
    formula="((1-x)/x)^(0.5/a), x=.5(1+e/a), e=mean r_i, a=sqrt(mean r_i²); 1 if e<=0; ruin = -50%",
    source='Griffin/Kaufman (Wealth-Lab "Risk of Ruin"); qs formula rejected (section 3)',
)
def risk_of_ruin(s: Sample) -> float:
    """Chance of ever losing half the account at this edge and step (Griffin/Kaufman), 0..1; none when no trade moved
    the balance or when ruined."""
    edge, step = mean(s.returns), sqrt(mean(s.returns * s.returns))
    required(step > 0, "no trade moved the balance")
    if edge <= 0:
        return 1.0
    x = 0.5 * (1 + min(1.0, edge / step))
    return ((1 - x) / x) ** (0.5 / step)


@kpi(
    "prob_drawdown_20",
    name="Chance of a 20% drawdown",
    unit="frac",
    better="lower",
    edge="E, V0",
    formula="min(1, 0.8^{2m/v}), m,v = mean,var(ddof 1) of log(1+r_i); 1 if m<=0",
    source="Vince; drifted Brownian motion",
)
def prob_drawdown_20(s: Sample) -> float:
    """Chance of ever falling 20% below the start at this drift and scatter, 0..1; none below two differing trades or
    when ruined."""
    grown = np.log1p(s.returns)
    spread = std(grown, "fewer than two trades", FLAT_RETURNS)
    required(spread > 0, "all trades returned the same")
    drift = mean(grown)
    return min(1.0, 0.8 ** (2 * drift / spread**2)) if drift > 0 else 1.0


@kpi(
    "losses_to_half_account",
    name="Average losses to half the account",
    unit="count",
    better="higher",
    edge="null if n_l=0",
    formula="ceil(ln 0.5 / ln(1 - mean abs(r_i) over L))",
    source="Balsara",
)
def losses_to_half_account(s: Sample) -> int:
    """Average losing trades in a row that halve the account, 1 and up; none without a loser or when ruined."""
    average = mean(-s.returns.compress(s.lost), NO_LOSS)
    return ceil(log(0.5) / log1p(-average))


@kpi(
    "avg_risk_per_trade",
    name="Average risk per trade",
    unit="frac",
    better="lower",
    edge="E, M",
    formula="mean_K ρ_i/B_{i-1}",
    source="Tharp",
)
def avg_risk_per_trade(s: Sample) -> float:
    """Initial risk as a share of the balance, on average; none when no risk is known or when ruined."""
    return mean(risk_shares(s), NO_RISK)


@kpi(
    "max_risk_per_trade",
    name="Largest risk per trade",
    unit="frac",
    better="lower",
    edge="E, M",
    formula="max_K ρ_i/B_{i-1}",
    source="Tharp",
)
def max_risk_per_trade(s: Sample) -> float:
    """Initial risk as a share of the balance, the largest; none when no risk is known or when ruined."""
    required(s.risked_count > 0, NO_RISK)
    return risk_shares(s).max()


@kpi(
    "risk_per_trade_cv",
    name="Unevenness of risk",
    unit="ratio",
    better="lower",
    edge="V0",
    formula="std/mean of ρ_i/B_{i-1}",
    source="house",
)
def risk_per_trade_cv(s: Sample) -> float:
    """Deviation over mean of the risk shares, 0 and up; none below two differing ones."""
    required(s.risked_count > 1, "fewer than two trades with a known initial risk")
    shares = risk_shares(s)
    required(float(shares.max() - shares.min()) > FLAT, "every trade risked the same share")
    return std(shares) / mean(shares)


@kpi(
    "largest_loss_pct_balance",
    name="Largest loss of the balance",
    unit="frac",
    better="lower",
    edge="E, M",
    formula="max_L abs(r_i)",
    source="house",
)
def largest_loss_pct_balance(s: Sample) -> float:
    """Worst trade as a share of the balance before it, 0..1; none without a loser or when ruined."""
    required(s.loss_count > 0, NO_LOSS)
    return -s.returns.min()


@kpi(
    "max_concurrent_positions",
    name="Most trades open at once",
    unit="count",
    better="neutral",
    edge="C",
    formula="max over time of #{i: te_i<=t<tx_i}",
    source="vbt; ft max_open_trades",
)
def max_concurrent_positions(s: Sample) -> int:
    """Most trades open at the same moment; 0 and up."""
    return s.exposure.most_open()


@kpi(
    "avg_concurrent_positions",
    name="Average trades open at once",
    unit="ratio",
    better="neutral",
    edge="Q",
    formula="Σ h_i / (max tx - min te)",
    source="vbt coverage",
)
def avg_concurrent_positions(s: Sample) -> float:
    """Holding times added up over the span from first entry to last exit; none when no time passed."""
    return quotient(s.held.sum() * 1000, s.exposure.window, "no time passed between first entry and last exit")


@kpi(
    "max_gross_exposure",
    name="Largest gross exposure",
    unit="ratio",
    better="lower",
    edge="E, M",
    formula="max over time of Σ open V_i / balance at that time",
    source='vbt "Max Gross Exposure"',
)
def max_gross_exposure(s: Sample) -> float:
    """Entry values open at once over the balance of that moment, the largest; none without trades or when ruined."""
    required(s.n > 0, "no trades")
    return s.exposure.most_of_balance(s.notional)


@kpi(
    "avg_leverage",
    name="Average leverage",
    unit="ratio",
    better="lower",
    edge="E, M",
    formula="mean V_i/B_{i-1}",
    source="pyfolio/timeseries.py gross_lev",
)
def avg_leverage(s: Sample) -> float:
    """Entry value over the balance before the trade, on average; none without trades or when ruined."""
    return mean(leverages(s))


@kpi(
    "max_leverage",
    name="Largest leverage",
    unit="ratio",
    better="lower",
    edge="E, M",
    formula="max V_i/B_{i-1}",
    source="btr analyzers/leverage.py",
)
def max_leverage(s: Sample) -> float:
    """Entry value over the balance before the trade, the largest; none without trades or when ruined."""
    return leverages(s).max()


@kpi(
    "max_open_risk",
    name="Largest open risk",
    unit="frac",
    better="lower",
    edge="E, M",
    formula="max over time of Σ open ρ_i / balance",
    source="Tharp portfolio heat",
)
def max_open_risk(s: Sample) -> float:
    """Initial risks open at once over the balance of that moment, the largest; none when no risk is known or when
    ruined."""
    required(s.risked_count > 0, NO_RISK)
    return s.exposure.most_of_balance(np.where(s.risked, s.risk, 0.0))


@kpi(
    "symbol_notional_hhi",
    name="Concentration in symbols",
    unit="ratio",
    better="lower",
    edge="Q",
    formula="Σ_sym (ΣV_sym/ΣV)²",
    source="Herfindahl; PA HerfindahlIndex",
)
def symbol_notional_hhi(s: Sample) -> float:
    """Herfindahl index of entry values by symbol, up to 1 for a single symbol; none without trades."""
    return herfindahl(by_symbol(s, s.notional), "no trades")


@kpi(
    "worst_symbol_loss_share",
    name="Share of the worst symbol in losses",
    unit="frac",
    better="lower",
    edge="Q",
    formula="max_sym max(-NP_sym,0) / Σ_sym max(-NP_sym,0)",
    source="ft worst_pair",
)
def worst_symbol_loss_share(s: Sample) -> float:
    """Loss of the worst symbol among all losing symbols, 0..1; none when no symbol lost."""
    losses = np.maximum(-by_symbol(s, s.units), 0)
    return quotient(losses.max(), losses.sum(), "no symbol lost money")


@kpi(
    "net_direction_bias",
    name="Direction bias",
    unit="frac",
    better="neutral",
    edge="Q",
    formula="Σ s_i V_i / Σ V_i",
    source="house",
)
def net_direction_bias(s: Sample) -> float:
    """Long minus short entry values over both, -1 all short, 1 all long; none without trades."""
    return quotient(dot(s.columns.side, s.notional), s.notional.sum(), "no trades")
