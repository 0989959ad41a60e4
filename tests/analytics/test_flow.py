"""I live a trading day on Aether Flow: plan, session, result."""

from datetime import time, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import TradingAccount, User
from aetheris import clock
from aetheris.db.tenancy import acting_as
from tests.factories import account_of, trade_in
from trading.models import DayPlan, TradingSession

PLAN = {
    "version": "0", "item": ["News read", "", "Slept"], "done": ["2"], "new_item": "Phone away", "mood": "4",
    "energy": "2", "trades_most": "5", "loss_most": "200", "profit_target": "400", "intention": "Wait",
}  # fmt: skip


@pytest.fixture
def page(ana: User, client: Client) -> Client:
    with acting_as(ana):
        client.force_login(ana)
    return client


def test_a_plan_is_kept_for_the_day_and_measured_against_it(page: Client, anas_account: TradingAccount) -> None:
    """One trade of 5, +100 of a target of 400; a loss of 0 of 200."""
    assert page.post("/flow/plan/", PLAN).status_code == 302
    with acting_as(anas_account.user):
        plan = DayPlan.objects.get()
    assert plan.checklist == [
        {"text": "News read", "done": False}, {"text": "Slept", "done": True}, {"text": "Phone away", "done": False},
    ]  # fmt: skip
    assert (plan.mood, plan.energy, plan.trades_most, plan.loss_most) == (4, 2, 5, Decimal(200))
    trade_in(anas_account, pnl=Decimal(100), exit_time=clock.now(), entry_time=clock.now() - timedelta(seconds=5))
    answer = page.get("/flow/")
    told = {line["what"]: (line["plan"], line["fact"]) for line in answer.context["against"]}
    assert told == {"Trades": ("5", "1"), "Loss at most": ("$200", "+$100"), "Target": ("$400", "+$100")}
    assert [trade["pnl_label"] for trade in answer.context["tape"]] == ["+$100.00"]


def test_the_day_is_the_accounts_own_wherever_its_trader_sits(page: Client, anas_account: TradingAccount) -> None:
    """A reader in Honolulu and an account that counts its days in Kiritimati never share a date; both see the trade."""
    with acting_as(anas_account.user):
        User.objects.update(timezone="Pacific/Honolulu")
        TradingAccount.objects.update(day_timezone="Pacific/Kiritimati")
    page.post("/flow/plan/", PLAN)
    trade_in(anas_account, pnl=Decimal(100), exit_time=clock.now(), entry_time=clock.now() - timedelta(seconds=5))
    past = clock.now() - timedelta(days=2)
    trade_in(anas_account, pnl=Decimal(70), entry_time=past, exit_time=past)  # of a day that is over
    answer = page.get("/flow/")
    assert [trade["pnl_label"] for trade in answer.context["tape"]] == ["+$100.00"]
    assert "Kiritimati" in answer.content.decode()
    with acting_as(anas_account.user):
        plan = DayPlan.objects.get()
    assert plan.plan_date == clock.trading_day(clock.now(), "Pacific/Kiritimati", time(0))
    other = account_of(anas_account.user, day_timezone="Pacific/Honolulu")
    trade_in(other, pnl=Decimal(5), entry_time=clock.now(), exit_time=clock.now())
    assert len(page.get("/flow/").context["tape"]) == 2


def test_the_next_day_starts_with_the_last_list_and_nothing_ticked(page: Client, ana: User) -> None:
    with acting_as(ana):
        yesterday = clock.now().date() - timedelta(days=2)
        DayPlan.objects.create(user=ana, plan_date=yesterday, checklist=[{"text": "Walk", "done": True}], trades_most=3)
    shown = page.get("/flow/").context["plan"]
    assert (shown["checklist"], shown["trades_most"], shown["version"]) == ([{"text": "Walk", "done": False}], 3, 0)


@pytest.mark.parametrize("told", [{"trades_most": "1.5"}, {"loss_most": "-1"}, {"profit_target": "much"}])
def test_a_plan_that_makes_no_sense_is_refused_with_what_was_typed(
    page: Client, ana: User, told: dict[str, str]
) -> None:
    answer = page.post("/flow/plan/", PLAN | told)
    assert answer.status_code == 422
    assert "Phone away" in answer.content.decode()
    with acting_as(ana):
        assert not DayPlan.objects.exists()


def test_a_plan_written_on_two_devices_loses_neither(page: Client, ana: User) -> None:
    page.post("/flow/plan/", PLAN)
    answer = page.post("/flow/plan/", PLAN | {"intention": "other"})
    assert answer.status_code == 422
    assert "changed meanwhile" in answer.content.decode()
    with acting_as(ana):
        assert DayPlan.objects.get().intention == "Wait"


def test_a_session_ends_with_what_it_brought(page: Client, anas_account: TradingAccount, cy: User) -> None:
    page.post("/flow/sessions/", {"account": str(anas_account.id)})
    with acting_as(anas_account.user):
        session = TradingSession.objects.get()
        TradingSession.objects.update(session_start=clock.now() - timedelta(hours=1))
    assert page.get("/flow/").context["sittings"][0]["for_label"] == "1h 00m"
    for pnl in (50, -20):
        trade_in(anas_account, pnl=Decimal(pnl))
    trade_in(anas_account, pnl=Decimal(999), entry_time=clock.now() - timedelta(days=1))  # before it began
    page.post(f"/flow/sessions/{session.id}/end/", {"notes": "calm", "tilt": "1"})
    with acting_as(anas_account.user):
        session.refresh_from_db()
    assert (session.trades_count, session.session_pnl, session.tilt_flag, session.notes) == (
        2,
        Decimal(30),
        True,
        "calm",
    )
    assert page.post(f"/flow/sessions/{session.id}/end/").status_code == 404
    with acting_as(cy):
        page.force_login(cy)
    assert page.post("/flow/sessions/", {"account": str(anas_account.id)}).status_code == 302
    with acting_as(cy):
        assert not TradingSession.objects.exists()
