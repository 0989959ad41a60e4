"""Robustness KPIs worked out by hand or taken from a printed table."""

from itertools import accumulate, permutations
from math import log, sqrt

import pytest

from tests.analytics.accounts import ANA, reason, results, trade, value

FEW = results(3, -1, 2, -2, 4)  # mean 1.2, squared deviations 3.24 4.84 .64 10.24 7.84 = 26.8, std sqrt(6.7)
T = 1.2 / sqrt(6.7) * sqrt(5)

EXPECTED = {
    "sqn": T,
    "t_stat_mean_pnl": T,
    "trades_for_significance": 18,  # (1.96 x 2.5884 / 1.2)^2 = 17.87
    "sample_adequacy": 5 / 18,
    "runs_count": 5,
    "z_score": (5 * 4.5 - 12) / sqrt(12 * 7 / 4),
    "lr_slope": (2.5 * 6 + 1.5 * 2 + 0.5 * 4 - 0.5 * 2 - 1.5 * 3) / 17.5,  # Σ (i - 2.5) B_i / Σ (i - 2.5)²
    "new_high_rate": 3 / 5,  # balances 3, 2, 4, 2, 6
    "longest_flat_trades": 1,
    "cusum_break": 2.8 / (sqrt(6.7) * sqrt(5)),  # running deviations 1.8, -0.4, 0.4, -2.8, 0
    "best_trade_share": 4 / 6,
    "net_profit_ex_best": 2,
    "profit_factor_ex_best": 5 / 3,
    "net_profit_ex_top_5pct": 2,
    "select_net_profit": 6,
    "winners_for_half_profit": 2 / 3,  # 4 of 9 is less than half, 4 + 3 is not
    "profit_gini": 2 * (1 * 2 + 2 * 3 + 3 * 4) / (3 * 9) - 4 / 3,
    "outlier_trade_rate": 0.0,
    "median_to_mean_ratio": 2 / 1.2,
    "half_split_profit_factor_ratio": (6 / 2) / (3 / 1),
    "ewma_expectancy": sum(0.5 ** ((4 - i) / 20) * p for i, p in enumerate([3, -1, 2, -2, 4]))
    / sum(0.5 ** ((4 - i) / 20) for i in range(5)),
}


@pytest.mark.parametrize("key", EXPECTED)
def test_five_results_get_the_value_worked_out_by_hand(key):
    assert value(FEW, key) == pytest.approx(EXPECTED[key], rel=1e-9)


def test_t_of_2_776_with_four_degrees_of_freedom_has_p_of_five_percent():
    from analytics.kpis.arithmetic.distributions import student_two_sided

    assert student_two_sided(2.7764451051977987, 4) == pytest.approx(0.05, rel=1e-12)


def test_ten_heads_of_ten_have_one_chance_in_1024():
    from analytics.kpis.arithmetic.distributions import binomial_at_least

    assert binomial_at_least(10, 10, 0.5) == pytest.approx(1 / 1024, rel=1e-13)
    assert binomial_at_least(0, 10, 0.5) == 1


def test_chi_square_of_18_307_with_ten_degrees_of_freedom_has_p_of_five_percent():
    from analytics.kpis.arithmetic.distributions import chi_square_above

    assert chi_square_above(18.307038053275146, 10) == pytest.approx(0.05, rel=1e-12)
    assert chi_square_above(2 * log(20), 2) == pytest.approx(0.05, rel=1e-13)


def test_wilson_interval_of_three_winners_in_six():
    # z = 1.959964: centre 1/2, half width z sqrt(1/24 + z^2/144) / (1 + z^2/6)
    z = 1.959963984540054
    half = z * sqrt(0.25 / 6 + z * z / 144) / (1 + z * z / 6)
    assert value(ANA, "win_rate_ci_low") == pytest.approx(0.5 - half)
    assert value(ANA, "win_rate_ci_high") == pytest.approx(0.5 + half)


def test_straight_balance_correlates_fully_with_time():
    assert value(results(5, 5, 5, 5), "lr_correlation") == pytest.approx(1)
    assert value(results(5, 5, 5, 5), "lr_slope") == pytest.approx(5)


def test_thirty_trades_are_needed_for_a_rolling_view():
    assert value(results(*[1] * 29), "rolling_expectancy_min") is None
    assert reason(results(*[1] * 29), "rolling_expectancy_min") == "fewer than 30 trades"
    assert value(results(*[1] * 30, -31), "rolling_expectancy_min") == pytest.approx(-2 / 30)


def test_symbols_share_the_profit():
    rows = [trade(30, symbol="A"), trade(10, symbol="B"), trade(-5, symbol="C")]
    assert value(rows, "profitable_symbol_rate") == pytest.approx(2 / 3)
    assert value(rows, "symbol_profit_hhi") == pytest.approx(0.75**2 + 0.25**2)


def test_shuffling_gives_the_same_answer_every_time():
    rows = results(10, -20, 30, -5, 8, -12)
    assert value(rows, "mc_max_drawdown_p95") == value(rows, "mc_max_drawdown_p95")
    assert value(results(5, 5), "bootstrap_loss_probability") == 0
    assert value(results(-5, -5), "mc_max_drawdown_median") == 10


def test_shuffled_orders_are_as_likely_as_all_orders_there_are():
    pnl = (10, 25, -10, -20, 5)  # 30 below the top, as 48 of the 120 orders are

    def deepest(order):
        path = [0, *accumulate(order)]
        return max(max(path[: place + 1]) - path[place] for place in range(len(path)))

    every = [deepest(order) for order in permutations(pnl)]
    likely = sum(drop >= deepest(pnl) for drop in every) / len(every)
    assert value(results(*pnl), "mc_drawdown_luck") == pytest.approx(likely, abs=0.05)
    assert likely == 48 / 120
    assert value(results(*pnl), "mc_max_drawdown_p95") == max(every) == 30
