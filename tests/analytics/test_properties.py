"""What holds for every account, whatever was traded."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.kpis import kpis
from analytics.report import report, scalar_keys
from tests.analytics.accounts import MONDAY, sample, trade

MONEY = ("cur", "cur/h", "cur/trade")
SHARES = {
    kpi.key
    for kpi in kpis.values()
    if kpi.unit == "frac" and kpi.key.endswith("_rate") and kpi.key != "mfe_capture_rate"
}
MOODS = [(), ("calm",), ("fomo",), ("revenge", "calm")]


@st.composite
def trades(draw):
    minutes = draw(st.integers(0, 60 * 24 * 90))
    cents = draw(st.one_of(st.integers(-50_000, 50_000), st.just(0)))
    return trade(
        Decimal(cents) / 100,
        MONDAY + timedelta(minutes=minutes),
        draw(st.integers(0, 3_000)),
        symbol=draw(st.sampled_from(["AAPL", "EURUSD", "ES"])),
        side=draw(st.sampled_from(["long", "short"])),
        quantity=draw(st.integers(1, 9)),
        entry_price=draw(st.integers(50, 150)),
        mfe=draw(st.integers(0, 600)),
        mae=draw(st.integers(0, 600)),
        commissions=draw(st.integers(0, 5)),
        slippage=draw(st.integers(-2, 3)),
        initial_risk=draw(st.sampled_from([None, 100, 150, 220])),
        emotions=draw(st.sampled_from(MOODS)),
    )


accounts = st.lists(trades(), max_size=40, unique_by=lambda row: row.broker_trade_id)


def answered(rows, balance="20000", **options):
    found = report(sample(rows, balance, **options), scalar_keys()).values
    return {key: answer.value for key, answer in found.items()}


@settings(deadline=None, max_examples=60)
@given(accounts, st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter(rows, dice):
    shuffled = list(rows)
    dice.shuffle(shuffled)
    assert answered(shuffled) == answered(rows)


@settings(deadline=None, max_examples=40)
@given(accounts)
def test_account_in_another_currency_has_the_same_figures_in_that_money(rows):
    def in_yen(row):
        from dataclasses import replace

        money = ("pnl", "mfe", "mae", "commissions", "slippage", "initial_risk", "entry_price", "exit_price")
        return replace(
            row, **{name: None if getattr(row, name) is None else getattr(row, name) * 128 for name in money}
        )

    ours, theirs = answered(rows), answered([in_yen(row) for row in rows], str(20_000 * 128))
    for key, value in ours.items():
        scaled = theirs[key]
        if isinstance(value, float) and kpis[key].unit in MONEY:
            assert scaled == pytest.approx(value * 128, rel=1e-6, abs=1e-6), key
        elif isinstance(value, float):
            assert scaled == pytest.approx(value, rel=1e-6, abs=1e-9), key
        else:
            assert scaled == value, key


@settings(deadline=None, max_examples=60)
@given(accounts)
def test_parts_add_up_to_the_whole(rows):
    found = answered(rows)
    assert found["net_profit"] == pytest.approx(found["gross_profit"] + found["gross_loss"], abs=1e-9)
    assert found["net_profit"] == pytest.approx(found["net_profit_long"] + found["net_profit_short"], abs=1e-9)
    sessions = ("asia", "london", "new_york", "off_session")
    assert found["net_profit"] == pytest.approx(sum(found[f"net_profit_{name}"] for name in sessions), abs=1e-9)
    assert found["total_trades"] == found["trades_long"] + found["trades_short"]
    assert found["total_trades"] == found["winning_trades"] + found["losing_trades"] + found["breakeven_trades"]
    if rows:
        assert found["win_rate"] + found["loss_rate"] + found["breakeven_rate"] == pytest.approx(1)
        assert found["ending_balance"] == pytest.approx(20_000 + found["net_profit"])


@settings(deadline=None, max_examples=60)
@given(accounts, st.sampled_from(["weekday252", "all365"]), st.sampled_from(["UTC", "Asia/Tokyo", "America/New_York"]))
def test_drawdowns_fractions_and_scores_stay_within_their_ranges(rows, calendar, zone):
    found = answered(rows, calendar=calendar, timezone=zone)
    for key in ("max_drawdown", "max_drawdown_relative", "ulcer_index", "pain_index", "avg_drawdown", "cdar_95"):
        assert found[key] is None or 0 <= found[key] <= 1, key
    for key, value in found.items():
        kind = kpis[key]
        if value is not None and (kind.format == "score" or key in SHARES):
            assert -1e-12 <= value <= (100.0000001 if kind.format == "score" else 1), key
        if value is not None and key.endswith("p_value"):
            assert 0 <= value <= 1, key
    if found["max_drawdown"] is not None:
        assert found["max_drawdown"] <= found["max_drawdown_relative"] + 1e-12
        assert found["avg_drawdown"] <= found["max_drawdown"] + 1e-12
        assert found["pain_index"] <= found["ulcer_index"] + 1e-12


@settings(deadline=None, max_examples=40)
@given(accounts)
def test_every_trading_day_is_counted_once_whatever_the_calendar(rows):
    for calendar in ("weekday252", "all365"):
        daily = sample(rows, calendar=calendar).daily
        assert daily.profit.sum() == pytest.approx(float(sum(row.pnl for row in rows)), abs=1e-6)
        assert int(daily.exits.sum()) == len(rows)


@settings(deadline=None, max_examples=40)
@given(accounts)
def test_a_cut_equals_the_account_of_its_trades_alone(rows):
    whole = sample(rows, "20000")
    cut = report(whole.where(whole.long), scalar_keys()).values
    alone = report(sample([row for row in rows if row.side == "long"], "20000"), scalar_keys()).values
    for key, answer in alone.items():
        assert cut[key].value == (pytest.approx(answer.value) if isinstance(answer.value, float) else answer.value), key


@settings(deadline=None, max_examples=40)
@given(accounts)
def test_averaging_down_is_what_looking_at_every_pair_finds(rows):
    """O(n²) beside the engine, which looks back 48 entries and only then takes its heap."""
    entered = sorted(rows, key=lambda row: (row.entry_time, row.broker_trade_id))
    worse = sum(
        any(
            (old.symbol, old.side) == (new.symbol, new.side)
            and old.exit_time > new.entry_time
            and (old.entry_price - new.entry_price) * (1 if new.side == "long" else -1) > 0
            for old in entered[:place]
        )
        for place, new in enumerate(entered)
    )
    found = answered(rows)["averaging_down_rate"]
    assert found == (pytest.approx(worse / len(rows)) if rows else None)


def test_a_long_held_trade_is_remembered_beyond_the_look_back():
    """One trade bought at 150 and held for all; sixty short ones at 100 within it are all below its price."""
    held = trade(0, MONDAY, 10_000, entry_price=150)
    rows = [held, *(trade(1, MONDAY + timedelta(minutes=10 * place + 1), 5, entry_price=100) for place in range(60))]
    assert answered(rows)["averaging_down_rate"] == pytest.approx(60 / 61)
