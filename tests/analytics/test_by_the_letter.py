"""KPIs no library publishes, worked out from the catalogue's formulas a second time, in plain loops."""

from itertools import pairwise
from math import exp, log, sqrt

import numpy as np
import pytest
from scipy import stats

from analytics.report import report
from tests.analytics.accounts import sample
from tests.analytics.letter import Account, made, mean, median, ratio, runs, std

ACCOUNTS = {
    "week": Account(tuple(made(260, 200, seed=11)), 100_000.0, "weekday252", "UTC"),
    "all": Account(tuple(made(320, 150, seed=12, edge=-6)), 60_000.0, "all365", "America/New_York"),
    "far": Account(tuple(made(180, 260, seed=13, edge=15)), 50_000.0, "weekday252", "Pacific/Auckland"),
    "few": Account(tuple(made(40, 60, seed=14)), 20_000.0, "weekday252", "Asia/Kathmandu"),
}
NEG = {"revenge", "angry", "frustrated", "fomo", "fear", "greedy", "bored", "anxious"}


def win_rate(trades):
    return ratio(sum(one.P > 0 for one in trades), len(trades))


def gain(values):
    return sum(max(value, 0) for value in values)


def pain(values):
    return sum(max(-value, 0) for value in values)


def side(a, s):
    return [one for one in a.trades if one.s == s]


def drops(a):
    return [max(a.B[: i + 1]) - a.B[i] for i in range(len(a.B))]


def kappa(y):
    return ratio(y.mean(), np.mean(np.maximum(-y, 0) ** 3) ** (1 / 3))


def down(y):
    return sqrt(np.mean(np.minimum(y, 0) ** 2))


def up(y):
    return sqrt(np.mean(np.maximum(y, 0) ** 2))


def sr(a):
    return a.y.mean() / a.y.std(ddof=1)


def shape(a):
    """1 − g1 SR + (g2+2)/4 SR², population moments."""
    return 1 - stats.skew(a.y) * sr(a) + (stats.kurtosis(a.y) + 2) / 4 * sr(a) ** 2


def cornish_fisher(a):
    z, g1, g2 = stats.norm.ppf(0.05), stats.skew(a.y), stats.kurtosis(a.y)
    bent = z + (z**2 - 1) * g1 / 6 + (z**3 - 3 * z) * g2 / 24 - (2 * z**3 - 5 * z) * g1**2 / 36
    return -(a.y.mean() + bent * a.y.std())


def symbol_sharpes(a):
    """Daily Sharpe of each symbol: its share of every day's return of the account, quiet days counted as zero."""
    found = []
    for symbol in {one.symbol for one in a.trades}:
        made_on = dict.fromkeys(a.dates, 0.0)
        for one in a.trades:
            made_on[a.booked(one.tx)] += one.P if one.symbol == symbol else 0.0
        y = np.array(list(made_on.values())) / a.E[:-1]
        found.append(y.mean() / y.std(ddof=1))
    return found


def best_of_trials(a):
    n, euler = len(symbol_sharpes(a)), 0.5772156649015329
    return std(symbol_sharpes(a)) * (
        (1 - euler) * stats.norm.ppf(1 - 1 / n) + euler * stats.norm.ppf(1 - 1 / (n * exp(1)))
    )


def psr(a, benchmark=0.0):
    return stats.norm.cdf((sr(a) - benchmark) * sqrt(a.T - 1) / sqrt(shape(a)))


def hhi(results):
    total = sum(results)
    n = len(results)
    return (sum((one / total) ** 2 for one in results) - 1 / n) / (1 - 1 / n) if n > 2 else float("nan")


def ljung_box(P):
    n, x = len(P), np.array(P) - np.mean(P)
    rho = [(x[k:] * x[: n - k]).sum() / (x * x).sum() for k in range(1, 11)]
    return stats.chi2.sf(n * (n + 2) * sum(one**2 / (n - k) for k, one in enumerate(rho, start=1)), 10)


def wald_wolfowitz(P):
    flags = [one > 0 for one in P if one != 0]
    n, w = len(flags), sum(flags)
    lost, count = n - w, 1 + sum(a != b for a, b in pairwise(flags))
    centre = 2 * w * lost / n + 1
    spread = sqrt(2 * w * lost * (2 * w * lost - n) / (n**2 * (n - 1)))
    return 2 * stats.norm.sf(abs(count - centre) / spread)


