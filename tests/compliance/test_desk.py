"""The compliance desk: reading everything it may, changing nothing."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.contrib import admin
from django.test import Client

from accounts.models import TradingAccount, User
from aetheris.db.tenancy import acting_as
from compliance.admin import watched
from tests.conftest import url_of
from tests.factories import person, trade_in
from trading import services
from trading.connections import add_connection

BACKEND = "accounts.signin.EmailBackend"
DESKS = [f"{model._meta.app_label}/{model._meta.model_name}" for model in admin.site._registry]


def signed_in(user: User) -> Client:
    browser = Client()
    with acting_as(user):
        browser.force_login(user, backend=BACKEND)
    return browser


@pytest.fixture
def desk(real_db: None) -> Client:
    return signed_in(person("desk@example.com", role="ADMIN"))


@pytest.fixture
def trade(desk: Client, ana: User, anas_account: TradingAccount) -> Any:
    """Written and changed once."""
    made = trade_in(anas_account, source="manual", broker="manual")
    with acting_as(ana):
        services.change_trade(trade=made, version=None, values={"pnl": Decimal(-5)})
        add_connection(account=anas_account, values={"broker_type": "ibkr", "api_key": "key-0123456789ab"})
    return made


def test_people_are_seen_with_their_checks(desk: Client, ana: User) -> None:
    page = desk.get("/admin/accounts/user/?q=ana@").content.decode()
    assert "ana@example.com" in page
    assert "Pending" in page
    assert "Review" in page
    assert "1 user" in page
    one = desk.get(f"/admin/accounts/user/{ana.id}/change/").content.decode()
    assert "Kyc status" in one
    assert "argon2" not in one


@pytest.mark.parametrize("path", DESKS)
def test_every_list_opens_for_staff(desk: Client, trade: Any, path: str) -> None:
    answer = desk.get(f"/admin/{path}/")
    assert answer.status_code == 200
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert desk.get(f"/admin/{path}/?q=ana@example.com").status_code == 200


@pytest.mark.parametrize("path", ["trading/trade", "trading/brokerconnection", "accounts/tradingaccount"])
def test_every_row_opens_for_staff(desk: Client, trade: Any, path: str) -> None:
    page = desk.get(f"/admin/{path}/").content.decode()
    address = page.partition(f'href="/admin/{path}/')[2].partition('"')[0]
    one = desk.get(f"/admin/{path}/{address}")
    assert one.status_code == 200
    assert b"ana@example.com" in one.content
    assert b"key-0123" not in one.content


def test_the_index_opens(desk: Client) -> None:
    page = desk.get("/admin/")
    assert page.status_code == 200
    assert b"Audit trail" in page.content


def test_the_trail_shows_old_beside_new(desk: Client, trade: Any) -> None:
    page = desk.get("/admin/compliance/auditentry/?table=trades&did=UPDATE").content.decode()
    assert str(trade.id) in page
    assert "ana@example.com" in page
    sequence = page.partition('href="/admin/compliance/auditentry/')[2].partition("/change/")[0]
    one = desk.get(f"/admin/compliance/auditentry/{sequence}/change/").content.decode()
    assert "<del>100.0" in one
    assert "<ins>-5.0" in one
    assert "aetheris_app" in one
    history = desk.get(f"/admin/compliance/auditentry/{sequence}/history/", follow=True)
    assert b"2 audit" in history.content


def test_the_trail_is_searched_by_row_and_by_actor(desk: Client, trade: Any) -> None:
    for word, count in ((str(trade.id), "2 audit"), ("nobody@example.com", "0 audit")):
        assert count in desk.get(f"/admin/compliance/auditentry/?q={word}").content.decode()


def test_a_rows_history_is_in_the_trail(desk: Client, trade: Any) -> None:
    answer = desk.get(f"/admin/trading/trade/{trade.id}/history/", follow=True)
    assert answer.redirect_chain[0][0] == f"/admin/compliance/auditentry/?row_id__exact={trade.id}"
    assert b"2 audit" in answer.content


def test_watched_tables_are_the_filters() -> None:
    assert {"users", "accounts", "trades", "armor_breaches", "broker_connections"} <= set(watched())
    assert "sync_logs" not in watched()


@pytest.mark.parametrize("path", DESKS)
def test_nothing_is_added_here(desk: Client, path: str) -> None:
    assert desk.get(f"/admin/{path}/add/").status_code == 403
    assert desk.post(f"/admin/{path}/add/", {}).status_code == 403
    deleting = {"action": "delete_selected", "_selected_action": "1", "index": "0"}
    assert b"Are you sure" not in desk.post(f"/admin/{path}/", deleting).content


@pytest.mark.parametrize("what", ["change", "delete"])
def test_an_entry_and_a_trade_are_neither_changed_nor_deleted(desk: Client, trade: Any, what: str) -> None:
    page = desk.get("/admin/compliance/auditentry/?table=trades").content.decode()
    sequence = page.partition('href="/admin/compliance/auditentry/')[2].partition("/change/")[0]
    for address in (f"compliance/auditentry/{sequence}", f"trading/trade/{trade.id}"):
        answer = desk.post(f"/admin/{address}/{what}/", {"post": "yes", "reason": "none", "pnl": "1"})
        assert answer.status_code == 403, address


def test_nobody_in_is_sent_to_the_sign_in(db: None) -> None:
    for path in ("", "accounts/user/", "compliance/auditentry/"):
        answer = Client().get(f"/admin/{path}")
        assert (answer.status_code, answer["Location"]) == (302, f"/sign-in/?next=/admin/{path}")
    assert Client().get("/admin/login/?next=/admin/")["Location"] == "/sign-in/?next=/admin/"


def test_a_trader_is_not_let_in(ana: User) -> None:
    browser = signed_in(ana)
    for path in ("", "accounts/user/", "compliance/auditentry/", f"accounts/user/{ana.id}/change/", "login/"):
        assert browser.get(f"/admin/{path}").status_code == 403


def test_staff_sign_out_at_the_desk(desk: Client) -> None:
    assert desk.post("/admin/logout/")["Location"] == "/sign-in/"
    assert desk.get("/admin/").status_code == 302


def test_staff_see_no_more_than_their_own_through_the_products_pages(desk: Client, trade: Any) -> None:
    assert desk.get("/api/v1/trades").json()["results"] == []


WRITES = [
    "UPDATE audit_trail SET reason = 'x'",
    "DELETE FROM audit_trail",
    "UPDATE audit.records SET reason = 'x'",
    "DELETE FROM audit.records",
    "TRUNCATE audit.records",
    "TRUNCATE audit_trail",
    "UPDATE armor_breaches SET breach_value = 0",
    "DELETE FROM armor_breaches",
    "TRUNCATE armor_breaches",
]


@pytest.mark.parametrize("login", ["app", "staff", "service"])
@pytest.mark.parametrize("statement", WRITES)
def test_no_role_that_signs_in_rewrites_what_was_written(real_db: None, login: str, statement: str) -> None:
    refused = r"permission denied|refused|cannot (update|delete from) view|is not a table"
    with psycopg.connect(url_of(login), autocommit=True) as connection, pytest.raises(psycopg.Error, match=refused):
        connection.execute(statement)


@pytest.mark.parametrize("login", ["app", "service"])
def test_the_trail_is_not_the_apps_to_read(real_db: None, login: str) -> None:
    with psycopg.connect(url_of(login), autocommit=True) as connection, pytest.raises(psycopg.Error):
        connection.execute("SELECT * FROM audit_trail")


@pytest.mark.parametrize("column", ["password", "api_key", "api_secret", "extra_config"])
def test_staff_cannot_read_secrets_by_sql(real_db: None, column: str) -> None:
    table = "users" if column == "password" else "broker_connections"
    with psycopg.connect(url_of("staff"), autocommit=True) as connection, pytest.raises(psycopg.Error):
        connection.execute(f"SELECT {column} FROM {table}")


def test_a_breach_of_ones_own_is_not_rewritten_either(real_db: None, ana: User, anas_account: TradingAccount) -> None:
    """As the app, with the right tenant set."""
    from armor.models import Breach

    with acting_as(ana):
        Breach.objects.create(
            user=ana, account=anas_account, number=1, breach_type="max_daily_loss", breach_level=1, breach_value=1,
            breach_limit=2, trading_day="2026-01-05",
        )  # fmt: skip
    with psycopg.connect(url_of("app"), autocommit=True) as connection:
        connection.execute("SELECT set_config('aetheris.tenant', %s, false)", [str(UUID(str(ana.id)))])
        assert connection.execute("SELECT count(*) FROM armor_breaches").fetchone() == (1,)
        for statement in ("UPDATE armor_breaches SET breach_value = 0", "DELETE FROM armor_breaches"):
            with pytest.raises(psycopg.Error):
                connection.execute(statement)
