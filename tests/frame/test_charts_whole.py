"""I look at every chart of every page: it says its finding, is read by keys, and has a table and a file beside it."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from lxml import html

from accounts.models import TradingAccount, User
from aetheris import clock
from aetheris.db.tenancy import acting_as
from analytics import snapshots
from tests.factories import trade_in
from trading.models import Trade

TABS = ("", "setups/", "timing/", "excursion/", "discipline/", "compare/", "kpis/")
CHARTS = {
    "/": ["chart-equity"],
    "/analytics/": ["chart-equity", "chart-results", "chart-multiples", "chart-excursion"],
    "/analytics/?unit=percent": ["chart-equity", "chart-results", "chart-multiples", "chart-excursion"],
    "/analytics/?unit=r": ["chart-equity", "chart-multiples", "chart-excursion"],
    "/analytics/excursion/": ["chart-excursion"],
    "/trades/{trade}/": ["chart-executions"],
    **{f"/analytics/{tab}": [] for tab in ("setups/", "timing/", "discipline/", "compare/", "kpis/")},
    **{path: [] for path in ("/journal/", "/journal/?peek={trade}", "/flow/", "/armor/", "/armor/what-if/")},
}


@pytest.fixture
def traded(anas_account: TradingAccount, client: Client) -> Trade:
    """Nine trades of one risk, one symbol written from right to left, so that every chart has something to show."""
    now = clock.now()
    made = [
        trade_in(anas_account, pnl=Decimal(10 * n - 30), gross_pnl=Decimal(10 * n - 30), mae=5, mfe=40, setup="Fade",
                 initial_risk=20, side="short" if n % 2 else "long", symbol="دولار" if n == 2 else "EURUSD",
                 stop_loss=Decimal("1.05"), take_profit=Decimal("1.3"), entry_time=now - timedelta(hours=30 + n),
                 exit_time=now - timedelta(hours=29 + n))
        for n in range(9)
    ]  # fmt: skip
    with acting_as(anas_account.user):
        client.force_login(anas_account.user)
        snapshots.rebuild(anas_account)
    return made[0]


def page_of(client: Client, path: str) -> html.HtmlElement:
    answer = client.get(path)
    assert answer.status_code == 200
    return html.fromstring(answer.content.decode())


@pytest.mark.parametrize("path", CHARTS)
def test_every_chart_is_read_by_keys_and_has_its_table_and_its_file(client: Client, traded: Trade, path: str) -> None:
    page = page_of(client, path.format(trade=traded.id))
    charts = page.xpath("//*[contains(concat(' ', @class, ' '), ' chart ')]")
    assert [chart.xpath(".//*[@role='slider']/@id") for chart in charts] == [[id] for id in CHARTS[path]]
    for chart in charts:
        assert "data-chart" in chart.attrib
        (slider,) = chart.xpath(".//*[@role='slider']")
        points = json.loads(chart.xpath("string(.//script[@type='application/json'])"))["points"]
        assert points
        assert int(slider.get("aria-valuemax")) == len(points) - 1 == int(slider.get("aria-valuenow"))
        assert slider.get("aria-valuetext") == points[-1][3]
        assert len(slider.get("aria-label")) > 20
        assert slider.get("tabindex") == "0"
        card = chart.xpath("ancestor::section[1]")[0]
        assert card.xpath(".//summary | .//a[starts-with(@href, '#')]")[0].text_content().strip() == "View as table"
        (file,) = card.xpath(".//a[@download]/@href")
        assert len(client.get(file).content.decode().splitlines()) > 1


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_moves_while_it_is_open(client: Client, traded: Trade, tab: str) -> None:
    """A page asks again for the regions that are marked; figures outside of them would stand still."""
    page = page_of(client, f"/analytics/{tab}")
    cards = page.xpath("//main//section[contains(@class, 'card')][.//table or .//*[@class='figures'] or .//details]")
    assert cards
    for card in cards:
        assert card.xpath("ancestor-or-self::*[@data-live][@id]"), html.tostring(card)[:200]


def test_a_picture_of_a_trade_holds_what_is_known_and_no_path(client: Client, traded: Trade) -> None:
    """In at 1.1, out at 1.2; the stop at 1.05 is the lowest price, the target at 1.3 the highest."""
    page = page_of(client, f"/trades/{traded.id}/")
    chart = page.xpath("//*[@id='chart-executions']")[0]
    assert [text.text for text in chart.xpath(".//text[contains(@class, 'level__said')]")] == [
        "Stop 1.05",
        "Target 1.3",
    ]
    assert not chart.xpath(".//polyline")
    assert chart.get("aria-valuetext").startswith(("Sat", "Sun", "Mon", "Tue", "Wed", "Thu", "Fri"))
    assert "Sold 1 at 1.2 · −$30.00" in chart.get("aria-valuetext")
    told = client.get(f"/trades/{traded.id}/executions.csv").content.decode().splitlines()
    assert told[0] == "at,side,quantity,price,symbol"
    assert [line.split(",")[1:4] for line in told[1:]] == [["buy", "1", "1.1"], ["sell", "1", "1.2"]]


def test_a_strangers_charts_are_nobodys_files(client: Client, cy: User, traded: Trade) -> None:
    stranger = Client()
    with acting_as(cy):
        stranger.force_login(cy)
    assert stranger.get(f"/trades/{traded.id}/executions.csv").status_code == 404
    for name in ("equity", "results", "multiples", "excursion", "hours", "months", "cut"):
        told = stranger.get(f"/analytics/charts/{name}.csv?period=all&account={traded.account_id}")
        assert told.status_code == 200
        assert len(told.content.decode().strip().splitlines()) <= 1
    assert client.get("/analytics/charts/secrets.csv").status_code == 404
    assert Client().get("/analytics/charts/equity.csv").status_code == 302