def z_score(P):
    flags = [one > 0 for one in P if one != 0]
    n, x = len(flags), 2 * sum(flags) * (len(flags) - sum(flags))
    count = 1 + sum(a != b for a, b in pairwise(flags))
    return (n * (count - 0.5) - x) / sqrt(x * (x - n) / (n - 1))


def vwr(a):
    g = np.mean(np.log1p(a.y))
    ideal = a.E[0] * np.exp(g * np.arange(len(a.E)))
    spread = np.std(a.E[1:] / ideal[1:] - 1, ddof=1)
    return 100 * (exp(a.A * g) - 1) * (1 - (spread / 2) ** 0.2)


def ruin(a):
    e, size = mean(a.r), sqrt(mean(one**2 for one in a.r))
    x = 0.5 * (1 + e / size)
    return 1.0 if e <= 0 else ((1 - x) / x) ** (0.5 / size)


def deep_drawdown(a):
    grown = [log(1 + one) for one in a.r]
    m, v = mean(grown), std(grown) ** 2
    return 1.0 if m <= 0 else min(1, 0.8 ** (2 * m / v))


def risks(a):
    return [one.rho / before for one, before in zip(a.trades, a.B, strict=False) if one.rho]


def by_symbol(a, value):
    found = {}
    for one in a.trades:
        found[one.symbol] = found.get(one.symbol, 0) + value(one)
    return list(found.values())


def moments_of(a):
    return sorted({one.te for one in a.trades})


def hurst(a):
    path = np.cumsum(a.y - a.y.mean())
    return log((path.max() - path.min()) / a.y.std(ddof=1)) / log(a.T)


def windows(P, n=30):
    return [P[k : k + n] for k in range(len(P) - n + 1)]


def entropy(codes, n):
    shares = [codes.count(code) / len(codes) for code in set(codes)]
    return -sum(one * log(one) for one in shares) / log(n)


def serenity(a):
    ulcer = sqrt(np.mean(a.dd**2))
    return a.y.sum() / (ulcer * cdar(a.dd) / a.y.std(ddof=1))


def cdar(dd):
    """Mean of the worst 5 %, the boundary day by its fraction."""
    ordered, share = np.sort(dd)[::-1], 0.05 * len(dd)
    full = int(share)
    return (ordered[:full].sum() + (share - full) * ordered[full]) / share


def kruskal(a, key):
    groups = {}
    for one in a.trades:
        groups.setdefault(key(one), []).append(one.P)
    kept = [group for group in groups.values() if len(group) >= 5]
    return stats.kruskal(*kept).pvalue if len(kept) > 1 else float("nan")


def martingale(a):
    usual = median(one.V for one in a.trades)
    lengths = [a.run_at(one, -1) for one in a.trades]
    return stats.linregress(lengths, [one.V / usual for one in a.trades]).slope


def revenge(a):
    return [
        one for one, before in a.after(-1)
        if (one.te - before.tx).total_seconds() <= 15 * 60
        and (one.V >= 1.25 * before.V or one.symbol == before.symbol
             or {"revenge", "angry", "frustrated"} & set(one.emotions))
    ]  # fmt: skip


def gaps(a, sign):
    return [(one.te - before.tx).total_seconds() * 1000 for one, before in a.after(sign)]


def running(results):
    return np.cumsum([one.P for one in results]).round(2)


def red_to_green(a):
    days = [running(day) for day in a.exits().values()]
    dipped = [day for day in days if day.min() < 0]
    return ratio(sum(day[-1] > 0 for day in dipped), len(dipped))


def off_hours(a):
    hours = [a.hour(one.te, a.zone) for one in a.trades]
    counts, kept, covered = sorted({h: hours.count(h) for h in hours}.items(), key=lambda kv: (-kv[1], kv[0])), set(), 0
    for hour, count in counts:
        if covered >= 0.8 * len(hours):
            break
        kept.add(hour)
        covered += count
    return mean(hour not in kept for hour in hours)


def cv(values):
    return std(values) / mean(values)


