"""Execution KPIs of Ana's six trades: +100, -50, -100, +200, 0, +50 on a deposit of 10,000."""

import pytest

from tests.analytics.accounts import ANA, reason, results, sample, trade, value

EXPECTED = {
    # counts and money
    "total_trades": 6,
    "trades_long": 4,
    "long_ratio": 4 / 6,
    "winning_trades": 3,
    "losing_trades": 2,
    "breakeven_trades": 1,
    "net_profit": 200,  # 100 - 50 - 100 + 200 + 0 + 50
    "gross_profit": 350,
    "gross_loss": -150,
    "pnl_before_costs": 212,  # 200 + 6 commissions of 2
    "net_profit_short": -50,  # -100 + 50
    "net_return": 0.02,
    "ending_balance": 10_200,
    "min_balance": 9_950,
    # win / loss
    "win_rate": 3 / 6,
    "win_rate_long": 2 / 4,
    "win_rate_decisive": 3 / 5,
    "win_loss_ratio": 3 / 2,
    "profit_factor": 350 / 150,
    "profit_factor_short": 50 / 100,
    "profit_factor_gross": (102 + 202 + 2 + 52) / (48 + 98),
    "expectancy": 200 / 6,
    "expectancy_ratio": (1 + (350 / 3) / 75) * 0.5 - 1,
    "median_trade": 25,  # between 0 and 50
    "average_win": 350 / 3,
    "average_loss": -75,
    "largest_win": 200,
    "largest_loss": -100,
    "smallest_win": 50,
    "smallest_loss": -50,
    "payoff_ratio": 350 / 3 / 75,
    "breakeven_win_rate": 75 / (350 / 3 + 75),
    "ghpr": 1.02 ** (1 / 6) - 1,
    "ahpr": (100 / 10000 - 50 / 10100 - 100 / 10050 + 200 / 9950 + 0 + 50 / 10150) / 6,
    "best_trade_pct": 1.0,  # +100 on 1 x 100, as +200 on 2 x 100
    "profit_per_notional_bps": 1e4 * 200 / 1200,
    "profit_per_market_hour": 200 / (1 + 1 + 1 / 6 + 3 + 24 + 19),
    # costs: commissions 12, slippage 1 + 1 - 1 + 1 + 0 + 1 = 3
    "total_commissions": 12,
    "total_slippage": 3,
    "max_slippage": 1,
    "avg_slippage_bps": (100 + 50 - 25 + 50 + 0 + 50) / 6,
    "adverse_slippage_rate": 4 / 6,
    "cost_drag_on_return": 15 / 10_000,
    "cost_killed_trades": 1,  # the break-even made 2 before its commission
    "breakeven_cost_multiple": 215 / 15,
    "cost_per_turnover_bps": 1e4 * 15 / 2400,
    "slippage_in_r": (1 / 50 + 1 / 50 - 1 / 50 + 0 + 1 / 100) / 5,
    # size: notionals 100, 200, 400, 200, 100, 200
    "total_volume": 12,
    "total_notional": 1200,
    "median_position_notional": 200,
    "turnover_ratio": 2400 / ((10000 + 10100 + 10050 + 9950 + 10150 + 10150 + 10200) / 7),
    # R: 2, -1, -2, none, 0, 0.5
    "total_r": -0.5,
    "expectancy_r": -0.1,
    "median_r": 0,
    "best_r": 2,
    "avg_loss_r": -1.5,
    "profit_factor_r": 2.5 / 3,
    "r_ge_1_rate": 1 / 5,
    "full_loss_rate": 2 / 5,
    "expectunity_r": -0.5 / (6 / 365.25),
    # excursions: MFE 150 10 0 250 50 60, MAE 20 60 120 50 50 20
    "avg_mae": 320 / 6,
    "avg_mfe": 520 / 6,
    "edge_ratio": 520 / 320,
    "avg_mfe_losers": 5,
    "mae_p90_winners": 44,  # of 20, 20, 50: 20 + 0.8 x 30
    "entry_efficiency": (150 / 170 + 10 / 70 + 0 + 250 / 300 + 0.5 + 60 / 80) / 6,
    "total_efficiency": (102 / 170 - 48 / 70 - 98 / 120 + 202 / 300 + 2 / 100 + 52 / 80) / 6,
    "mfe_capture_rate": 350 / 460,
    "max_end_trade_drawdown": 98,  # MFE 0, result before commission -98
    "losers_once_1r_rate": 0.0,
}


@pytest.mark.parametrize("key", EXPECTED)
def test_ana_gets_the_value_worked_out_by_hand(key):
    assert value(ANA, key) == pytest.approx(EXPECTED[key], rel=1e-12, abs=1e-15)


def test_efficiencies_of_entry_and_exit_add_up():
    entry, leave, total = (value(ANA, f"{part}_efficiency") for part in ("entry", "exit", "total"))
    assert entry + leave - 1 == pytest.approx(total)


def test_profit_factor_has_no_value_without_a_loser():
    assert value(results(10, 20), "profit_factor") is None
    assert reason(results(10, 20), "profit_factor") == "no losing trade"


def test_tenths_of_cents_still_make_an_exact_zero():
    rows = results("0.1", "0.2", "-0.3")
    assert value(rows, "net_profit") == 0
    assert value(rows, "ending_balance", balance=10) == 10


def test_mfe_never_recorded_is_said_so_instead_of_counted_as_zero():
    assert value(results(1, -1), "avg_mfe") is None
    assert reason(results(1, -1), "edge_ratio") == "no MFE recorded"


def test_stop_gives_the_initial_risk_when_none_is_stated():
    rows = [trade(30, stop_loss=90, quantity=2)]  # 2 x |100 - 90| = 20
    assert value(rows, "expectancy_r") == 1.5


def test_open_trades_are_left_out():
    from dataclasses import replace

    open_trade = replace(trade(5), exit_time=None, exit_price=None, pnl=None)
    assert sample([trade(7), open_trade]).n == 1


def test_results_in_r_add_up_to_nothing_when_no_risk_is_known():
    """The sum over no trade is 0 (edge code C); the mean over no trade is none (edge code M)."""
    rows = results(30, -10)
    assert value(rows, "total_r") == 0
    assert reason(rows, "expectancy_r") == "no trade with a known initial risk"
