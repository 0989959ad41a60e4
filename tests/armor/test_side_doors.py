"""A limit is not loosened by another door: the ground below it, the account's day, another programme."""

from datetime import time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import TradingAccount, User
from aetheris import clock
from aetheris.db.tenancy import acting_as
from armor import services
from armor.models import Breach, LimitChange, PropFirmTemplate
from tests.armor.test_api_risk import publish
from tests.asking import Program
from tests.factories import account_of, numbers, trade_in

pytestmark = pytest.mark.usefixtures("real_db")
GROUND = {
    "starting_balance": "200000.00000000", "currency": "JPY", "day_timezone": "Asia/Tokyo", "day_starts_at": "09:00:00",
}  # fmt: skip


@pytest.fixture
def guarded(ana: User) -> TradingAccount:
    return account_of(ana, risk_limit=1000, day_timezone="Europe/Prague")


@pytest.fixture
def fresh(ana: User) -> Program:
    return Program(ana).step_up()


def change(program: Program, account: TradingAccount, **values: Any) -> Any:
    return program.ask("patch", f"accounts/{account.id}", values)


def look(account: TradingAccount) -> TradingAccount:
    with acting_as(account.user_id):
        account.refresh_from_db()
    return account


def pass_the_reset(account: TradingAccount) -> None:
    with acting_as(account.user_id):
        for waits in LimitChange.objects.filter(status="waiting"):
            assert not services.apply_change(waits.id, now=waits.effective_at - timedelta(seconds=1))
            assert services.apply_change(waits.id, now=waits.effective_at)
        account.refresh_from_db()


def template(rules: dict[str, Any] | None = None, **day: str) -> PropFirmTemplate:
    found = PropFirmTemplate.objects.get(pk=publish(f"Programme {next(numbers)}"))
    found.rules = found.rules | (rules or {}) | ({"reset": day} if day else {})
    return found


# The ground below a limit -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", GROUND)
def test_the_ground_below_a_limit_moves_after_a_second_factor_and_from_the_next_session_on(
    ana: User, guarded: TradingAccount, fresh: Program, name: str
) -> None:
    told = {name: GROUND[name]}
    assert change(Program(ana), guarded, **told).json()["code"] == "step_up_required"
    before = getattr(guarded, name)
    answer = change(fresh, guarded, **told)
    look(guarded)
    assert (answer.status_code, getattr(guarded, name)) == (202, before)
    pass_the_reset(guarded)
    kind = TradingAccount._meta.get_field(name)
    assert getattr(guarded, name) == kind.to_python(GROUND[name]) != before


def test_an_account_without_limits_changes_at_once(ana: User) -> None:
    account = account_of(ana)
    answer = change(Program(ana), account, **GROUND)
    assert (answer.status_code, answer.json()["day_timezone"]) == (200, "Asia/Tokyo")


def test_the_same_ground_sent_again_changes_nothing_and_asks_nothing(ana: User, guarded: TradingAccount) -> None:
    same = {"starting_balance": "100000", "currency": "USD", "day_timezone": "Europe/Prague", "day_starts_at": "00:00"}
    assert change(Program(ana), guarded, **same).status_code == 200


def test_a_day_of_losses_is_not_ended_by_another_time_zone(ana: User, guarded: TradingAccount, fresh: Program) -> None:
    """600 lost, the zone moved to where the day has just turned, 500 more: 1,100 of one day, and level 3."""
    now = clock.now()
    trade_in(guarded, pnl=Decimal(-600), gross_pnl=Decimal(-600), entry_time=now - timedelta(seconds=2), exit_time=now)
    begins_now = (now + timedelta(seconds=1)).time().replace(microsecond=0)
    change(fresh, guarded, day_timezone="UTC", day_starts_at=begins_now.isoformat())
    look(guarded).user = ana
    later = now + timedelta(seconds=3)
    trade_in(guarded, pnl=Decimal(-500), gross_pnl=Decimal(-500), entry_time=now, exit_time=later)
    with acting_as(ana):
        services.judge_due(guarded.id, now=later)
        assert Breach.objects.filter(account=guarded, breach_level=3).count() == 1


# A firm's day, another programme ------------------------------------------------------------------------------


def test_the_day_of_a_programme_stays_the_programmes(ana: User, fresh: Program) -> None:
    account = account_of(ana)
    with acting_as(ana):
        services.put_under(account=account, template=template())
    answer = change(fresh, account, day_timezone="Asia/Tokyo")
    assert (answer.status_code, answer.json()["code"]) == (409, "day_is_the_programmes")
    assert change(fresh, account, account_name="Renamed").status_code == 200


def test_a_programme_with_another_day_waits_where_an_own_limit_holds(
    ana: User, guarded: TradingAccount, fresh: Program
) -> None:
    """The published day begins in Prague at 00:00 as the account's does; in UTC it would not."""
    address, id = f"accounts/{guarded.id}/template", publish()
    with acting_as(ana):
        TradingAccount.objects.filter(pk=guarded.pk).update(day_timezone="UTC")
    assert Program(ana).ask("post", address, {"template": id}).json()["code"] == "step_up_required"
    assert fresh.ask("post", address, {"template": id}).status_code == 202
    look(guarded)
    assert (guarded.day_timezone, guarded.prop_firm_rules) == ("UTC", {})
    (waits,) = fresh.ask("get", "limit-changes").json()["results"]
    assert (waits["field"], waits["new_value"]) == ("programme", id)
    pass_the_reset(guarded)
    assert (guarded.day_timezone, guarded.prop_firm_rules["template_id"]) == ("Europe/Prague", id)


def test_a_wider_programme_waits_and_a_tighter_one_holds_at_once(ana: User, real_db: None) -> None:
    account = account_of(ana)
    held = template()
    with acting_as(ana):
        services.put_under(account=account, template=held)
        wider = template({"limits": []})
        assert services.choose_programme(account=account, template=wider)
        account.refresh_from_db()
        assert account.prop_firm_rules["template_id"] == str(held.id)
        more = template({"limits": [*held.rules["limits"], {"rule": "max_total_loss", "percent": "10"}]})
        assert not services.choose_programme(account=account, template=more)
        account.refresh_from_db()
        assert account.prop_firm_rules["template_id"] == str(more.id)
        assert list(LimitChange.objects.values_list("status", flat=True)) == ["withdrawn"]


def test_a_rule_set_cannot_bring_another_day_along(ana: User, guarded: TradingAccount, fresh: Program) -> None:
    told = {"limits": [], "reset": {"zone": "Asia/Tokyo", "at": "09:00"}}
    assert Program(ana).ask("put", f"accounts/{guarded.id}/rules", told).json()["code"] == "step_up_required"
    assert fresh.ask("put", f"accounts/{guarded.id}/rules", told).status_code == 200
    look(guarded)
    assert guarded.day_timezone == "Europe/Prague"
    pass_the_reset(guarded)
    assert (guarded.day_timezone, guarded.day_starts_at) == ("Asia/Tokyo", time(9))


def test_the_page_tells_what_waits(ana: User, guarded: TradingAccount, fresh: Program, client: Any) -> None:
    change(fresh, guarded, day_timezone="Asia/Tokyo", starting_balance="200000")
    fresh.ask("post", f"accounts/{guarded.id}/template", {"template": publish()})
    with acting_as(ana):
        client.force_login(ana)
    page = client.get("/armor/settings/").content.decode()
    for word in ("Asia/Tokyo", "200000", "Its day is counted in"):
        assert word in page
