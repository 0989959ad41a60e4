"""I answer for every row what follows from its trades: counts, money, costs, size, risk, excursions, streaks."""

import numpy as np

from analytics.grouped.rows import count, highest, longest_run, lowest, mean, median, quantile, ratio, std, total
from analytics.grouped.stack import Stack

HOUR_MS = 3_600_000.0


def by_trade(s: Stack) -> dict[str, np.ndarray]:
    side = s.laid("side")
    long, short = s.there & (side > 0), s.there & (side < 0)
    won, lost = s.there & (s.pnl > 0), s.there & (s.pnl < 0)
    return _results(s, long, short, won, lost) | _costs(s) | _sizes(s) | _risks(s) | _excursions(s, won, lost) | _held(
        s, won, lost
    ) | _balance(s)  # fmt: skip


def _results(s: Stack, long: np.ndarray, short: np.ndarray, won: np.ndarray, lost: np.ndarray) -> dict[str, np.ndarray]:
    p, n = s.pnl, s.n
    wins, losses = count(won), count(lost)
    gain, pain = total(p, won), -total(p, lost)
    aw, al = ratio(gain, wins), ratio(pain, losses)
    net = s.money.sum(axis=1)
    decisive, payoff, factor = ratio(wins, wins + losses), ratio(aw, al), ratio(gain, pain)
    spread = std(p, s.there, 1e-12)
    varied = np.where(spread > 0, spread, np.nan)
    best = np.where(wins > 0, highest(p, won), 0.0)
    found = {
        "total_trades": n, "trades_long": count(long), "trades_short": count(short), "winning_trades": wins,
        "losing_trades": losses, "breakeven_trades": n - wins - losses, "net_profit": net, "gross_profit": gain,
        "gross_loss": -pain, "long_ratio": ratio(count(long), n), "win_rate": ratio(wins, n),
        "loss_rate": ratio(losses, n), "breakeven_rate": ratio(n - wins - losses, n), "win_rate_decisive": decisive,
        "win_loss_ratio": ratio(wins, losses), "profit_factor": factor, "expectancy": ratio(net, n),
        "median_trade": median(p, s.there), "average_win": aw, "average_loss": -al, "median_win": median(p, won),
        "median_loss": median(p, lost), "largest_win": highest(p, won), "largest_loss": lowest(p, lost),
        "smallest_win": lowest(p, won), "smallest_loss": highest(p, lost), "payoff_ratio": payoff,
        "breakeven_win_rate": ratio(al, aw + al), "win_rate_edge": decisive - ratio(al, aw + al),
        "cpc_index": factor * decisive * payoff, "kelly_fraction": decisive - (1 - decisive) / payoff,
        "expectancy_ratio": (1 + payoff) * ratio(wins, n) - 1, "trade_pnl_std": std(p, s.there, 1e-12),
        "trade_loss_std": std(p, lost, 1e-12), "trade_cv": ratio(spread, np.abs(ratio(net, n))),
        "sqn": np.sqrt(n) * ratio(net, n) / varied, "t_stat_mean_pnl": np.sqrt(n) * ratio(net, n) / varied,
        "worst_to_average_loss": ratio(lowest(p, lost), -al), "net_profit_ex_best": net - best,
        "profit_factor_ex_best": ratio(gain - highest(p, won), pain),
        "best_trade_share": np.where(net > 0, highest(p, won) / net, np.nan),
        "pessimistic_return_ratio": ratio(aw * (wins - np.sqrt(wins)), al * (losses + np.sqrt(losses))),
        "max_consecutive_wins": longest_run(won), "max_consecutive_losses": longest_run(lost),
        "median_to_mean_ratio": ratio(median(p, s.there), ratio(net, n)),
        "expectancy_tharp_dollar": ratio(ratio(net, n), al),
    }  # fmt: skip
    for name, chosen in (("long", long), ("short", short)):
        taken, lossy = total(p, chosen & won), -total(p, chosen & lost)
        found |= {
            f"net_profit_{name}": total(p, chosen), f"expectancy_{name}": mean(p, chosen),
            f"win_rate_{name}": ratio(count(chosen & won), count(chosen)), f"profit_factor_{name}": ratio(taken, lossy),
        }  # fmt: skip
    var, _ = quantile(p, s.there, 0.05, 0.5)
    return found | {"trade_var_95": -var, "trade_cvar_95": -mean(p, s.there & (p <= var[:, None]))}


