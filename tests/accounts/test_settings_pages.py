"""I set a person's own things: profile, look, trading accounts."""

from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import TradingAccount, User
from aetheris.db.tenancy import acting_as
from tests.factories import account_of

ACCOUNT = {
    "account_name": "Main", "account_type": "personal", "broker": "IBKR", "currency": "eur", "starting_balance": "5000",
    "day_timezone": "Europe/Prague", "day_starts_at": "23:00", "risk_limit": "100", "max_drawdown_limit": "10",
}  # fmt: skip


@pytest.fixture
def page(ana: User, client: Client) -> Client:
    with acting_as(ana):
        client.force_login(ana)
    return client


def test_a_profile_is_kept_and_speaks_its_language(page: Client, ana: User) -> None:
    told = {"first_name": "Ana", "timezone": "Pacific/Auckland", "locale": "fr", "base_currency": "nzd"}
    assert page.post("/settings/", told).status_code == 302
    with acting_as(ana):
        ana.refresh_from_db()
    assert (ana.timezone, ana.locale, ana.base_currency) == ("Pacific/Auckland", "fr", "NZD")
    assert page.get("/settings/")["Content-Language"] == "fr"


@pytest.mark.parametrize("told", [{"timezone": "Mars/Base"}, {"base_currency": "U$"}, {"locale": "xx"}])
def test_a_profile_that_cannot_be_is_refused(page: Client, ana: User, told: dict[str, str]) -> None:
    given = {"timezone": "UTC", "locale": "en", "base_currency": "USD"} | told
    assert page.post("/settings/", given).status_code == 422
    with acting_as(ana):
        ana.refresh_from_db()
    assert ana.timezone == "Europe/Paris"


def test_an_account_is_opened_changed_and_closed(page: Client, ana: User) -> None:
    assert page.post("/settings/accounts/new/", ACCOUNT).status_code == 302
    with acting_as(ana):
        account = TradingAccount.objects.get()
    assert (account.currency, account.max_drawdown_limit) == ("EUR", Decimal("0.1"))
    door = f"/settings/accounts/{account.id}/"
    assert page.post(door, ACCOUNT | {"version": "1", "risk_limit": "80"}).status_code == 302
    assert page.post(door, ACCOUNT | {"version": "1", "risk_limit": "70"}).status_code == 422  # stale
    with acting_as(ana):
        account.refresh_from_db()
        assert account.risk_limit == 80
    page.post(f"{door}close/")
    with acting_as(ana):
        account.refresh_from_db()
    assert account.is_closed


def test_raising_a_limit_asks_for_a_second_factor_first(page: Client, ana: User) -> None:
    account = account_of(ana, risk_limit=Decimal(100), day_timezone="Europe/Prague")
    answer = page.post(f"/settings/accounts/{account.id}/", ACCOUNT | {"version": "1", "risk_limit": "500"})
    assert answer.status_code == 422
    with acting_as(ana):
        account.refresh_from_db()
    assert account.risk_limit == 100


def test_a_strangers_account_does_not_exist(page: Client, cy: User) -> None:
    theirs = account_of(cy)
    for door in ("", "firm/"):
        assert page.get(f"/settings/accounts/{theirs.id}/{door}").status_code == 404
    assert page.post(f"/settings/accounts/{theirs.id}/close/").status_code == 404


def test_the_look_is_kept_in_this_browser(page: Client) -> None:
    page.post("/settings/appearance/", {"theme": "light"})
    assert 'data-theme="light"' in page.get("/settings/").content.decode()
    page.post("/settings/appearance/", {"theme": '"><script>'})
    assert "data-theme" not in page.get("/settings/").content.decode()
