"""Each analytics page shows the same trades from one side, correct without script, in figures worked out by hand."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import TradingAccount, User
from aetheris.charts.heat import draw_heat
from aetheris.charts.histogram import draw_histogram
from aetheris.charts.scatter import draw_scatter
from aetheris.db.tenancy import acting_as
from analytics import insight, snapshots
from analytics.pages import TABS
from tests.analytics.accounts import ANA, sample
from tests.analytics.test_kpi_pages import signed_in
from tests.factories import account_of, trade_in

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)


@pytest.fixture
def traded(ana: User) -> TradingAccount:
    """Fifteen Breakouts at +20 and fifteen Fades at −10, one an hour."""
    account = account_of(ana)
    for place in range(30):
        at, won = NOON + timedelta(hours=place), place % 2 == 0
        trade_in(account, pnl=Decimal(20 if won else -10), gross_pnl=Decimal(20 if won else -10), entry_time=at,
                 setup="Breakout" if won else "Fade", mfe=Decimal(30), mae=Decimal(10),
                 initial_risk=Decimal(20))  # fmt: skip
    with acting_as(ana):
        snapshots.rebuild(account)
    return account


def page_of(browser: Client, tab: str, asked: str = "period=all") -> str:
    answer = browser.get(f"/analytics/{'' if tab == 'overview' else tab + '/'}?{asked}")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_is_there_strict_and_for_its_reader_only(ana: User, cy: User, traded: TradingAccount, tab: str):
    page = page_of(signed_in(ana, Client()), tab)
    assert "30 trades" in page and 'aria-current="page">' + TABS[tab] in page
    assert "style=" not in page and "<script>" not in page
    assert "No trades here" in page_of(signed_in(cy, Client()), tab, f"period=all&account={traded.id}")
    assert "No trades here" in page_of(signed_in(ana, Client()), tab, "period=today")


def test_setups_stand_best_first_with_what_each_made(ana: User, traded: TradingAccount):
    page = page_of(signed_in(ana, Client()), "setups")
    assert page.index("Breakout") < page.index("Fade")
    assert "+$300" in page and "−$150" in page and "100%" in page
    assert "EURUSD" in page_of(signed_in(ana, Client()), "setups", "period=all&by=symbol")
    assert "By setup" in page_of(signed_in(ana, Client()), "setups", "period=all&by=nonsense")


def test_two_cuts_are_compared_with_their_interval(ana: User, traded: TradingAccount):
    page = page_of(signed_in(ana, Client()), "compare", "period=all&by=setup&one=Breakout&other=Fade")
    assert "+$30.00" in page and "95 % interval" in page
    assert "only one symbol" in page_of(signed_in(ana, Client()), "compare", "period=all&by=symbol")


def test_the_histogram_counts_every_result_once():
    """Ten losses of 10, twenty wins of 25: steps of 2.5, the mean at +13.3."""
    drawn = draw_histogram([-10.0] * 10 + [25.0] * 20, lambda value: f"{value:+.1f}", noun="Results")
    assert drawn and sum(bar.count for bar in drawn.bars) == 30
    assert sum(bar.count for bar in drawn.bars if bar.tone == "loss") == 10
    assert drawn.mean_text == "+13.3" and "20 above zero, 10 below" in drawn.finding
    assert draw_histogram([], str, noun="Results") is None


@pytest.mark.parametrize("values", [[0.0], [5.0, 5.0], [-3.0], [1e-9, -1e9], [1.0] * 99 + [1e6]])
def test_odd_results_are_drawn_too(values: list[float]):
    drawn = draw_histogram(values, str, noun="Results")
    assert drawn and sum(bar.count for bar in drawn.bars) == len(values)


def test_heat_needs_three_trades_and_tells_gain_from_loss():
    ((best, worst, few, none),) = draw_heat([[2.0, -1.0, 9.0, None]], [[3, 4, 2, 0]], lambda value: f"{value:+.0f}")
    assert (best.step, worst.step, few.step, none.step) == ("p5", "n3", "", "")
    assert (best.text, few.text, none.spoken) == ("+2", "·", "no trades")


def test_points_sit_on_the_edge_when_they_are_beyond_it():
    drawn = draw_scatter([(0.5, 1.0, 1.2), (9.0, 9.0, -1.0)])
    assert drawn and [(point.x, point.won) for point in drawn.points] == [("25.00%", True), ("100.00%", False)]
    assert drawn.points[1].y == "10.0" and "0 of 1 winners" in drawn.finding


def test_months_are_compounded_and_a_ruined_account_has_none():
    """Ana's account: 10,000 and +200 in January 2025, which is 2.0 % of the month and of the year."""
    heat = insight.months(sample(ANA))
    assert heat and [(label, cells[0].text, cells[1].text, cells[12].text) for label, cells in heat.rows] == [
        ("2025", "+2.0", "", "+2.0")
    ]
    assert insight.months(sample(ANA, 40)) is None