def discipline(a):
    parts = [
        (0.25, len(a.K) / len(a.trades)), (0.25, 1 - mean(one.R < -1.1 for one in a.K)),
        (0.20, 1 - min(1, cv(risks(a)))), (0.15, 1 - len(revenge(a)) / len(a.trades)),
        (0.15, 1 - mean(any(id(one) in a.heavy for one in day) for day in a.entries.values())),
    ]  # fmt: skip
    return 100 * sum(weight * part for weight, part in parts) / sum(weight for weight, _ in parts)


def last_quarter(a):
    late = a.y[-(a.T // 4) :]
    return (late.mean() / late.std(ddof=1) - sr(a)) * sqrt(a.A) if a.T >= 40 else float("nan")


def grouped(a, count, key):
    return [one for one in a.trades if a.run_at(one, key) >= count]


def heavy_gap(a):
    heavy, other = ([one.P for one in a.trades if (id(one) in a.heavy) is flag] for flag in (True, False))
    return mean(heavy) - mean(other)


def fatigue(a):
    ordinals = [a.ordinal[id(one)] for one in a.trades]
    return stats.linregress(ordinals, a.P).slope


def ytd(a):
    return a.compounded([day.strftime("%Y") for day in a.dates])[-1]


def in_mood(a):
    return [one for one in a.trades if NEG & set(one.emotions)]


def deepest(a):
    found = drops(a)
    i = found.index(max(found))
    return found[i] / max(a.B[: i + 1])


LETTERS = {
    "win_rate_short": lambda a: win_rate(side(a, -1)),
    "profit_factor_long": lambda a: ratio(gain(o.P for o in side(a, 1)), pain(o.P for o in side(a, 1))),
    "expectancy_long": lambda a: mean(o.P for o in side(a, 1)),
    "expectancy_short": lambda a: mean(o.P for o in side(a, -1)),
    "median_win": lambda a: median(o.P for o in a.W),
    "median_loss": lambda a: median(o.P for o in a.L),
    "win_rate_edge": lambda a: (
        len(a.W) / (len(a.W) + len(a.L))
        - mean(-o.P for o in a.L) / (mean(o.P for o in a.W) + mean(-o.P for o in a.L))
    ),
    "avg_trade_return_on_notional": lambda a: mean(o.P / o.V for o in a.trades),
    "median_trade_return_on_notional": lambda a: median(o.P / o.V for o in a.trades),
    "worst_trade_pct": lambda a: min(o.P / o.V for o in a.trades),
    "avg_commission": lambda a: mean(o.C for o in a.trades),
    "avg_slippage": lambda a: mean(o.S for o in a.trades),
    "slippage_std": lambda a: std(o.S for o in a.trades),
    "total_costs": lambda a: sum(o.C + o.S for o in a.trades),
    "cost_to_gross_profit": lambda a: sum(o.C for o in a.trades) / gain(o.G for o in a.trades),
    "cost_to_expectancy": lambda a: mean(o.C + o.S for o in a.trades) / abs(mean(o.G + o.S for o in a.trades)),
    "avg_position_notional": lambda a: mean(o.V for o in a.trades),
    "max_position_notional": lambda a: max(o.V for o in a.trades),
    "turnover_ratio": lambda a: sum(o.volume for o in a.trades) / mean(a.B),
    "worst_r": lambda a: min(o.R for o in a.K),
    "avg_win_r": lambda a: mean(o.R for o in a.K if o.R > 0),
    "expectancy_tharp_dollar": lambda a: mean(a.P) / mean(-o.P for o in a.L),
    "r_ge_2_rate": lambda a: mean(o.R >= 2 for o in a.K),
    "expectunity_r": lambda a: mean(o.R for o in a.K) * len(a.K) / a.Y,
    "max_mae": lambda a: max(o.mae for o in a.trades),
    "max_mfe": lambda a: max(o.mfe for o in a.trades),
    "avg_mae_winners": lambda a: mean(o.mae for o in a.W),
    "avg_mae_losers": lambda a: mean(o.mae for o in a.L),
    "avg_mfe_winners": lambda a: mean(o.mfe for o in a.W),
    "mfe_median": lambda a: median(o.mfe for o in a.trades),
    "avg_mae_r": lambda a: mean(o.mae / o.rho for o in a.K),
    "avg_mfe_r": lambda a: mean(o.mfe / o.rho for o in a.K),
    "exit_efficiency": lambda a: mean((o.G + o.mae) / (o.mfe + o.mae) for o in a.trades if o.mfe + o.mae > 0),
    "total_efficiency": lambda a: mean(o.G / (o.mfe + o.mae) for o in a.trades if o.mfe + o.mae > 0),
    "avg_end_trade_drawdown": lambda a: mean(o.mfe - o.G for o in a.trades),
    "losers_once_1r_rate": lambda a: mean(o.mfe >= o.rho for o in a.K if o.P < 0),
    "drawdown_at_max_currency": deepest,
    "max_intra_trade_drawdown": lambda a: max(0.0, *(
        max(a.B[k] + a.trades[k].mfe for k in range(i + 1)) - (a.B[i] - a.trades[i].mae) for i in range(len(a.trades))
    )),
    "longest_loss_streak_currency": lambda a: sum(-a.P[i] for i in max(runs(a.P, -1), key=len)),
    "current_drawdown": lambda a: a.dd[-1],
    "upside_deviation": lambda a: up(a.y),
    "semi_deviation": lambda a: down(a.y - a.y.mean()),
    "gini_mean_difference": lambda a: np.abs(np.subtract.outer(a.y, a.y)).sum() / (a.T * (a.T - 1)),
    "volatility_skewness": lambda a: up(a.y) ** 2 / down(a.y) ** 2,
    "trade_loss_std": lambda a: std(o.P for o in a.L),
    "trade_cv": lambda a: std(a.P) / abs(mean(a.P)),
    "var_95_cornish_fisher": cornish_fisher,
    "cvar_99_hist": lambda a: -a.y[a.y <= np.quantile(a.y, 0.01)].mean(),
    "rachev_ratio": lambda a: ratio(
        a.y[a.y >= np.quantile(a.y, 0.95)].mean(), -a.y[a.y <= np.quantile(a.y, 0.05)].mean()
    ),
    "outlier_win_ratio": lambda a: np.quantile(a.y, 0.99) / a.y[a.y > 0].mean(),
    "worst_to_average_loss": lambda a: min(a.P) / mean(o.P for o in a.L),
    "tail_day_count": lambda a: int((np.abs(a.y - a.y.mean()) > 2 * a.y.std(ddof=1)).sum()),
    "adjusted_sharpe": lambda a: sqrt(a.A) * sr(a) * (
        1 + stats.skew(a.y) / 6 * sr(a) - stats.kurtosis(a.y) / 24 * sr(a) ** 2
    ),
    "pain_ratio": lambda a: a.cagr / a.dd.mean(),
    "kappa_three": lambda a: kappa(a.y),
    "upside_potential_ratio": lambda a: np.maximum(a.y, 0).mean() / down(a.y),
    "prospect_ratio": lambda a: (gain(a.y) - 2.25 * pain(a.y)) / (a.T * down(a.y)),
    "d_ratio": lambda a: (a.y < 0).sum() * pain(a.y) / ((a.y > 0).sum() * gain(a.y)),
    "skewness_kurtosis_ratio": lambda a: stats.skew(a.y) / (stats.kurtosis(a.y) + 3),
    "serenity_index": serenity,
    "cdar_95": lambda a: cdar(a.dd),
    "lake_ratio": lambda a: (np.maximum.accumulate(a.E)[1:] - a.E[1:]).sum() / np.maximum.accumulate(a.E)[1:].sum(),
    "return_on_var": lambda a: a.y.mean() / -np.quantile(a.y, 0.05),
    "conditional_sharpe": lambda a: a.y.mean() / -a.y[a.y <= np.quantile(a.y, 0.05)].mean(),
    "vwr": vwr,
    "risk_of_ruin": ruin,
    "prob_drawdown_20": deep_drawdown,
    "avg_risk_per_trade": lambda a: mean(risks(a)),
    "max_risk_per_trade": lambda a: max(risks(a)),
    "risk_per_trade_cv": lambda a: cv(risks(a)),
    "avg_concurrent_positions": lambda a: (
        sum(o.h for o in a.trades)
        / ((max(o.tx for o in a.trades) - min(o.te for o in a.trades)).total_seconds() * 1000)
    ),
    "max_concurrent_positions": lambda a: max(len(a.open_at(at)) for at in moments_of(a)),
    "max_gross_exposure": lambda a: max(sum(o.V for o in a.open_at(at)) / a.balance_at(at) for at in moments_of(a)),
    "max_leverage": lambda a: max(o.V / b for o, b in zip(a.trades, a.B, strict=False)),
    "max_open_risk": lambda a: max(sum(o.rho or 0 for o in a.open_at(at)) / a.balance_at(at) for at in moments_of(a)),
    "symbol_notional_hhi": lambda a: sum(
        (part / sum(o.V for o in a.trades)) ** 2 for part in by_symbol(a, lambda o: o.V)
    ),
    "worst_symbol_loss_share": lambda a: ratio(
        max(max(-part, 0) for part in by_symbol(a, lambda o: o.P)), pain(by_symbol(a, lambda o: o.P))
    ),
    "win_rate_edge_p_value": lambda a: stats.binomtest(
        len(a.W), len(a.W) + len(a.L),
        mean(-o.P for o in a.L) / (mean(o.P for o in a.W) + mean(-o.P for o in a.L)), "greater",
    ).pvalue,
    "probabilistic_sharpe_ratio": psr,
    "deflated_sharpe_ratio": lambda a: psr(a, best_of_trials(a)),
    "expected_max_sharpe": lambda a: best_of_trials(a) * sqrt(a.A),
    "min_track_record_length": lambda a: (
        1 + shape(a) * (stats.norm.ppf(0.95) / sr(a)) ** 2 if sr(a) > 0 else float("nan")
    ),
    "sharpe_std_error": lambda a: sqrt(a.A * shape(a) / (a.T - 1)),
    "sharpe_ci_low": lambda a: sr(a) * sqrt(a.A) - 1.96 * sqrt(a.A * shape(a) / (a.T - 1)),
    "lr_std_error": lambda a: sqrt(
        (1 - stats.linregress(range(len(a.B)), a.B).rvalue ** 2) * np.var(a.B) * len(a.B) / (len(a.B) - 2)
    ),
    "hurst_exponent": hurst,
    "z_score": lambda a: z_score(a.P),
    "z_score_confidence": lambda a: 2 * stats.norm.cdf(abs(z_score(a.P))) - 1,
    "runs_p_value": lambda a: wald_wolfowitz(a.P),
    "ljung_box_p_value": lambda a: ljung_box(a.P),
    "pessimistic_return_ratio": lambda a: (
        mean(o.P for o in a.W) * (len(a.W) - sqrt(len(a.W)))
        / (mean(-o.P for o in a.L) * (len(a.L) + sqrt(len(a.L))))
    ),
    "hhi_positive": lambda a: hhi([one for one in a.r if one > 0]),
    "hhi_negative": lambda a: hhi([one for one in a.r if one < 0]),
    "best_day_share": lambda a: a.X.max() / sum(a.P) if sum(a.P) > 0 else float("nan"),
    "rolling_expectancy_min": lambda a: min(mean(part) for part in windows(a.P)),
    "rolling_win_rate_std": lambda a: std(mean(one > 0 for one in part) for part in windows(a.P)),
    "rolling_profit_factor_ok_rate": lambda a: mean(sum(part) > 0 for part in windows(a.P)),
    "ewma_expectancy": lambda a: np.average(a.P, weights=0.5 ** (np.arange(len(a.P))[::-1] / 20)),
    "sharpe_drift": last_quarter,
    "side_expectancy_gap": lambda a: mean(o.R for o in a.K if o.s > 0) - mean(o.R for o in a.K if o.s < 0),
    "trades_per_month": lambda a: 30.4375 * len(a.P) / a.calendar_days,
    "trades_per_day_std": lambda a: std(len(day) for day in a.exits().values()),
    "annual_return_arithmetic": lambda a: a.A * a.y.mean(),
    "monthly_consistency": lambda a: mean(a.months) / std(a.months),
    "ytd_return": ytd,
    "mtd_return": lambda a: a.months[-1],
    "min_holding_time": lambda a: min(o.h for o in a.trades),
    "max_holding_time": lambda a: max(o.h for o in a.trades),
    "holding_time_std": lambda a: std(o.h for o in a.trades),
    "avg_holding_time_winners": lambda a: mean(o.h for o in a.W),
    "avg_holding_time_losers": lambda a: mean(o.h for o in a.L),
    "median_holding_time_winners": lambda a: median(o.h for o in a.W),
    "overnight_trade_rate": lambda a: mean(a.day(o.te) != a.day(o.tx) for o in a.trades),
    "scalp_rate": lambda a: mean(o.h < 5 * 60_000 for o in a.trades),
    "weekday_effect_p_value": lambda a: kruskal(a, lambda o: a.day(o.te).weekday()),
    "hour_effect_p_value": lambda a: kruskal(a, lambda o: a.hour(o.te, a.zone)),
    "hour_entropy": lambda a: entropy([a.hour(o.te, a.zone) for o in a.trades], 24),
    "weekday_entropy": lambda a: entropy([a.day(o.te).weekday() for o in a.trades], 7),
    "session_profit_hhi": lambda a: ratio(
        sum(max(part, 0) ** 2 for part in four(a)), gain(four(a)) ** 2
    ),
    "first_trade_of_day_expectancy": lambda a: mean(day[0].P for day in a.entries.values()),
    "last_trade_of_day_expectancy": lambda a: mean(day[-1].P for day in a.entries.values() if len(day) > 1),
    "expectancy_after_win": lambda a: mean(one.P for one, _ in a.after(1)),
    "size_change_after_win": lambda a: median(one.V / before.V for one, before in a.after(1)) - 1,
    "martingale_slope": martingale,
    "reentry_time_after_loss": lambda a: median(gaps(a, -1)),
    "reentry_speed_ratio": lambda a: ratio(median(gaps(a, -1)), median(gaps(a, 1))),
    "revenge_trades": lambda a: len(revenge(a)),
    "revenge_trade_rate": lambda a: len(revenge(a)) / len(a.P),
    "revenge_win_rate": lambda a: win_rate(revenge(a)),
    "heavy_day_expectancy_gap": heavy_gap,
    "expectancy_after_third_trade": lambda a: mean(o.P for o in a.trades if a.ordinal[id(o)] >= 4),
    "fatigue_slope": fatigue,
    "red_to_green_rate": red_to_green,
    "avg_winner_giveback": lambda a: mean(1 - o.P / o.mfe for o in a.W if o.mfe > 0),
    "position_size_cv": lambda a: cv([o.V for o in a.trades]),
    "size_consistency": lambda a: 1 / (1 + cv([o.V for o in a.trades])),
    "size_after_3_wins_ratio": lambda a: median(o.V for o in grouped(a, 3, 1)) / median(o.V for o in a.trades),
    "expectancy_after_3_wins": lambda a: mean(o.P for o in grouped(a, 3, 1)),
    "expectancy_after_3_losses": lambda a: mean(o.P for o in grouped(a, 3, -1)),
    "off_hours_rate": off_hours,
    "night_trade_rate": lambda a: mean(a.hour(o.te, a.zone) in {22, 23, 0, 1, 2, 3, 4, 5} for o in a.trades),
    "negative_emotion_pnl": lambda a: sum(o.P for o in in_mood(a)),
    "mistake_pnl": lambda a: sum(o.P for o in a.trades if "mistake" in o.tags),
    "discipline_score": discipline,
}  # fmt: skip


def four(a):
    return [sum(o.P for o in a.in_session(name)) for name in ("asia", "london", "new_york", "off_session")]


for name in ("asia", "london", "new_york", "off_session", "london_ny_overlap"):
    LETTERS[f"net_profit_{name}"] = lambda a, name=name: sum(o.P for o in a.in_session(name))
    LETTERS[f"win_rate_{name}"] = lambda a, name=name: win_rate(a.in_session(name))
    LETTERS[f"expectancy_{name}"] = lambda a, name=name: mean(o.P for o in a.in_session(name))

FIGURES = {
    name: report(sample(a.rows, str(a.deposit), calendar=a.calendar, timezone=a.zone), LETTERS).values
    for name, a in ACCOUNTS.items()
}


@pytest.mark.parametrize("account", ACCOUNTS)
@pytest.mark.parametrize("key", LETTERS)
def test_the_engine_says_what_the_formula_says(account, key):
    expected, found = float(LETTERS[key](ACCOUNTS[account])), FIGURES[account][key].value
    if expected != expected:
        assert found is None
    else:
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-9)
