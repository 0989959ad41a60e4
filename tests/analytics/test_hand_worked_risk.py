"""Risk KPIs worked out by hand on a few daily results."""

from datetime import timedelta
from math import sqrt

import pytest

from tests.analytics.accounts import ANA, MONDAY, at, reason, results, trade, value

# Monday +100, Tuesday -300, Wednesday +50, Thursday +250, Friday -150: equity 1100, 800, 850, 1100, 950
WEEK = results(100, -300, 50, 250, -150)
Y = [0.1, -300 / 1100, 50 / 800, 250 / 850, -150 / 1100]
DD = [0, 3 / 11, 2.5 / 11, 0, 1.5 / 11]
MU = sum(Y) / 5
SIGMA = sqrt(sum((y - MU) ** 2 for y in Y) / 4)
CAGR = 0.95 ** (365.25 / 5) - 1
DOWN = sqrt((Y[1] ** 2 + Y[4] ** 2) / 5)

EXPECTED = {
    "balance_drawdown_absolute": 200,
    "max_drawdown_currency": 300,
    "max_drawdown_relative": 3 / 11,
    "current_drawdown_currency": 150,
    "max_underwater_trades": 2,
    "consecutive_loss_max_currency": 300,
    "max_runup_currency": 300,
    "max_drawdown": 3 / 11,
    "drawdown_count": 2,
    "avg_drawdown": (3 / 11 + 1.5 / 11) / 2,
    "max_drawdown_duration": 3,  # peak Monday, recovered Thursday
    "avg_drawdown_duration": 2,  # and Thursday to Friday, still open
    "current_drawdown_duration": 1,
    "max_drawdown_recovery_days": 2,  # valley Tuesday, recovered Thursday
    "time_underwater_rate": 3 / 5,
    "ulcer_index": sqrt(sum(d * d for d in DD) / 5),
    "pain_index": sum(DD) / 5,
    "lake_ratio": (300 + 250 + 150) / (5 * 1100),
    "drawdown_at_risk_95": 2.5 / 11 + 0.8 * 0.5 / 11,
    "cdar_95": 3 / 11,  # a twentieth of five days lies within the worst one
    "required_recovery_gain": 150 / 950,
    "daily_volatility": SIGMA,
    "annual_volatility": SIGMA * sqrt(252),
    "downside_deviation": DOWN,
    "mean_absolute_deviation": sum(abs(y - MU) for y in Y) / 5,
    "gini_mean_difference": sum(abs(a - b) for a in Y for b in Y) / 20,
    "var_95_hist": -(sorted(Y)[0] + 0.2 * (sorted(Y)[1] - sorted(Y)[0])),
    "cvar_95_hist": 300 / 1100,
    "trade_var_95": 270,  # -300 + 0.2 x 150
    "tail_day_count": 0,
    "sharpe_ratio": MU / SIGMA * sqrt(252),
    "sortino_ratio": MU / DOWN * sqrt(252),
    "calmar_ratio": CAGR / (3 / 11),
    "sterling_ratio": CAGR / (3 / 11 + 0.1),
    "burke_ratio": CAGR / sqrt((3 / 11) ** 2 + (1.5 / 11) ** 2),
    "martin_ratio": CAGR / sqrt(sum(d * d for d in DD) / 5),
    "omega_ratio": (Y[0] + Y[2] + Y[3]) / -(Y[1] + Y[4]),
    "d_ratio": 2 * -(Y[1] + Y[4]) / (3 * (Y[0] + Y[2] + Y[3])),
    "recovery_factor": -50 / 300,
    "return_over_max_drawdown": -0.05 / (3 / 11),
    "kelly_fraction": 3 / 5 - (2 / 5) / ((400 / 3) / 225),
    "kelly_leverage": MU / SIGMA**2,
    "optimal_f": 0.0,  # nothing to stake on a losing system
    "losses_to_half_account": 4,  # average losing return 0.2045: 0.7955^4 = 0.40
    "largest_loss_pct_balance": 3 / 11,
    "max_concurrent_positions": 1,
    "avg_leverage": (100 / 1000 + 100 / 1100 + 100 / 800 + 100 / 850 + 100 / 1100) / 5,
    "net_direction_bias": 1,
}


@pytest.mark.parametrize("key", EXPECTED)
def test_week_gets_the_value_worked_out_by_hand(key):
    assert value(WEEK, key, balance=1000) == pytest.approx(EXPECTED[key], rel=1e-12, abs=1e-15)


def test_deposit_is_the_first_peak():
    assert value(results(-100, 50), "max_drawdown", balance=1000) == pytest.approx(0.1)
    assert value(results(-100, 50), "max_drawdown_duration", balance=1000) == 2  # eve of Monday to Tuesday


def test_optimal_f_of_even_coin_paying_two_to_one_is_a_quarter():
    # d/df [ln(1+2f) + ln(1-f)] = 0 at f = 1/4, growth sqrt(1.5 x 0.75) - 1
    assert value(results(200, -100), "optimal_f") == pytest.approx(0.25, abs=1e-12)
    assert value(results(200, -100), "geometric_growth_at_optimal_f") == pytest.approx(sqrt(1.125) - 1)


def test_open_trades_stack_up_until_the_moment_one_closes():
    rows = [trade(0, at(6, 9), 60), trade(0, at(6, 10), 60), trade(0, at(6, 10, 30), 60, quantity=3)]
    assert value(rows, "max_concurrent_positions") == 2  # the first ends as the second begins
    assert value(rows, "max_gross_exposure") == pytest.approx(400 / 10_000)


def test_intra_trade_drawdown_reaches_from_best_to_worst_moment():
    # the fourth trade starts at 9,950: best 9,950 + 250, worst 9,950 - 50
    assert value(ANA, "max_intra_trade_drawdown") == pytest.approx(10_200 - 9_900)


def test_ruined_account_has_no_returns_but_keeps_its_money_figures():
    rows = results(-600, -500, 2000)
    assert value(rows, "sharpe_ratio", balance=1000) is None
    assert "zero or below" in reason(rows, "max_drawdown", balance=1000)
    assert value(rows, "max_drawdown_currency", balance=1000) == 1100


def test_equal_returns_have_no_sharpe_instead_of_an_enormous_one():
    rows, balance = [], 1000
    for day in range(40):
        rows.append(trade(balance, MONDAY + timedelta(days=day)))
        balance *= 2
    assert value(rows, "sharpe_ratio", balance=1000, calendar="all365") is None
    assert value(rows, "daily_volatility", balance=1000, calendar="all365") == 0
