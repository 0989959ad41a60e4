"""I look at one trade: what it says, what it refuses, how it is written, deleted and brought back."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.models import TradingAccount, User
from aetheris.db.tenancy import acting_as
from analytics.models import EmotionLog
from tests.factories import trade_in
from trading.models import Trade


@pytest.fixture
def page(ana: User, client: Client) -> Client:
    with acting_as(ana):
        client.force_login(ana)
    return client


BY_HAND = {
    "symbol": "EURUSD", "side": "long", "quantity": "2", "entry_price": "1.10", "entry_time": "2026-11-18T10:00",
    "exit_price": "1.12", "exit_time": "2026-11-18T10:30", "pnl": "40", "commissions": "1", "stop_loss": "1.09",
    "take_profit": "1.13", "initial_risk": "20",
}  # fmt: skip


def html(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_trade_written_by_hand_is_read_in_the_writers_clock(page: Client, anas_account: TradingAccount) -> None:
    """Paris is an hour ahead of UTC in November."""
    answer = page.post("/trades/new/", BY_HAND | {"account": str(anas_account.id)})
    assert answer.status_code == 302
    with acting_as(anas_account.user):
        trade = Trade.objects.get()
    assert trade.entry_time == datetime(2026, 11, 18, 9, tzinfo=UTC)
    assert (trade.pnl, trade.gross_pnl, trade.source) == (Decimal(40), Decimal(41), "manual")


def test_the_page_sets_the_plan_beside_the_fact(page: Client, anas_account: TradingAccount) -> None:
    """Entry 1.10, stop 1.09, target 1.13, out at 1.12: planned 3.00 to 1, got 2.00, +2.00R in money."""
    page.post("/trades/new/", BY_HAND | {"account": str(anas_account.id)})
    with acting_as(anas_account.user):
        trade = Trade.objects.get()
    answer = page.get(f"/trades/{trade.id}/")
    lines = {line.what: (line.plan, line.fact, line.verdict) for line in answer.context["plan"]}
    assert lines["Stop"] == ("1.09", "1.12", "left before the stop")
    assert lines["Target"] == ("1.13", "1.12", "left before the target")
    assert lines["Reward to risk"] == ("3.00", "2.00", "")
    assert lines["Result"] == ("risk $20.00", "+$40.00", "+2.00R")
    assert "Not known: no bars of this symbol are kept" in html(answer)
    assert "Written" in html(answer)


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"exit_time": "2026-11-18T09:00"}, "exit_time"), ({"quantity": "-1"}, "quantity"), ({"pnl": ""}, "pnl"),
        ({"exit_price": ""}, "exit_price"), ({"entry_price": "abc"}, "entry_price"), ({"symbol": ""}, "symbol"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_beside_its_field_with_everything_kept(
    page: Client, anas_account: TradingAccount, told: dict[str, str], field: str
) -> None:
    answer = page.post("/trades/new/", BY_HAND | {"account": str(anas_account.id)} | told)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert 'value="1.09"' in html(answer)
    with acting_as(anas_account.user):
        assert not Trade.objects.exists()


def test_a_brokers_trade_takes_a_plan_and_keeps_its_prices(page: Client, anas_account: TradingAccount) -> None:
    trade = trade_in(anas_account, source="file", raw={"Ticket": "77", "Comment": "<b>tp</b>"})
    form = page.get(f"/trades/{trade.id}/edit/").context["form"]
    assert "entry_price" not in form.fields
    page.post(f"/trades/{trade.id}/edit/", {"version": "1", "stop_loss": "1.05", "entry_price": "9", "setup": "Fade"})
    with acting_as(anas_account.user):
        kept = Trade.objects.get()
    assert (kept.stop_loss, kept.setup, kept.entry_price) == (Decimal("1.05"), "Fade", Decimal("1.1"))
    assert "&lt;b&gt;tp&lt;/b&gt;" in html(page.get(f"/trades/{trade.id}/"))


def test_a_stale_edit_changes_nothing_and_keeps_what_was_typed(page: Client, anas_account: TradingAccount) -> None:
    page.post("/trades/new/", BY_HAND | {"account": str(anas_account.id)})
    with acting_as(anas_account.user):
        trade = Trade.objects.get()
    door, told = f"/trades/{trade.id}/edit/", BY_HAND | {"account": str(anas_account.id), "version": "1"}
    assert page.post(door, told | {"setup": "first"}).status_code == 302
    answer = page.post(door, told | {"setup": "second"})
    assert answer.status_code == 422
    assert "changed meanwhile" in html(answer)
    assert 'value="second"' in html(answer)
    assert 'name="version" value="2"' in html(answer)
    with acting_as(anas_account.user):
        assert Trade.objects.get().setup == "first"


def test_a_deleted_trade_leaves_every_list_and_comes_back_by_undo(page: Client, anas_account: TradingAccount) -> None:
    trade = trade_in(anas_account, symbol="GONE1")
    answer = page.post(f"/trades/{trade.id}/delete/", follow=True)
    assert f'action="/trades/{trade.id}/restore/"' in html(answer)
    assert answer.context["trades"] == []
    assert page.get(f"/trades/{trade.id}/").status_code == 404
    assert page.post(f"/trades/{trade.id}/restore/").status_code == 302
    seen = html(page.get(f"/trades/{trade.id}/"))
    assert "Brought back" in seen
    assert "Deleted" in seen
    assert page.post(f"/trades/{trade.id}/restore/").status_code == 404  # nothing to bring back twice


def test_a_bias_is_noted_with_what_it_cost(page: Client, anas_account: TradingAccount) -> None:
    trade = trade_in(anas_account, pnl=Decimal(-30), gross_pnl=Decimal(-30))
    page.post(f"/trades/{trade.id}/emotion/", {"bias": "REVENGE"})
    page.post(f"/trades/{trade.id}/emotion/", {"bias": "NONSENSE"})
    with acting_as(anas_account.user):
        log = EmotionLog.objects.get()
    assert (log.bias_detected, log.pnl_attributed) == ("REVENGE", Decimal(-30))
    assert "Revenge" in html(page.get(f"/trades/{trade.id}/"))
