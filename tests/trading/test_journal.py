"""I read the journal as its trader does: filters, figures of the filtered set, what is written into it."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import TradingAccount, User
from aetheris.db.tenancy import acting_as
from analytics.models import DailySnapshot
from tests.factories import account_of, trade_in
from trading.models import SavedView, Trade, TradeReview

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)


@pytest.fixture
def page(ana: User, client: Client) -> Client:
    with acting_as(ana):
        client.force_login(ana)
    return client


def closed(account: TradingAccount, pnl: int, **told: Any) -> Trade:
    at = told.pop("at", NOON)
    return trade_in(account, pnl=Decimal(pnl), gross_pnl=Decimal(pnl), entry_time=at - timedelta(minutes=5),
                    exit_time=at, **told)  # fmt: skip


def rows(answer: Any) -> list[str]:
    """Symbols of the table, in its order."""
    return [trade["symbol"] for trade in answer.context["trades"]]


def figure(answer: Any, label: str) -> str:
    return str(next(item["value"] for item in answer.context["summary"] if item["label"] == label))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("symbol=eurusd", ["EURUSD"]), ("side=short", ["GOLD"]), ("status=open", ["OPEN1"]), ("setup=Fade", ["GOLD"]),
        ("tag=calm", ["EURUSD"]), ("result=loss", ["GOLD"]), ("min_pnl=50", ["EURUSD"]), ("max_pnl=-1", ["GOLD"]),
        ("max_pnl=−1", ["GOLD"]), ("from=2026-11-18&to=2026-11-18", ["EURUSD"]), ("q=gol", ["GOLD"]),
        ("from=2026-11-17", ["EURUSD", "GOLD"]), ("side=short&result=win", []), ("account=nonsense", []),
        ("from=soon", []), ("min_pnl=much", []), ("result=odd", []), ("rating=4", ["GOLD"]), ("rating=9", []),
        ("min_pnl=NaN", []), ("from=0001-01-01", []), ("after=x", ["OPEN1", "EURUSD", "GOLD"]),
    ],
)  # fmt: skip
def test_each_filter_finds_exactly_its_trades(
    page: Client, anas_account: TradingAccount, query: str, expected: list[str]
) -> None:
    closed(anas_account, 100, symbol="EURUSD", tags=["calm"])
    gold = closed(anas_account, -40, symbol="GOLD", side="short", setup="Fade", at=NOON - timedelta(days=1))
    with acting_as(anas_account.user):
        TradeReview.objects.create(trade=gold, user=anas_account.user, rating=4)
    trade_in(anas_account, symbol="OPEN1", exit_time=None, exit_price=None, pnl=None, gross_pnl=None)
    answer = page.get(f"/journal/?{query}")
    assert answer.status_code == 200
    assert rows(answer) == expected


def test_the_summary_is_of_exactly_the_filtered_set(page: Client, anas_account: TradingAccount) -> None:
    """Wins 100 and 50, loss 40: net 110, win rate 2/3, profit factor 150/40 = 3.75, expectancy 36.67."""
    for pnl in (100, 50, -40):
        closed(anas_account, pnl, symbol="EURUSD")
    closed(anas_account, 9_000, symbol="OTHER")
    answer = page.get("/journal/?symbol=EURUSD")
    told = {item["label"]: item["value"] for item in answer.context["summary"]}
    assert told == {
        "Net P/L": "+$110", "Win rate": "66.7%", "Profit factor": "3.75", "Expectancy": "+$37", "Average win": "+$75",
        "Average loss": "−$40", "Best": "+$100", "Worst": "−$40",
    }  # fmt: skip
    assert "3 trades match" in answer.content.decode()


def test_two_currencies_are_not_added_without_a_rate(page: Client, ana: User, anas_account: TradingAccount) -> None:
    closed(anas_account, 100)
    closed(account_of(ana, currency="EUR"), 100)
    assert figure(page.get("/journal/"), "Net P/L") == "–"
    assert figure(page.get(f"/journal/?account={anas_account.id}"), "Net P/L") == "+$100"


def test_pages_meet_every_trade_once_and_cost_the_same_queries(page: Client, anas_account: TradingAccount) -> None:
    for n in range(120):
        closed(anas_account, n, symbol=f"S{n:03d}", at=NOON - timedelta(minutes=n // 3))  # many close together
    met, url, costs = [], "/journal/", []
    while url:
        with CaptureQueriesContext(connection) as asked:
            answer = page.get(url)
        costs.append(len(asked))
        met += rows(answer)
        following = answer.context["page"]["next"]
        url = f"/journal/{following}" if following else ""
    assert sorted(met) == [f"S{n:03d}" for n in range(120)]
    assert len(set(costs)) == 1, costs


def test_open_trades_come_first_and_pages_go_on_from_them(page: Client, anas_account: TradingAccount) -> None:
    for n in range(60):
        trade_in(anas_account, symbol="OPEN", exit_time=None, exit_price=None, pnl=None, gross_pnl=None)
        closed(anas_account, n, symbol="CLOSED", at=NOON - timedelta(minutes=n // 7))
    met, url = [], "/journal/?side=long"
    while url:
        answer = page.get(url)
        met += [(trade["symbol"], trade["id"]) for trade in answer.context["trades"]]
        following = answer.context["page"]["next"] if len(met) < 150 else ""
        url = f"/journal/{following}" if following else ""
    assert [symbol for symbol, _ in met] == ["OPEN"] * 60 + ["CLOSED"] * 60
    assert len(set(met)) == 120
    assert figure(page.get("/journal/"), "Net P/L") == "+$1,770"  # 0 + 1 + … + 59


def test_a_day_is_the_trading_day_of_each_account(page: Client, ana: User) -> None:
    """23:30 UTC on the 17th is the 18th in Prague and still the 17th in New York."""
    late = datetime(2026, 11, 17, 23, 30, tzinfo=UTC)
    closed(account_of(ana, day_timezone="Europe/Prague"), 1, symbol="PRAGUE", at=late)
    closed(account_of(ana, day_timezone="America/New_York"), 1, symbol="YORK", at=late)
    assert rows(page.get("/journal/?from=2026-11-18&to=2026-11-18")) == ["PRAGUE"]
    assert rows(page.get("/journal/?from=2026-11-17&to=2026-11-17")) == ["YORK"]


# One trade beside the list ------------------------------------------------------------------------------


def test_the_panel_is_part_of_the_page_and_of_its_address(page: Client, anas_account: TradingAccount) -> None:
    trade = closed(anas_account, 100, symbol="EURUSD", initial_risk=50, mae=25, mfe=150)
    html = page.get(f"/journal/?peek={trade.id}").content.decode()
    assert "+$100.00" in html
    assert "+2.00R" in html
    assert "−0.50R / +3.00R" in html


def test_a_strangers_trade_is_no_trade(page: Client, cy: User) -> None:
    theirs = closed(account_of(cy), 100, symbol="SECRET")
    answer = page.get(f"/journal/?peek={theirs.id}")
    assert "No such trade" in answer.content.decode()
    assert "SECRET" not in answer.content.decode()
    for door in ("", "edit/"):
        assert page.get(f"/trades/{theirs.id}/{door}").status_code == 404
    for door in ("review", "delete", "restore", "emotion"):
        assert page.post(f"/trades/{theirs.id}/{door}/").status_code == 404


def test_a_review_is_kept_with_its_rating(page: Client, anas_account: TradingAccount) -> None:
    trade = closed(anas_account, 100)
    told = {"version": "1", "setup": "Breakout", "tags": "calm, A+, calm,", "notes": "Waited", "rating": "4"}
    answer = page.post(f"/trades/{trade.id}/review/", told)
    assert answer.status_code == 302
    assert f"peek={trade.id}" in answer["Location"]
    with acting_as(anas_account.user):
        kept = Trade.objects.get(pk=trade.pk)
        assert (kept.setup, kept.tags, kept.trade_notes, kept.version) == ("Breakout", ["calm", "A+"], "Waited", 2)
        assert kept.review.rating == 4
    page.post(f"/trades/{trade.id}/review/", told | {"version": "2", "rating": ""})
    with acting_as(anas_account.user):
        assert TradeReview.objects.get().rating is None


def test_a_stale_review_keeps_what_was_typed_and_changes_nothing(page: Client, anas_account: TradingAccount) -> None:
    trade = closed(anas_account, 100)
    page.post(f"/trades/{trade.id}/review/", {"version": "1", "notes": "first"})
    answer = page.post(f"/trades/{trade.id}/review/", {"version": "1", "notes": "second <b>", "rating": "5"})
    assert answer.status_code == 412
    html = answer.content.decode()
    assert "changed meanwhile" in html
    assert "second &lt;b&gt;</textarea>" in html
    with acting_as(anas_account.user):
        assert Trade.objects.get(pk=trade.pk).trade_notes == "first"
        assert not TradeReview.objects.exists()
    version = re.search(r'name="version" value="(\d+)"', html)
    assert version is not None
    assert page.post(f"/trades/{trade.id}/review/", {"version": version[1], "notes": "second"}).status_code == 302


@pytest.mark.parametrize("told", [{"setup": "x" * 201}, {"tags": ",".join(f"t{n}" for n in range(51))},
                                  {"notes": "a\x00b"}, {"tags": "y" * 81}])  # fmt: skip
def test_a_review_that_cannot_be_kept_says_so_and_changes_nothing(
    page: Client, anas_account: TradingAccount, told: dict[str, str]
) -> None:
    trade = closed(anas_account, 100)
    assert page.post(f"/trades/{trade.id}/review/", {"version": "1"} | told).status_code == 422
    with acting_as(anas_account.user):
        assert Trade.objects.get(pk=trade.pk).version == 1


# Many, views, file --------------------------------------------------------------------------------------


def test_one_tag_goes_on_many_trades_and_off_again(page: Client, anas_account: TradingAccount, cy: User) -> None:
    mine = [closed(anas_account, n) for n in range(3)]
    theirs = closed(account_of(cy), 1)
    chosen = [str(trade.id) for trade in (*mine[:2], theirs)]
    page.post("/journal/tag/", {"trade": chosen, "tag": "news", "action": "add"})
    with acting_as(anas_account.user):
        assert [trade.tags for trade in Trade.objects.order_by("pnl")] == [["news"], ["news"], []]
    page.post("/journal/tag/", {"trade": chosen, "tag": "news", "action": "remove"})
    with acting_as(anas_account.user):
        assert not Trade.objects.filter(tags__contains=["news"]).exists()
    with acting_as(cy):
        assert Trade.objects.get().tags == []


def test_one_setup_goes_on_many_trades(page: Client, anas_account: TradingAccount) -> None:
    mine = [closed(anas_account, n) for n in range(3)]
    chosen = [str(trade.id) for trade in mine[:2]]
    told = page.post("/journal/setup/", {"trade": chosen, "setup": "Fade"}, follow=True).content.decode()
    assert "Setup “Fade” set on 2 trades." in told
    for wrong in ({"trade": chosen, "setup": "x" * 201}, {"trade": chosen, "setup": "a\x00"}, {"setup": "Fade"}):
        assert "Nothing was changed" in page.post("/journal/setup/", wrong, follow=True).content.decode()
    with acting_as(anas_account.user):
        assert [trade.setup for trade in Trade.objects.order_by("pnl")] == ["Fade", "Fade", mine[2].setup]


def test_many_are_deleted_together_leave_every_figure_and_come_back(
    page: Client, anas_account: TradingAccount, cy: User
) -> None:
    mine = [closed(anas_account, n) for n in (100, 200, 300)]
    theirs = closed(account_of(cy), 1)
    ids = [str(trade.id) for trade in (*mine[:2], theirs)]
    answer = page.post("/journal/delete/", {"trade": ids, "back": "side=long"})
    assert answer.headers["Location"] == "/journal/?side=long"
    html = page.get("/journal/").content.decode()
    assert "2 trades were deleted" in html
    undo = re.search(r'action="(/journal/restore/[^"]+)"', html)
    assert undo is not None
    with acting_as(anas_account.user):
        assert [trade.pnl for trade in Trade.objects.filter(deleted_at=None)] == [300]
        assert DailySnapshot.objects.get().net_pnl == 300
    told = page.post(unescape(undo[1]), follow=True).content.decode()
    assert "2 trades are back in every figure." in told
    with acting_as(anas_account.user):
        assert DailySnapshot.objects.get().net_pnl == 600
    with acting_as(cy):
        assert Trade.objects.get().deleted_at is None
    assert "Nothing was deleted" in page.post("/journal/delete/", follow=True).content.decode()


def test_a_view_keeps_filters_under_a_name_for_its_owner_alone(page: Client, ana: User, cy: User) -> None:
    page.post("/journal/views/", {"name": "Losing shorts", "query": "side=short&result=loss&evil=1"})
    page.post("/journal/views/", {"name": "Losing shorts", "query": "side=short&result=win"})
    with acting_as(ana):
        view = SavedView.objects.get()
        assert view.query == "side=short&result=win"
    assert "Losing shorts" in page.get("/journal/").content.decode()
    with acting_as(cy):
        assert not SavedView.objects.exists()
        page.force_login(cy)
    assert page.post(f"/journal/views/{view.id}/drop/").status_code == 404
    with acting_as(ana):
        page.force_login(ana)
    assert page.post(f"/journal/views/{view.id}/drop/").status_code == 302
    with acting_as(ana):
        assert not SavedView.objects.exists()


def test_the_file_holds_exactly_the_filtered_set_and_no_formula(page: Client, anas_account: TradingAccount) -> None:
    closed(anas_account, 100, symbol="EURUSD", trade_notes="=cmd()", tags=["a", "b"])
    closed(anas_account, -40, symbol="GOLD")
    answer = page.get("/journal/journal.csv?result=win")
    lines = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert [line["symbol"] for line in lines] == ["EURUSD"]
    assert lines[0]["pnl"] == "100"
    assert lines[0]["exit_time"] == "2026-11-18T12:00:00Z"
    assert lines[0]["tags"] == "a; b"
    assert lines[0]["trade_notes"] == "'=cmd()"
