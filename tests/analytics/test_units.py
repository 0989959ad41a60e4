"""Results are read in money, in percent and in R: the same trades, each figure worked out by hand."""

from decimal import Decimal

import numpy as np
import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import TradingAccount, User
from aetheris.charts.executions import Execution, Level, draw_executions
from aetheris.charts.heat import draw_heat
from aetheris.charts.hexagons import hexagons
from aetheris.charts.interval import draw_interval
from aetheris.charts.scatter import draw_scatter
from analytics.cut_lines import costliest, cut
from analytics.insight import hours
from analytics.units import measured
from tests.analytics.accounts import ANA, results, sample, trade
from tests.analytics.test_kpi_pages import signed_in
from tests.analytics.test_pages import page_of, traded

__all__ = ["traded"]


def test_a_result_in_percent_is_of_the_balance_before_it():
    """10,000 +100 is 1 %; 10,100 −50 is −0.495 %; then −100 of 10,050, +200 of 9,950, 0 of 10,150, +50 of 10,150."""
    told = measured(sample(ANA), "percent")
    assert told.values == pytest.approx([0.01, -50 / 10_100, -100 / 10_050, 200 / 9_950, 0, 50 / 10_150])
    assert (told.said(told.values[1]), told.cell(0.01)) == ("−0.50%", "+1.00")


def test_a_ruined_account_has_no_percentages_and_says_why():
    told = measured(sample(ANA, 40), "percent")
    assert not told.known.any()
    assert "no base" in told.note
    assert hours(sample(ANA, 40), told) is None


def test_a_result_in_r_needs_a_known_risk():
    """+100 of 50, −50 of 50, −100 of 50, one without a risk, 0 of 40, +50 of 100."""
    told = measured(sample(ANA), "r")
    assert told.values.tolist()[:3] == [2.0, -1.0, -2.0]
    assert np.isnan(told.values[3])
    assert "5 of 6 trades" in told.note
    (line,) = [one for one in cut(sample(ANA), "symbol", {}, told) if one["key"] == "GBPUSD"]
    assert (line["trades"], line["net_label"], line["expectancy_label"]) == (2, "+0.50R", "+0.50R")


def test_money_stays_exact_to_the_cent():
    rows = [trade("0.1", symbol="A"), trade("0.2", symbol="A", minutes=90), trade("-0.3", symbol="A", minutes=95)]
    (line,) = cut(sample(rows), "symbol", {})
    assert (line["net"], line["tone"], line["net_label"]) == (Decimal("0.000000"), "flat", "$0")


def _costliest(whole, told):
    return costliest(whole, told, cut(whole, "setup", told))


def test_the_costliest_setup_is_named_with_what_it_would_be_without_it():
    """Twelve losses of 10 among twenty wins of 12: 240 / 120 is 2.00; without them there is no loss left to divide by.
    Three more losses of 20 elsewhere: 240 / 180 is 1.33, 240 / 60 is 4.00."""
    rows = results(*([12] * 20), *([-10] * 12), *([-20] * 3))
    told = {"setup": ["Win"] * 20 + ["Chase"] * 12 + ["Rare"] * 3}
    found = _costliest(sample(rows), told)
    assert found is not None
    assert (found.name, found.cost, found.trades, found.each) == ("Chase", "$120", 12, "−$10")
    assert (found.now, found.without) == ("1.33", "4.00")
    assert _costliest(sample(rows[:20]), {"setup": ["Win"] * 20}) is None
    assert _costliest(sample(rows), {"setup": ["none"] * 35}) is None


def test_the_switch_keeps_the_rest_of_the_address(ana: User, traded: TradingAccount):
    """+20 and −10 of a risk of 20: +1.00R and −0.50R a trade, the difference 1.50R."""
    browser = signed_in(ana, Client())
    page = page_of(browser, "compare", f"period=all&by=setup&unit=r&account={traded.id}")
    assert "+1.00R" in page
    assert "−0.50R" in page
    assert "+1.50R" in page
    assert f"period=all&amp;by=setup&amp;unit=percent&amp;account={traded.id}" in page
    assert "/journal/?" in page_of(browser, "setups", "period=all&unit=r")
    assert "+$1.00" not in page_of(browser, "setups", "period=all&unit=nonsense")


def test_months_say_no_count_of_trades_that_nobody_counted():
    ((cell, none, flat),) = draw_heat([[2.0, None, 0.001]], None, lambda value: f"{value:+.1f}")
    assert (cell.spoken, none.spoken, flat.step) == ("+2.0", "no trades", "z")


@settings(max_examples=12)  # each draws two thousand
@given(st.integers(0, 10**6), st.integers(2_001, 2_050))
def test_a_crowd_is_counted_once_each(seed: int, count: int):
    trades = np.random.default_rng(seed).uniform((0, 0, -2), (3, 6, 5), (count, 3))
    drawn = draw_scatter(trades)
    assert drawn
    assert drawn.points == ()
    assert sum(cell.count for cell in drawn.cells) == len(trades)
    assert sum(cell.marked for cell in drawn.cells) == (trades[:, 2] > 0).sum()
    assert all(0 <= point[0] <= 100 for point in drawn.reading["points"])  # type: ignore[attr-defined]


def test_a_point_falls_into_the_nearest_hexagon():
    """Middles lie 10 apart in rows 7.5 apart, odd rows half a step aside."""
    found = hexagons(np.array([1.0, 9.0, 5.0]), np.array([0.5, 0.0, 7.0]), np.array([1, 0, 1]), wide=10, high=10)
    assert [(cell.x, cell.y, cell.count, cell.marked) for cell in found] == [
        (0, 0, 1, 1),
        (5, 7.5, 1, 1),
        (10, 0, 1, 0),
    ]
    assert hexagons(np.array([]), np.array([]), np.array([]), wide=10, high=10) == []


def test_an_interval_stands_beside_zero():
    drawn = draw_interval(10.0, 20.0, 30.0)
    assert drawn is not None
    assert (drawn.zero_x, drawn.tone) == ("50.00%", "good")
    assert draw_interval(-30.0, -20.0, -10.0).tone == "bad"  # type: ignore[union-attr]
    assert draw_interval(-1.0, 0.0, 1.0).tone == "even"  # type: ignore[union-attr]
    assert draw_interval(0.0, 0.0, 0.0) is not None
    assert draw_interval(None, 1.0, None) is None


def test_executions_at_one_moment_and_one_price_are_drawn_beside_each_other():
    twice = [Execution(5, 1.5, "1.5", side, "10:00", side) for side in ("buy", "sell")]
    drawn = draw_executions(twice, [Level("stop", 1.5, "Stop 1.5")], "Two executions")
    assert drawn is not None
    assert [point.x for point in drawn.points] == ["6.00%", "94.00%"]
    assert [mark.text for mark in drawn.marks] == ["1.5"]
    assert draw_executions([], [], "") is None
