"""What a person may decide about an alert, and when a looser limit comes into force."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.limits import raised
from accounts.models import TradingAccount, User
from aetheris import clock
from aetheris.db.tenancy import acting_as
from armor import lifecycle, limit_changes
from armor.errors import ReasonMissing
from armor.models import Breach, Cooling, LimitChange, Snooze
from tests.asking import Program
from tests.factories import account_of
from tests.journeys.test_sockets import lose


@pytest.fixture
def guarded(ana: User) -> TradingAccount:
    """Levels at 750, 900 and 1,000 lost in a day of Prague."""
    return account_of(ana, risk_limit=1000, day_timezone="Europe/Prague")


@pytest.fixture
def program(ana: User) -> Program:
    return Program(ana).step_up()


def alert(account: TradingAccount, level: int) -> Breach:
    with acting_as(account.user):
        return Breach.objects.select_related("account").get(account=account, breach_level=level)


# Pauses -------------------------------------------------------------------------------------------------


def test_a_break_pauses_the_account_for_a_quarter_of_an_hour_and_acknowledges(
    guarded: TradingAccount, program: Program
) -> None:
    lose(guarded, 950)
    began = clock.now()
    answer = program.ask("post", f"alerts/{alert(guarded, 2).id}/cooling")
    assert answer.status_code == 201
    with acting_as(guarded.user):
        pause = Cooling.objects.get()
        assert pause.ends_at - pause.started_at == timedelta(minutes=15)
        assert began <= pause.started_at <= clock.now()
        assert not Breach.objects.filter(dismissed_at=None).exists()
        assert lifecycle.cooling_until(clock.now()) == {guarded.id: pause.ends_at}
        assert lifecycle.cooling_until(pause.ends_at) == {}


def test_the_length_of_a_pause_is_the_accounts_own(guarded: TradingAccount, program: Program) -> None:
    told = program.ask("patch", f"accounts/{guarded.id}/guard", {"cooling_minutes": 60})
    assert told.json() == {"flatten_at_level_3": False, "cooling_minutes": 60}
    lose(guarded, 950)
    program.ask("post", f"alerts/{alert(guarded, 2).id}/cooling")
    with acting_as(guarded.user):
        pause = Cooling.objects.get()
    assert pause.ends_at - pause.started_at == timedelta(hours=1)


def test_a_first_warning_starts_no_pause(guarded: TradingAccount, program: Program) -> None:
    lose(guarded, 800)
    answer = program.ask("post", f"alerts/{alert(guarded, 1).id}/cooling")
    assert (answer.status_code, answer.json()["code"]) == (409, "no_cooling")


def test_who_opens_a_position_during_a_pause_is_told_so(guarded: TradingAccount, program: Program) -> None:
    lose(guarded, 950)
    program.ask("post", f"alerts/{alert(guarded, 2).id}/cooling")
    now = clock.now().isoformat()
    program.ask("post", "trades", {
        "account": str(guarded.id), "symbol": "ES", "side": "long", "quantity": "1", "entry_price": "1",
        "entry_time": now,
    })  # fmt: skip
    with acting_as(guarded.user):
        assert Breach.objects.filter(breach_type="cooling_period").exists()


def test_going_on_needs_a_reason(guarded: TradingAccount) -> None:
    lose(guarded, 950)
    found = alert(guarded, 2)
    with acting_as(guarded.user):
        with pytest.raises(ReasonMissing):
            lifecycle.decide(breach=found, choice="continue", note="  ")
        assert Breach.objects.filter(dismissed_at=None).count() == 2
        lifecycle.decide(breach=found, choice="continue", note="Hedge leg")
        assert not Breach.objects.filter(dismissed_at=None).exists()
        assert not Cooling.objects.exists()


# Snoozing -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("length", "minutes"), [("15m", 15), ("1h", 60)])
def test_level_1_can_be_silenced_for_a_while(
    guarded: TradingAccount, program: Program, length: str, minutes: int
) -> None:
    lose(guarded, 800)
    answer = program.ask("post", f"alerts/{alert(guarded, 1).id}/snooze", {"length": length})
    assert answer.status_code == 201
    with acting_as(guarded.user):
        snooze = Snooze.objects.get()
        assert abs(snooze.until - clock.now() - timedelta(minutes=minutes)) < timedelta(minutes=1)
        assert lifecycle.snoozed_until(clock.now()) == {snooze.breach_id: snooze.until}
        assert Breach.objects.filter(dismissed_at=None).count() == 1


def test_until_the_reset_ends_with_the_accounts_own_day(guarded: TradingAccount) -> None:
    lose(guarded, 800)
    found = alert(guarded, 1)
    with acting_as(guarded.user):
        snooze = lifecycle.snooze(breach=found, how="reset")
    assert snooze.until == clock.day_bounds(found.trading_day, "Europe/Prague", guarded.day_starts_at)[1]


@pytest.mark.parametrize(("loss", "level"), [(950, 2), (1250, 3)])
def test_what_is_graver_cannot_be_silenced(guarded: TradingAccount, program: Program, loss: int, level: int) -> None:
    lose(guarded, loss)
    answer = program.ask("post", f"alerts/{alert(guarded, level).id}/snooze", {"length": "15m"})
    assert (answer.status_code, answer.json()["code"]) == (409, "not_snoozable")


def test_a_strangers_alert_is_not_there(guarded: TradingAccount, cy: User) -> None:
    lose(guarded, 950)
    for level, action, body in ((1, "snooze", {"length": "15m"}), (2, "cooling", None)):
        assert Program(cy).ask("post", f"alerts/{alert(guarded, level).id}/{action}", body).status_code == 404


# Limits -------------------------------------------------------------------------------------------------


def change(program: Program, account: TradingAccount, **values: Any) -> Any:
    return program.ask("patch", f"accounts/{account.id}", values)


def test_a_lower_limit_holds_at_once_and_is_judged_at_once(guarded: TradingAccount, program: Program) -> None:
    lose(guarded, 700)
    answer = change(program, guarded, risk_limit="500")
    assert (answer.status_code, answer.json()["risk_limit"]) == (200, "500.00000000")
    assert alert(guarded, 3).breach_limit == 500


def test_a_higher_limit_waits_for_the_next_session(guarded: TradingAccount, program: Program) -> None:
    answer = change(program, guarded, risk_limit="2000", account_name="Renamed")
    assert (answer.status_code, answer.json()["risk_limit"]) == (202, "1000.00000000")
    assert answer.json()["account_name"] == "Renamed"
    told = program.ask("get", f"limit-changes?account={guarded.id}").json()["results"]
    today = clock.trading_day(clock.now(), "Europe/Prague", guarded.day_starts_at)
    reset = clock.day_bounds(today, "Europe/Prague", guarded.day_starts_at)[1]
    assert [(one["field"], one["status"]) for one in told] == [("risk_limit", "waiting")]
    assert datetime.fromisoformat(told[0]["effective_at"]) == reset
    with acting_as(guarded.user):
        id = LimitChange.objects.get().id
        assert not limit_changes.apply(id, now=reset - timedelta(seconds=1))
        assert limit_changes.apply(id, now=reset)
        assert not limit_changes.apply(id, now=reset)
        guarded.refresh_from_db()
    assert guarded.risk_limit == 2000


def test_the_way_of_a_raised_limit_is_kept(guarded: TradingAccount, program: Program) -> None:
    change(program, guarded, risk_limit="2000")
    with acting_as(guarded.user):
        found = LimitChange.objects.get()
    assert (found.old_value, found.new_value) == ("1000.00000000", "2000.00000000")


@pytest.mark.parametrize("name", ["risk_limit", "max_drawdown_limit", "trailing_dd_limit"])
def test_taking_a_limit_away_waits_too(ana: User, program: Program, name: str) -> None:
    account = account_of(ana, **{name: Decimal("0.1")})
    assert change(program, account, **{name: None}).status_code == 202
    with acting_as(ana):
        account.refresh_from_db()
    assert getattr(account, name) == Decimal("0.1")


def test_a_new_wish_replaces_the_one_that_waits_and_lowering_forgets_it(
    guarded: TradingAccount, program: Program
) -> None:
    change(program, guarded, risk_limit="2000")
    change(program, guarded, risk_limit="3000")
    change(program, guarded, risk_limit="900")
    with acting_as(guarded.user):
        states = list(LimitChange.objects.order_by("created_at").values_list("new_value", "status"))
    assert states == [("2000.00000000", "withdrawn"), ("3000.00000000", "withdrawn")]


def test_a_wish_can_be_withdrawn_once(guarded: TradingAccount, program: Program) -> None:
    change(program, guarded, risk_limit="2000")
    id = program.ask("get", "limit-changes").json()["results"][0]["id"]
    assert program.ask("post", f"limit-changes/{id}/withdraw").json()["status"] == "withdrawn"
    assert program.ask("post", f"limit-changes/{id}/withdraw").json()["code"] == "change_over"


def test_guarding_less_asks_for_a_fresh_second_factor(ana: User, guarded: TradingAccount, program: Program) -> None:
    stale = Program(ana)
    for values in ({"risk_limit": "2000"}, {"risk_limit": None}):
        answer = change(stale, guarded, **values)
        assert (answer.status_code, answer.json()["code"]) == (403, "step_up_required")
    assert change(stale, guarded, risk_limit="900").status_code == 200
    own = f"accounts/{guarded.id}/guard"
    assert stale.ask("patch", own, {"flatten_at_level_3": True, "cooling_minutes": 30}).status_code == 200
    for values in ({"flatten_at_level_3": False}, {"cooling_minutes": 29}):
        assert stale.ask("patch", own, values).status_code == 403
        assert program.ask("patch", own, values).status_code == 200
    with acting_as(ana):
        assert not LimitChange.objects.exists()


def test_a_first_limit_holds_at_once(ana: User, program: Program) -> None:
    account = account_of(ana)
    answer = change(program, account, risk_limit="500")
    assert (answer.status_code, answer.json()["risk_limit"]) == (200, "500.00000000")


amounts = st.none() | st.decimals(1, 1000, places=2)


@settings(deadline=None)
@given(now=amounts, then=amounts)
def test_raised_is_what_would_have_let_more_pass(now: Decimal | None, then: Decimal | None) -> None:
    """A loss stopped by the old limit and not by the new one exists exactly when the limit is raised."""
    account = TradingAccount(risk_limit=now)
    losses = [Decimal(n) / 100 for n in range(100, 100_100, 500)] + [amount for amount in (now, then) if amount]
    stopped_before = {loss for loss in losses if now is not None and loss >= now}
    stopped_after = {loss for loss in losses if then is not None and loss >= then}
    assert bool(raised(account, {"risk_limit": then})) == bool(stopped_before - stopped_after)


# How one wants to hear ----------------------------------------------------------------------------------


def test_settings_begin_quiet_and_keep_what_is_said(program: Program) -> None:
    assert program.ask("get", "alert-settings").json() == {"mail_levels": [3], "sound": False, "vibration": False}
    told = program.ask("patch", "alert-settings", {"mail_levels": [3, 2, 3], "sound": True}).json()
    assert told == {"mail_levels": [2, 3], "sound": True, "vibration": False}
    assert program.ask("patch", "alert-settings", {"mail_levels": [1]}).status_code == 400
    assert program.ask("get", "alert-settings").json() == told
