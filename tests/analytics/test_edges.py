"""Every KPI on every odd account: it never raises, is never NaN or infinite, and a missing value has a reason."""

import warnings
from datetime import timedelta
from math import isfinite

import pytest

from analytics.kpis import kpis
from analytics.report import report
from tests.analytics.accounts import ANA, MONDAY, results, sample, trade

HOUR = timedelta(hours=1)


def full(pnl, place):
    """A trade with every optional column filled in."""
    return trade(
        pnl,
        MONDAY + timedelta(days=place),
        initial_risk=20,
        mfe=30,
        mae=10,
        commissions=1,
        slippage=1,
        emotions=("calm",),
        tags=("plan",),
    )


ACCOUNTS = {
    "nothing": [],
    "one": results(10),
    "one loss": results(-10),
    "one scratch": results(0),
    "two": results(10, -5),
    "three": results(10, -5, 7),
    "all wins": results(10, 20, 30, 15, 5, 10),
    "all losses": results(-10, -20, -30, -15, -5, -10),
    "constant": results(*[5] * 15),
    "all scratches": results(*[0] * 15),
    "one day": results(10, -5, 20, -8, 3, every=HOUR),
    "no time at all": [trade(pnl, MONDAY, 0) for pnl in (5, -3, 2)],
    "ruined": results(-6_000, -5_000, 20_000, 5, -5),
    "ruined at once": results(-10_000),
    "weekend only": [trade(pnl, MONDAY + timedelta(days=5, hours=hour)) for hour, pnl in enumerate((5, -3, 2))],
    "full": [full(pnl, place) for place, pnl in enumerate((10, -5, 0, 12, -30, 8, 9, -2, 4, 4, -4, 7, 1, -6, 5))],
    "full constant": [full(5, place) for place in range(15)],
    "Ana": ANA,
    "a cent": results("0.01", "-0.01", "0.01"),
    "a fortune": results("999999999999.99", "-999999999999.98", "5"),
}
DEPOSITS = {"ruined": "10000", "a fortune": "5000000000000"}


@pytest.fixture(params=[(name, calendar) for name in ACCOUNTS for calendar in ("weekday252", "all365")], ids=str)
def answers(request):
    name, calendar = request.param
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return report(sample(ACCOUNTS[name], DEPOSITS.get(name, "10000"), calendar=calendar)).values


def test_every_kpi_answers_with_a_finite_value_or_a_reason(answers):
    assert len(answers) == 449
    for key, answer in answers.items():
        if answer.value is None:
            assert answer.reason, key
        else:
            assert answer.reason is None, key
            assert type(answer.value) in (int, float, str), key
            assert isinstance(answer.value, str) or isfinite(answer.value), key


def values(name, deposit="10000"):
    return report(sample(ACCOUNTS[name], deposit)).values


def codes(kpi):
    return kpi.edge.replace(",", " ").split()


def test_without_trades_counts_and_drawdowns_are_zero_and_the_rest_has_no_value():
    found = values("nothing")
    for kpi in kpis.values():
        answer = found[kpi.key].value
        if codes(kpi) in (["C"], ["E", "C"], ["D"], ["E", "D"]):
            assert answer == 0, kpi.key
        elif codes(kpi)[-1] in {"M", "Q", "V0", "K3", "K4", "G"}:
            assert answer is None and found[kpi.key].reason == "no trades", kpi.key
    assert found["ending_balance"].value == found["peak_balance"].value == found["min_balance"].value == 10_000
    assert found["net_return"].value == 0
    assert found["cost_drag_on_return"].value == 0
    assert found["tilt_score"].value == 0


def test_one_trade_has_no_dispersion():
    found = values("one")
    for kpi in kpis.values():
        if codes(kpi)[-1] in {"V", "V0", "K3", "K4", "G"}:
            assert found[kpi.key].value is None, kpi.key


def test_without_losses_nothing_is_divided_by_them():
    found = values("all wins")
    for key in ("profit_factor", "win_loss_ratio", "payoff_ratio", "kelly_fraction", "optimal_f", "recovery_factor"):
        assert found[key].value is None, key
    assert found["max_drawdown"].value == 0
    assert found["gross_loss"].value == 0
    assert found["average_loss"].value is None


def test_constant_results_scatter_by_zero_and_have_no_ratio_of_it():
    found = values("constant")
    assert found["trade_pnl_std"].value == 0
    for key in ("sqn", "trade_skewness", "trade_kurtosis", "jarque_bera", "p_value_mean_pnl", "trade_autocorrelation"):
        assert found[key].value is None, key


def test_one_day_has_no_daily_deviation_but_a_drawdown():
    found = values("one day")
    for key in ("daily_volatility", "sharpe_ratio", "annual_volatility", "skewness", "k_ratio"):
        assert found[key].value is None, key
    assert found["max_drawdown"].value == 0
    assert found["avg_daily_return"].value == 0.002


def test_ruined_account_has_no_return_based_value_at_all():
    found = values("ruined")
    for kpi in kpis.values():
        if "E" in codes(kpi) or kpi.edge.startswith("E"):
            assert found[kpi.key].value is None, kpi.key
            assert "zero or below" in found[kpi.key].reason, kpi.key
    assert found["net_profit"].value == 9_000
    assert found["profit_factor"].value == pytest.approx(20_005 / 11_005)


def test_nothing_is_negative_zero():
    for name in ACCOUNTS:
        for key, answer in values(name, DEPOSITS.get(name, "10000")).items():
            assert str(answer.value) != "-0.0", (name, key)
