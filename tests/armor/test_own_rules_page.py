"""Own limits written on a page: a field for whatever a rule asks, faults beside their fields, looser ones wait."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import TradingAccount, User
from aetheris import clock
from aetheris.db.tenancy import acting_as
from armor import rulesets
from armor.models import Breach
from armor.rules import rules
from armor.ruleset import NOT_FOR_FORMS
from tests.factories import account_of, trade_in

pytestmark = pytest.mark.usefixtures("real_db")


@pytest.fixture
def page(ana: User, client: Client) -> Client:
    with acting_as(ana.id):
        client.force_login(ana)
    return client


@pytest.fixture
def account(ana: User) -> TradingAccount:
    return account_of(ana)


def at(account: TradingAccount) -> str:
    return f"/armor/rules/{account.pk}/"


def own(account: TradingAccount) -> list[dict[str, Any]]:
    with acting_as(account.user_id):
        account.refresh_from_db()
    return rulesets.own_limits(account.prop_firm_rules or {}, clock.now())


def test_a_limit_is_written_changed_and_shown(page: Client, account: TradingAccount) -> None:
    assert 'name="amount"' in page.get(f"{at(account)}?rule=max_daily_loss").content.decode()
    for amount in ("900", "800"):
        assert page.post(at(account), {"rule": "max_daily_loss", "amount": amount}).status_code == 302
    assert own(account) == [{"rule": "max_daily_loss", "amount": "800"}]
    shown = page.get(at(account)).content.decode()
    assert "Daily loss" in shown and "amount 800" in shown


def test_a_limit_holds_at_once_and_today_is_judged(page: Client, account: TradingAccount) -> None:
    """Five trades today where four are set."""
    for _ in range(5):
        trade_in(account)
    page.post(at(account), {"rule": "overtrading", "per_day": "4"})
    with acting_as(account.user_id):
        assert Breach.objects.get(breach_level=3).breach_type == "overtrading"


@pytest.mark.parametrize(("told", "said"), [
    ({"rule": "max_daily_loss"}, "needs an amount in money or a percent"),
    ({"rule": "max_daily_loss", "amount": "NaN"}, "This is no number."),
    ({"rule": "max_daily_loss", "amount": "-5"}, "Give 0.01 to"),
    ({"rule": "max_daily_loss", "amount": "5", "breaks": "gt"}, "Select a valid choice"),
    ({"rule": "flat_by", "time": "25:00"}, "Give a time as HH:MM."),
])  # fmt: skip
def test_what_cannot_stand_is_said_and_nothing_is_kept(
    page: Client, account: TradingAccount, told: dict[str, str], said: str
) -> None:
    answer = page.post(at(account), told)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert own(account) == []


def test_taking_a_limit_away_asks_for_the_second_factor(page: Client, account: TradingAccount) -> None:
    page.post(at(account), {"rule": "max_positions", "positions": "3"})
    answer = page.post(at(account), {"rule": "max_positions", "do": "remove"})
    assert answer["Location"].startswith("/settings/security/again/")
    assert own(account) == [{"rule": "max_positions", "positions": "3"}]


def test_every_rule_has_its_form_and_unknown_ones_have_none(page: Client, account: TradingAccount) -> None:
    for rule in rules:
        text = page.get(f"{at(account)}?rule={rule}").content.decode()
        asked = [f'name="{name}"' in text for name in rules[rule].asks]
        assert all(asked) is (rule not in NOT_FOR_FORMS) or not asked, rule
    assert page.post(at(account), {"rule": "nonsense"}).status_code == 422


def test_nobody_elses_account(page: Client, bo: User) -> None:
    assert page.get(at(account_of(bo))).status_code == 404
