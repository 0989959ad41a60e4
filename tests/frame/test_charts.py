"""I check the geometry behind the drawings."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from aetheris.charts import lttb
from aetheris.charts.calendar import DayResult, draw_calendar
from aetheris.charts.card import Card
from aetheris.charts.daychart import draw_day
from aetheris.charts.equity import draw_equity, from_peak
from aetheris.charts.excursion import draw_excursion
from aetheris.charts.scale import nice_scale
from aetheris.charts.spark import draw_spark
from aetheris.charts.usebar import draw_use

FRIDAY = date(2026, 11, 20)


def days(count):
    return [date(2024, 1, 1) + timedelta(days=n) for n in range(count)]


def test_a_scale_ends_on_round_values_that_hold_every_figure():
    scale = nice_scale(239_853, 282_100, top=10, bottom=190)
    assert scale.ticks == (220_000, 240_000, 260_000, 280_000, 300_000)  # 42,247 / 4 → the next nice step is 20,000
    assert scale.y(220_000) == 190
    assert scale.y(300_000) == 10


@given(st.floats(-1e9, 1e9), st.floats(0, 1e9))
def test_no_range_falls_outside_its_scale(low, span):
    scale = nice_scale(low, low + span, top=0, bottom=100)
    assert scale.low <= low + 1e-3
    assert scale.high >= low + span - 1e-3
    assert 2 <= len(scale.ticks) <= 8


def test_drawdown_is_measured_from_the_highest_point_so_far():
    assert from_peak([100, 120, 90, 120, 150]) == [0, 0, -0.25, 0, 0]


def test_an_empty_curve_draws_nothing_and_one_day_a_level_line():
    assert draw_equity([], []) is None
    chart = draw_equity([FRIDAY], [Decimal(1000)])
    assert chart.equity_line == "M0.0 100.0L1000.0 100.0"
    assert chart.rows == (("Fri 20 Nov 2026", "$1,000", "0.0%"),)


def test_the_worst_day_is_marked_on_the_line_even_when_the_line_is_thinned():
    equity = [100_000 + 10 * n for n in range(2000)]
    equity[1234] -= 400  # 112,340 → 111,940 against a peak of 112,330: 0.35 %
    chart = draw_equity(days(2000), equity)
    assert chart.thinned_from == 2000
    assert len(chart.rows) <= 421
    assert any(point[0] == float(chart.worst[0][:-1]) for point in chart.reading["points"])
    assert chart.finding.endswith("Equity now $119,990, worst drawdown −0.3%.")


@given(st.integers(3, 900), st.integers(3, 420))
def test_thinning_keeps_both_ends_and_never_more_than_asked(count, most):
    kept = lttb.keep(range(count), [n * n % 97 for n in range(count)], most)
    assert kept[0] == 0
    assert kept[-1] == count - 1
    assert len(kept) == min(count, most)
    assert kept == sorted(set(kept))


def test_the_last_week_of_the_calendar_holds_today():
    results = {FRIDAY: DayResult(Decimal(-656), 6), date(2026, 11, 19): DayResult(Decimal(0), 1)}
    calendar = draw_calendar(results, FRIDAY)
    assert len(calendar.weeks) == 5
    today = calendar.weeks[-1][4]
    assert (today.number, today.is_today, today.step, today.amount) == (20, True, "n5", "−656")
    assert today.spoken == "20 November: −$656, 6 trades"
    assert calendar.weeks[-1][3].step == "z"
    assert calendar.weeks[0][0].number == 19  # Monday 19 October
    assert (calendar.total_label, calendar.days_won, calendar.days_lost) == ("−$656", 0, 1)


def test_calendar_colours_are_quintiles_of_the_shown_days():
    results = {FRIDAY - timedelta(days=n): DayResult(Decimal(100 * (n + 1)), 1) for n in range(5)}
    calendar = draw_calendar(results, FRIDAY)
    steps = {day.amount: day.step for week in calendar.weeks for day in week if day.step}
    assert steps == {"+100": "p1", "+200": "p2", "+300": "p3", "+400": "p4", "+500": "p5"}


def test_a_use_bar_takes_its_ticks_and_its_alarm_from_the_rule():
    bar = draw_use(0.78, (0.75, 0.9, 1.0))
    assert bar.ticks == ("68.18%", "81.82%", "90.91%")  # a tenth of room after the last: 0.75 / 1.1
    assert (bar.fill, bar.level, bar.tone, bar.label) == ("70.91%", 1, "l1", "78%")
    assert draw_use(1.4, (0.75, 0.9, 1.0)).fill == "100.00%"
    assert draw_use(0.5, (0.5, 0.6)).level == 1
    assert draw_use(None, (1.0,)) is None


def test_an_excursion_needs_all_three_of_its_figures():
    assert draw_excursion(0.5, None, 1.0) is None
    drawn = draw_excursion(0.79, 0.83, -0.03)  # 0.2 per R left of 30 %, 0.2333 per R right of it
    assert (drawn.against_x, drawn.against_width, drawn.for_width, drawn.result_x) == (
        "14.20%",
        "15.80%",
        "19.37%",
        "28.80%",
    )
    assert draw_excursion(9, 9, 9).against_x == "0.00%"


def test_a_spark_skips_undefined_points_and_needs_two():
    assert draw_spark([None, 1.0]) is None
    assert draw_spark([1.0, None, 3.0]).path == "M2.0 21.0L70.0 3.0"
    assert draw_spark([2.0, 2.0]).path == "M2.0 12.0L70.0 12.0"


def test_the_day_chart_names_its_limit_and_ends_at_the_break():
    moments = [("09:00", 540), ("12:00", 720), ("17:12", 1032)]
    chart = draw_day(moments, [0, 195, -836], [(1, -600), (2, -720), (3, -800)], name="Prop Futures 50K")
    assert [line.text for line in chart.limits] == ["Level 1 · −$600", "", "Limit −$800"]
    assert chart.last_y == "150.0"
    assert chart.last_text == "17:12 · −$836"
    assert chart.finding == "Profit and loss of Prop Futures 50K today, ending at −$836, limit −$800."
    assert draw_day(moments[:1], [0], []) is None


def test_a_card_without_a_benchmark_takes_no_side():
    card = Card(key="net", name="P/L", icon="pnl", value_label="+$5")
    assert (card.tone, card.trend_tone, card.tick_x, card.line) == ("even", "flat", None, None)


def test_the_clock_below_a_day_is_that_of_its_time_not_of_its_trades():
    """Two trades in the last ten minutes of eight hours: halfway is four hours in; past midnight it goes on at 0."""
    assert draw_day([("09:00", 540), ("16:50", 1010), ("17:00", 1020)], [0, -1, -2], []).hours[1] == "13:00"
    assert draw_day([("23:30", 1410), ("00:40", 1480), ("00:45", 1485)], [0, -1, -2], []).hours[1] == "00:07"
