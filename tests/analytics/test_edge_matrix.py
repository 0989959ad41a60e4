"""The edge table as a matrix: each of the 449 KPIs has a value, is zero, or has none, on each of eight odd accounts."""

import csv
from datetime import timedelta
from pathlib import Path

import pytest

from analytics.kpis import kpis
from analytics.report import report
from tests.analytics.accounts import MONDAY, sample, trade

TOLD = Path(__file__).with_name("edge_matrix.csv")
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def account(*pnl, every=DAY):
    """Half-hour trades with everything recorded, so that nothing is missing but what the account itself lacks."""
    return [
        trade(
            result, MONDAY + place * every, 30, initial_risk=20, mfe=max(result, 0) + 5, mae=max(-result, 0) + 3,
            commissions=1, slippage=1, emotions=("calm",), tags=("plan",),
        )
        for place, result in enumerate(pnl)
    ]  # fmt: skip


ACCOUNTS = {
    "none": account(),
    "one": account(10),
    "two": account(10, -5),
    "wins": account(10, 20, 30, 15, 5, 10),
    "losses": account(-10, -20, -30, -15, -5, -10),
    "constant": account(*[5] * 15),
    "one day": account(10, -5, 20, -8, 3, every=HOUR),
    "ruined": account(-6_000, -5_000, 20_000, 5, -5),
}
FOUND = {name: report(sample(rows)).values for name, rows in ACCOUNTS.items()}
with TOLD.open() as file:
    MATRIX = {row["key"]: row for row in csv.DictReader(file)}


def cell(name, key):
    value = FOUND[name][key].value
    return "null" if value is None else "0" if value == 0 else "value"


def codes(kpi):
    return kpi.edge.replace(",", " ").split()


def coded(*wanted):
    return [kpi.key for kpi in kpis.values() if codes(kpi)[-1] in wanted]


@pytest.mark.parametrize("name", ACCOUNTS)
def test_every_kpi_has_a_value_just_where_the_edge_table_gives_it_one(name):
    assert len(MATRIX) == 449
    differing = {key: cell(name, key) for key, row in MATRIX.items() if cell(name, key) != row[name]}
    assert not differing


@pytest.mark.parametrize("name", [name for name in ACCOUNTS if name != "ruined"])
def test_a_count_a_sum_and_a_drawdown_always_have_a_value(name):
    assert {key for key in coded("C", "D") if cell(name, key) == "null"} == set()


@pytest.mark.parametrize("name", ["wins", "constant"])
def test_without_a_loss_only_the_drawdown_inside_a_trade_is_not_zero(name):
    assert {key for key in coded("D") if cell(name, key) != "0"} == {"max_intra_trade_drawdown"}


def test_shape_and_relation_need_more_than_two_points():
    of_the_balance = {"lr_correlation", "lr_slope", "lr_std_error"}  # the deposit is its third point
    assert {key for key in coded("K3", "K4", "G") if cell("two", key) != "null"} == of_the_balance


def test_deviation_of_what_never_differs_is_zero_and_a_ratio_of_it_has_no_value():
    assert {cell("constant", key) for key in ("trade_pnl_std", "r_std", "slippage_std", "holding_time_std")} == {"0"}
    for key in ("sqn", "sqn_r", "p_value_mean_pnl", "cusum_break", "trade_skewness", "trade_kurtosis", "jarque_bera"):
        assert cell("constant", key) == "null"


def test_one_day_has_no_deviation_of_days():
    days = {"daily_volatility", "annual_volatility", "semi_deviation", "gini_mean_difference", "var_95_param", "vwr"}
    days |= {"cvar_95_param", "sharpe_ratio", "kelly_leverage", "autocorr_penalty", "smart_sharpe", "skewness"}
    days |= {"kurtosis_excess", "adjusted_sharpe", "probabilistic_sharpe_ratio", "sharpe_std_error", "sharpe_ci_low"}
    days |= {"var_95_cornish_fisher", "skewness_kurtosis_ratio", "daily_autocorrelation", "stability", "k_ratio"}
    assert {cell("one day", key) for key in days} == {"null"}


def test_ruined_account_keeps_its_money_and_loses_its_returns():
    assert {kpi.key for kpi in kpis.values() if "E" in codes(kpi) and cell("ruined", kpi.key) != "null"} == set()
    assert {cell("ruined", key) for key in ("net_profit", "max_drawdown_currency", "win_rate")} == {"value"}
