"""I check that every figure reads the way DESIGN 8 says."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aetheris.charts import words
from aetheris.charts.scale import axis_money


@pytest.mark.parametrize(
    ("amount", "currency", "places", "signed", "text"),
    [
        (Decimal("-836.20"), "USD", 0, False, "−$836"),
        (Decimal("1240.5"), "USD", 2, True, "+$1,240.50"),
        (Decimal("-0.004"), "USD", 2, True, "$0.00"),
        (Decimal("0"), "USD", 0, True, "$0"),
        ("-836", "EUR", 0, False, "−836\u00a0EUR"),
        (None, "USD", 0, False, "–"),
    ],
)
def test_money_reads_as_a_trader_writes_it(amount, currency, places, signed, text):
    assert words.money(amount, currency, places, signed=signed) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "0"),
        (840, "+840"),
        (2040, "+2.0k"),
        (-2700, "−2.7k"),
        (999_960, "+1.0M"),
        (274_858, "+275k"),
        (999.7, "+1.0k"),
    ],
)
def test_a_calendar_cell_holds_at_most_five_characters(amount, text):
    assert words.money_short(amount, signed=True) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(45, "45s"), (1740, "29m"), (3900, "1h 05m"), (187_200, "2d 4h"), (None, "–")]
)
def test_a_trade_was_held_for_words_not_seconds(seconds, text):
    assert words.held(seconds) == text


def test_rates_ratios_and_r_keep_their_decimals():
    assert words.percent(0.438) == "43.8%"
    assert words.percent(-0.0001) == "0.0%"
    assert words.ratio(1.3712) == "1.37"
    assert words.r(Decimal("1.17")) == "+1.17R"
    assert words.r(None) == "–"


@pytest.mark.parametrize(
    ("value", "step", "text"),
    [(280_000, 20_000, "$280k"), (1_500, 500, "$1.5k"), (-200, 200, "−$200"), (0, 200, "$0"), (-1_000, 250, "−$1.0k")],
)
def test_an_axis_shows_only_the_decimals_its_step_needs(value, step, text):
    assert axis_money(value, step) == text


@given(st.decimals(-(10**12), 10**12, allow_nan=False, places=6), st.integers(0, 2))
def test_no_figure_is_ever_a_negative_zero_or_carries_a_hyphen(amount, places):
    text = words.money(amount, "USD", places, signed=True)
    assert "-" not in text
    assert words.MINUS not in text or any(digit in text for digit in "123456789")
