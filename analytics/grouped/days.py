"""I answer for every row what follows from its days: returns, drawdowns, volatility, tails."""

from math import sqrt

import numpy as np

from analytics.grouped.rows import count, highest, longest_run, lowest, mean, of_ordered, ratio, std, total
from analytics.grouped.stack import Stack
from analytics.kpis.arithmetic.distributions import normal_density, normal_quantile
from analytics.sample.zones import DAY, local

Z_05 = normal_quantile(0.05)


def by_day(s: Stack, calendar: str, timezone: str) -> dict[str, np.ndarray]:
    entered, exited = (local(s.times(name), timezone) // DAY for name in ("entered", "exited"))
    far = np.int64(1) << 40
    first = np.where(s.there, entered, far).min(axis=1)
    last = np.where(s.there, exited, -far).max(axis=1)
    first, last, exited = (np.where(days * np.sign(days) == far, 0, days) for days in (first, last, exited))
    weekdays = calendar == "weekday252"
    start, stop = _ordinal(first, weekdays), _ordinal(last, weekdays)
    counts = np.where(s.counts > 0, stop - start + 1, 0)
    width = max(1, int(counts.max(initial=0)))
    place = np.where(s.there, _ordinal(exited, weekdays) - start[:, None], 0)
    cell = np.arange(s.counts.size)[:, None] * width + place
    size = s.counts.size * width
    profit = np.bincount(cell.ravel(), weights=np.rint(s.money * 1e4).ravel(), minlength=size).reshape(-1, width) / 1e4
    exits = np.bincount(cell[s.there], minlength=size).reshape(-1, width)
    days = np.arange(width) < counts[:, None]
    span = np.where(s.counts > 0, last - first + 1, 0).astype(np.float64)
    return _figures(s, profit, exits, days, span, 252 if weekdays else 365)


def _ordinal(days: np.ndarray, weekdays: bool) -> np.ndarray:
    """Trading days counted without gaps, a weekend rolled to Monday."""
    return (days + 3) // 7 * 5 + np.where((days + 3) % 7 > 4, 5, (days + 3) % 7) if weekdays else days


def _figures(
    s: Stack, profit: np.ndarray, exits: np.ndarray, days: np.ndarray, span: np.ndarray, a: int
) -> dict[str, np.ndarray]:
    equity = np.concatenate((s.deposit[:, None], s.deposit[:, None] + np.cumsum(profit, axis=1)), axis=1)
    equity = np.rint(equity * 1e4) / 1e4
    t, active = count(days), days & (exits > 0)
    alive = np.where((equity.min(axis=1) > 0) & (s.balance.min(axis=1) > 0), 1.0, np.nan)
    growth = np.where(s.n > 0, (s.balance[:, -1] / s.deposit) ** (365.25 / np.maximum(span, 1)) - 1, np.nan)
    year = alive * growth
    won, lost = days & (profit > 0), days & (profit < 0)
    gain, pain = total(profit, won), -total(profit, lost)
    found = {
        "trading_span_days": span, "years": span / 365.25, "active_days": count(active),
        "active_day_rate": ratio(count(active), t), "trades_per_day": ratio(s.n, count(active)),
        "trades_per_week": ratio(7 * s.n, span), "trades_per_month": ratio(30.4375 * s.n, span),
        "max_trades_in_day": exits.max(axis=1).astype(np.float64), "cagr": year,
        "avg_daily_pnl": ratio(s.money.sum(axis=1), t), "best_day_pnl": highest(profit, days),
        "worst_day_pnl": lowest(profit, days), "winning_days": count(won), "losing_days": count(lost),
        "day_win_rate": ratio(count(won), count(won) + count(lost)), "avg_winning_day": mean(profit, won),
        "avg_losing_day": mean(profit, lost), "daily_profit_factor": ratio(gain, pain),
        "day_payoff_ratio": ratio(mean(profit, won), -mean(profit, lost)),
        "max_consecutive_winning_days": longest_run(won), "max_consecutive_losing_days": longest_run(lost),
        "consistency_score": 100 * (1 - ratio(highest(profit, days), gain)),
    }  # fmt: skip
    return found | _returns(profit / equity[:, :-1], days, alive, a) | _drawdowns(equity, days, alive, year)


def _returns(y: np.ndarray, days: np.ndarray, alive: np.ndarray, a: int) -> dict[str, np.ndarray]:
    t, centre = count(days), mean(y, days)
    spread = std(y, days, 1e-14)
    varied = alive * np.where(spread > 0, spread, np.nan)
    ordered = np.sort(np.where(days, y, np.inf), axis=1)
    q = {share: of_ordered(ordered, days.sum(axis=1), share) for share in (0.01, 0.05, 0.95)}
    up, down = np.where(days, np.maximum(y, 0), 0.0), np.where(days, np.maximum(-y, 0), 0.0)
    gain, pain = up.sum(axis=1), down.sum(axis=1)
    below, above = (np.sqrt(ratio((side * side).sum(axis=1), t)) for side in (down, up))
    cubes = ratio((down * down * down).sum(axis=1), t) ** (1 / 3)
    tail = mean(y, days & (y <= q[0.05][:, None]))
    sortino = ratio(centre, below) * sqrt(a)
    found = {
        "avg_daily_return": centre, "annual_return_arithmetic": a * centre, "best_day_return": highest(y, days),
        "worst_day_return": lowest(y, days), "daily_volatility": spread, "annual_volatility": spread * sqrt(a),
        "downside_deviation": below, "annual_downside_deviation": below * sqrt(a), "upside_deviation": above,
        "volatility_skewness": ratio(above**2, below**2), "var_95_hist": -q[0.05], "var_99_hist": -q[0.01],
        "cvar_95_hist": -tail, "cvar_99_hist": -mean(y, days & (y <= q[0.01][:, None])),
        "var_95_param": -(centre + varied * Z_05), "cvar_95_param": -(centre - varied * normal_density(Z_05) / 0.05),
        "tail_ratio": ratio(np.abs(q[0.95]), np.abs(q[0.05])), "sharpe_ratio": centre / varied * sqrt(a),
        "sortino_ratio": sortino, "adjusted_sortino": sortino / sqrt(2), "omega_ratio": ratio(gain, pain),
        "common_sense_ratio": ratio(gain, pain) * ratio(np.abs(q[0.95]), np.abs(q[0.05])),
        "kappa_three": ratio(centre, cubes), "upside_potential_ratio": ratio(gain / t, below),
        "prospect_ratio": ratio(gain - 2.25 * pain, t * below), "return_on_var": ratio(centre, -q[0.05]),
        "conditional_sharpe": ratio(centre, -tail), "kelly_leverage": centre / varied**2,
        "d_ratio": ratio(count(days & (y < 0)) * pain, count(days & (y > 0)) * gain),
        "mean_absolute_deviation": mean(np.abs(y - centre[:, None]), days),
    }  # fmt: skip
    return {key: alive * values for key, values in found.items()}


def _drawdowns(equity: np.ndarray, days: np.ndarray, alive: np.ndarray, year: np.ndarray) -> dict[str, np.ndarray]:
    peaks = np.maximum.accumulate(equity, axis=1)[:, 1:]
    fall = np.where(days, (peaks - equity[:, 1:]) / peaks, 0.0)
    t = np.maximum(count(days), 1)
    deepest, ulcer, pain = fall.max(axis=1), np.sqrt((fall * fall).sum(axis=1) / t), fall.sum(axis=1) / t
    begun = (fall > 0) & ~np.concatenate((np.zeros((fall.shape[0], 1), bool), fall[:, :-1] > 0), axis=1)
    last = np.take_along_axis(fall, np.maximum(days.sum(axis=1) - 1, 0)[:, None], axis=1)[:, 0]
    found = {
        "max_drawdown": deepest, "drawdown_count": count(begun), "current_drawdown": last, "ulcer_index": ulcer,
        "pain_index": pain, "required_recovery_gain": last / (1 - last), "calmar_ratio": ratio(year, deepest),
        "sterling_ratio": year / (deepest + 0.1), "martin_ratio": ratio(year, ulcer), "pain_ratio": ratio(year, pain),
    }  # fmt: skip
    return {key: alive * values for key, values in found.items()} | {
        "time_underwater_rate": ratio(count(fall > 0), count(days)),
        "drawdown_count": count(begun),
    }