def _costs(s: Stack) -> dict[str, np.ndarray]:
    there, n = s.there, s.n
    paid = np.nan_to_num(s.laid("commissions"))
    slip = s.laid("slippage")
    slipped = there & ~np.isnan(slip)
    cost = paid + np.nan_to_num(slip)
    gross = s.money + np.where(there, paid, 0.0)
    costs = total(cost, there)
    known = slipped.any(axis=1) | (n == 0)
    found = {
        "total_commissions": total(paid, there), "avg_commission": mean(paid, there), "total_costs": costs,
        "pnl_before_costs": total(gross, there), "cost_drag_on_return": costs / s.deposit,
        "cost_to_gross_profit": ratio(total(paid, there), total(gross, gross > 0)),
        "profit_factor_gross": ratio(total(gross, gross > 0), -total(gross, gross < 0)),
        "cost_killed_trades": count(there & (gross > 0) & (s.money <= 0)),
        "breakeven_cost_multiple": ratio(total(s.money + cost, there), costs),
        "commission_churn": ratio(costs, np.abs(s.money.sum(axis=1))),
    }  # fmt: skip
    measured = {
        "total_slippage": total(slip, slipped), "avg_slippage": mean(slip, slipped),
        "max_slippage": highest(slip, slipped), "slippage_std": std(slip, slipped),
    }  # fmt: skip
    return found | {key: np.where(known, values, np.nan) for key, values in measured.items()}


def _sizes(s: Stack) -> dict[str, np.ndarray]:
    quantity, entry, leaving = s.laid("quantity"), s.laid("entry_price"), s.laid("exit_price")
    size, there = quantity * entry, s.there
    volume, net = total(size, there), s.money.sum(axis=1)
    percent = s.pnl / size
    before = s.balance[:, :-1]
    alive = np.where(s.balance.min(axis=1) > 0, 1.0, np.nan)
    turned = total(quantity * (entry + leaving), there)
    centre, spread = mean(size, there), std(size, there, 1e-12)
    levels = np.concatenate((np.ones((s.counts.size, 1), bool), there), axis=1)
    return {
        "total_volume": total(quantity, there), "total_notional": volume, "avg_position_notional": centre,
        "median_position_notional": median(size, there), "max_position_notional": highest(size, there),
        "profit_per_notional_bps": 1e4 * ratio(net, volume), "avg_trade_return_on_notional": mean(percent, there),
        "median_trade_return_on_notional": median(percent, there), "best_trade_pct": highest(percent, there),
        "worst_trade_pct": lowest(percent, there),
        "net_direction_bias": ratio(total(s.laid("side") * size, there), volume),
        "avg_leverage": alive * mean(size / before, there), "max_leverage": alive * highest(size / before, there),
        "position_size_cv": np.where(spread > 0, ratio(spread, centre), np.nan),
        "turnover_ratio": np.where(s.n > 0, alive * turned / mean(s.balance, levels), np.nan),
    }  # fmt: skip


def _risks(s: Stack) -> dict[str, np.ndarray]:
    risk = s.laid("initial_risk")
    known = s.there & (risk > 0)
    r, n = s.pnl / np.where(known, risk, np.nan), count(known)
    share = np.where(known, risk, np.nan) / s.balance[:, :-1]
    alive = np.where(s.balance.min(axis=1) > 0, 1.0, np.nan)
    spread = std(r, known)
    return {
        "total_r": total(r, known),
        "expectancy_r": mean(r, known), "median_r": median(r, known), "r_std": spread,
        "best_r": highest(r, known), "worst_r": lowest(r, known), "avg_win_r": mean(r, known & (r > 0)),
        "avg_loss_r": mean(r, known & (r < 0)), "profit_factor_r": ratio(total(r, r > 0), -total(r, r < 0)),
        "r_ge_1_rate": ratio(count(r >= 1), n), "r_ge_2_rate": ratio(count(r >= 2), n),
        "full_loss_rate": ratio(count(r <= -0.95), n), "stop_usage_rate": ratio(n, s.n),
        "stop_overrun_rate": ratio(count(r < -1.1), n), "noise_trade_rate": ratio(count(np.abs(r) < 0.1), n),
        "early_cut_rate": ratio(count((r > -0.5) & (r < 0)), count(r < 0)),
        "avg_risk_per_trade": alive * mean(share, known), "max_risk_per_trade": alive * highest(share, known),
    }  # fmt: skip


