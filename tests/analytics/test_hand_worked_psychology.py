"""Psychology KPIs worked out by hand: what was known at entry, and what was done then."""

import pytest

from tests.analytics.accounts import ANA, at, reason, results, trade, value

EXPECTED = {
    "max_consecutive_wins": 1,  # the break-even parts +200 from +50
    "max_consecutive_losses": 2,
    "avg_win_streak": 1,
    "avg_loss_streak": 2,
    "current_streak": 1,
    "max_consecutive_profit": 200,
    "loss_streaks_3plus": 0,
    # prev: none, win, loss, loss, win, break-even
    "win_rate_after_win": 0 / 2,
    "win_rate_after_loss": 1 / 2,
    "expectancy_after_loss": 50,
    "size_change_after_loss": (400 / 200 + 200 / 400) / 2 - 1,
    "size_escalation_rate": 1 / 2,
    "risk_change_after_loss": 0,
    "reentry_time_after_win": (5 + 26 * 60) / 2 * 60_000,
    "same_symbol_reentry_rate": 1 / 2,
    "flip_rate": 1 / 2,
    "revenge_trades": 1,  # five minutes after the loss, same symbol, twice the size
    "revenge_pnl": -100,
    "revenge_expectancy_gap": -100 - 300 / 5,
    "days_since_last_revenge": 5,
    "burst_rate": 0.0,
    "max_trades_in_hour": 1,
    "heavy_day_rate": 1 / 4,  # 3, 1, 1, 1 entries: median 1, MAD 0
    "heavy_day_cost": 6 + 1,
    "commission_churn": 15 / 200,
    "green_to_red_rate": 1 / 3,  # Monday peaked at +100 and ended at -50
    "avg_daily_giveback": 150 / 4,
    "profit_giveback_ratio": 150 / 350,
    "daily_loss_limit_breaches": 0,
    "disposition_ratio": 35 / 180,
    "early_exit_rate": 0.0,
    "stop_usage_rate": 5 / 6,
    "stop_overrun_rate": 1 / 5,
    "avg_stop_overrun_r": 1,
    "early_cut_rate": 0.0,
    "noise_trade_rate": 1 / 5,
    "symbol_switch_rate": 3 / 5,
    "symbols_per_day": 1,
    "journal_rate": 0,
    "tilt_score": 100 * (0.30 + 0.25 + 0.15) / 6,  # the revenge trade: hasty, oversized, third entry of its day
    "tilted_trade_rate": 1 / 6,
    "consistency_score": 100 * (1 - 200 / 250),
}


@pytest.mark.parametrize("key", EXPECTED)
def test_ana_gets_the_value_worked_out_by_hand(key):
    assert value(ANA, key) == pytest.approx(EXPECTED[key], rel=1e-12, abs=1e-12)


def test_a_loss_still_open_at_entry_is_not_known_yet():
    rows = [trade(-10, at(6, 9), 120), trade(5, at(6, 10), 10)]
    assert reason(rows, "win_rate_after_loss") == "no entry after a known loss"


def test_adding_to_a_losing_trade_is_averaging_down_and_adding_to_a_winner_is_not():
    first = trade(0, at(6, 9), 300)
    lower = trade(-7, at(6, 10), 60, entry_price=90)
    higher = trade(3, at(6, 11), 60, entry_price=110)
    short = trade(1, at(6, 12), 30, side="short", entry_price=90)
    assert value([first, lower, higher, short], "averaging_down_rate") == 1 / 4
    assert value([first, lower, higher, short], "averaging_down_pnl") == -7
    assert value([first, lower, higher, short], "hedging_rate") == 1 / 4


def test_entries_after_the_daily_loss_limit_count_even_when_the_day_recovered():
    rows = [
        trade(-250, at(6, 9), 10),  # -2.5% of 10,000
        trade(200, at(6, 10), 10),
        trade(-5, at(6, 11), 10),
        trade(9, at(7, 9), 10),  # a new day
    ]
    assert value(rows, "trades_after_daily_loss_limit") == 2
    assert value(rows, "pnl_after_daily_loss_limit") == 195


def test_emotions_and_mistakes_are_read_however_they_are_spelled():
    rows = [
        trade(-10, emotions=("FOMO",), tags=("Rule-Break",)),
        trade(20, at(6, 12), emotions=("calm",), tags=("breakout",)),
        trade(5, at(6, 14)),
    ]
    assert value(rows, "negative_emotion_rate") == 1 / 2
    assert value(rows, "emotion_expectancy_gap") == -30
    assert value(rows, "mistake_rate") == pytest.approx(1 / 3)
    assert value(rows, "plan_adherence_rate") == 1 / 2
    assert value(rows, "journal_rate") == pytest.approx(2 / 3)
    assert reason(rows, "best_emotion") == "no emotion on five trades"


def test_best_emotion_is_the_one_that_earned_most():
    calm = [trade(10, at(6, hour), emotions=("calm",)) for hour in range(5)]
    angry = [trade(-10, at(7, hour), emotions=("angry",)) for hour in range(5)]
    assert value(calm + angry, "best_emotion") == "calm"
    assert value(calm + angry, "worst_emotion") == "angry"


def test_trader_score_is_the_mean_of_what_is_defined():
    rows = results(10, 10, 10, 10, 10)
    # win rate and drawdown full marks, consistency 80; no loser: no profit factor, payoff, recovery
    assert value(rows, "trader_score") == pytest.approx(100 * (1 + 1 + 0.8) / 3)


def test_a_losing_trade_of_no_duration_does_not_follow_its_own_streak():
    losses = [trade(-10, at(6, 9)), trade(-10, at(6, 11)), trade(-10, at(6, 13), 0)]
    assert value(losses, "pause_after_3_losses_rate") == 1
    assert value([*losses, trade(5, at(6, 13))], "pause_after_3_losses_rate") == 0
    assert value([*losses, trade(5, at(6, 14))], "pause_after_3_losses_rate") == 1
