"""Temporal KPIs worked out by hand: calendars, sessions, holding times."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.analytics.accounts import ANA, at, reason, results, trade, value

EXPECTED = {
    "trading_span_days": 6,  # Monday 6 to Saturday 11
    "years": 6 / 365.25,
    "active_days": 4,  # 6, 7, 9 and, rolled, 13
    "active_day_rate": 4 / 6,  # Monday to Friday, and Monday
    "trades_per_day": 6 / 4,
    "trades_per_week": 7,
    "max_trades_in_day": 3,
    "max_idle_days": 4,  # Thursday 9 to Monday 13
    "cagr": 1.02 ** (365.25 / 6) - 1,
    "geometric_mean_daily_return": 1.02 ** (1 / 6) - 1,
    "avg_daily_pnl": 200 / 6,
    "median_active_day_pnl": 25,  # -50, 0, 50, 200
    "best_day_pnl": 200,
    "worst_day_pnl": -50,
    "winning_days": 2,
    "losing_days": 1,
    "day_win_rate": 2 / 3,
    "day_payoff_ratio": 125 / 50,
    "daily_profit_factor": 250 / 50,
    "max_consecutive_winning_days": 1,
    "best_week_return": 150 / 10_000,
    "worst_week_return": 50 / 10_150,
    "mtd_return": 0.02,
    "return_last_30d": 0.02,
    "avg_holding_time": (60 + 60 + 10 + 180 + 1440 + 1140) / 6 * 60_000,
    "median_holding_time": 120 * 60_000,
    "median_holding_time_losers": 35 * 60_000,
    "time_in_market": (60 + 60 + 10 + 180 + 1440 + 1140) / (5 * 1440 + 60),
    "intraday_trade_rate": 4 / 6,
    "weekend_hold_rate": 1 / 6,
    "overnight_expectancy_gap": 25 - 150 / 4,
    "median_gap_between_trades": 1300 * 60_000,  # gaps of 5, 5, 1300, 1560, 1500 minutes
    "avg_gap_between_trades": (5 + 5 + 1300 + 1560 + 1500) / 5 * 60_000,
    "best_weekday": 1,
    "worst_weekday": 0,
    "best_hour": 9,
    "worst_hour": 11,
    "first_trade_of_day_expectancy": 350 / 4,
    "last_trade_of_day_expectancy": -100,
}


@pytest.mark.parametrize("key", EXPECTED)
def test_ana_gets_the_value_worked_out_by_hand(key):
    assert value(ANA, key) == pytest.approx(EXPECTED[key], rel=1e-12)


def test_every_day_counts_for_an_account_that_trades_around_the_clock():
    assert value(ANA, "active_day_rate", calendar="all365") == pytest.approx(4 / 6)  # 6, 7, 9, 11 of 6..11
    assert value(ANA, "avg_daily_pnl", calendar="all365") == pytest.approx(200 / 6)


def test_day_ends_at_midnight_of_the_account_clock():
    rows = [trade(10, at(6, 22, 30), 60), trade(20, at(6, 23, 45), 60)]
    assert value(rows, "max_trades_in_day") == 1
    assert value(rows, "max_trades_in_day", timezone="Europe/Zurich") == 2  # both close on the 7th
    assert value(rows, "best_hour", timezone="America/New_York") == 18


@pytest.mark.parametrize(
    ("month", "hour_utc", "session"),
    [
        (1, 1, "asia"),  # Tokyo 10
        (1, 8, "london"),  # London 8, Tokyo 17: London comes first
        (7, 7, "london"),  # summer time
        (1, 13, "new_york"),  # New York 8, London 13
        (7, 12, "new_york"),
        (1, 22, "off_session"),
    ],
)
def test_session_follows_the_clocks_of_the_cities_through_summer_time(month, hour_utc, session):
    rows = [trade(5, datetime(2025, month, 6, hour_utc, tzinfo=UTC))]
    found = [name for name in ("asia", "london", "new_york", "off_session") if value(rows, f"net_profit_{name}")]
    assert found == [session]


def test_weekday_weeks_are_iso_weeks_across_new_year():
    rows = [trade(100, datetime(2024, 12, 30, 9, tzinfo=UTC)), trade(-50, datetime(2025, 1, 2, 9, tzinfo=UTC))]
    assert value(rows, "best_week_return") == pytest.approx(0.005)  # one week, 2025-W01
    assert value(rows, "best_year_return") == pytest.approx(0.01)


def test_last_thirty_days_start_from_the_equity_of_thirty_days_before():
    rows = results(1000, 100, every=timedelta(days=35))
    assert value(rows, "return_last_30d") == pytest.approx(100 / 11_000)
    assert value(rows, "return_last_90d") == pytest.approx(0.11)


def test_yearly_growth_of_a_few_days_carries_a_warning():
    from analytics.report import report
    from tests.analytics.accounts import sample

    assert report(sample(ANA), ["cagr"]).values["cagr"].note == "annualised from 6 days only"


def test_growth_beyond_any_number_is_refused_with_a_reason():
    assert value(results(10_000), "cagr", balance=1) is None
    assert reason(results(10_000), "cagr", balance=1)