def _excursions(s: Stack, won: np.ndarray, lost: np.ndarray) -> dict[str, np.ndarray]:
    found: dict[str, np.ndarray] = {}
    up, down = s.laid("mfe"), s.laid("mae")
    for name, values in (("mfe", up), ("mae", down)):
        seen = s.there & ~np.isnan(values)
        found |= {
            f"avg_{name}": mean(values, seen), f"max_{name}": highest(values, seen),
            f"avg_{name}_winners": mean(values, seen & won), f"avg_{name}_losers": mean(values, seen & lost),
        }  # fmt: skip
    return found | {
        "mfe_median": median(up, s.there & ~np.isnan(up)),
        "edge_ratio": ratio(found["avg_mfe"], found["avg_mae"]),
    }


def _held(s: Stack, won: np.ndarray, lost: np.ndarray) -> dict[str, np.ndarray]:
    held = np.where(s.there, (s.times("exited") - s.times("entered")) / 1000.0, np.nan)
    of_losers, of_winners = median(held, lost), median(held, won)
    return {
        "avg_holding_time": mean(held, s.there), "median_holding_time": median(held, s.there),
        "min_holding_time": lowest(held, s.there), "max_holding_time": highest(held, s.there),
        "holding_time_std": std(held, s.there), "avg_holding_time_winners": mean(held, won),
        "avg_holding_time_losers": mean(held, lost), "median_holding_time_winners": of_winners,
        "median_holding_time_losers": of_losers, "disposition_ratio": ratio(of_losers, of_winners),
        "profit_per_market_hour": ratio(s.money.sum(axis=1), total(held, s.there) / HOUR_MS),
        "scalp_rate": ratio(count(held < 300_000), s.n),
    }  # fmt: skip


def _balance(s: Stack) -> dict[str, np.ndarray]:
    balance = s.balance
    peaks = np.maximum.accumulate(balance, axis=1)
    drops = peaks - balance
    deepest, last = drops.max(axis=1), balance[:, -1]
    alive = np.where(balance.min(axis=1) > 0, 1.0, np.nan)
    returns = s.pnl / balance[:, :-1]
    spread = std(returns, s.there, 1e-14)
    falls = np.minimum(returns, 0.0)
    downside = np.sqrt(mean(falls * falls, s.there))
    traded = np.where(s.n > 0, 1.0, np.nan)
    return {
        "ending_balance": last, "peak_balance": balance.max(axis=1), "min_balance": balance.min(axis=1),
        "net_return": np.where(s.n > 0, alive * (last / s.deposit - 1), 0.0),
        "balance_drawdown_absolute": s.deposit - balance.min(axis=1), "max_drawdown_currency": deepest,
        "max_drawdown_relative": alive * (drops / peaks).max(axis=1), "current_drawdown_currency": drops[:, -1],
        "max_underwater_trades": longest_run(np.where(s.there, drops[:, 1:], 0.0) > 0),
        "max_runup_currency": (balance - np.minimum.accumulate(balance, axis=1)).max(axis=1),
        "recovery_factor": ratio(last - s.deposit, deepest), "ahpr": alive * mean(returns, s.there),
        "ghpr": traded * alive * ((last / s.deposit) ** (1 / np.maximum(s.n, 1)) - 1),
        "sharpe_per_trade": alive * mean(returns, s.there) / np.where(spread > 0, spread, np.nan),
        "sortino_per_trade": alive * ratio(mean(returns, s.there), downside),
    }  # fmt: skip
