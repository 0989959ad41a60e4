"""What a stranger tries through bodies, filters, orders, headers and paths, and what becomes of it: nothing."""

from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from accounts.models import TradingAccount, User
from aetheris.api.schema import Generator
from aetheris.db.tenancy import acting_as
from tests.asking import Program
from tests.factories import PASSWORD, trade_in
from tests.hands import look
from trading.models import Trade

PATHS = Generator().get_schema(public=True)["paths"]
LISTS = sorted(
    path.removeprefix("/api/v1/")
    for path, told in PATHS.items()
    if "{" not in path and any(given["name"] == "ordering" for given in told.get("get", {}).get("parameters", []))
)
NEW = {"symbol": "EURUSD", "side": "long", "quantity": "1", "entry_price": "1.1", "entry_time": "2026-01-05T10:00:00Z"}


@pytest.fixture(autouse=True)
def _fresh_cache(django_db_setup: None) -> None:
    cache.clear()


# Columns nobody may write ---------------------------------------------------------------------------------


def test_a_body_sets_no_more_than_its_own_fields(ana: User, bo: User, anas_account: TradingAccount) -> None:
    program, theirs = Program(ana), {"user": str(bo.id), "user_id": str(bo.id), "owner": str(bo.id)}
    more = theirs | {"id": str(bo.id), "created_at": "2001-01-01T00:00:00Z", "deleted_at": "2001-01-01T00:00:00Z"}
    made = program.ask("post", "trades", NEW | more | {"account": str(anas_account.id), "source": "import"}).json()
    with acting_as(ana):
        trade = Trade.objects.get(pk=made["id"])
    assert (trade.user_id, trade.source, trade.deleted_at) == (ana.id, "manual", None)
    changed = program.ask("patch", f"accounts/{anas_account.id}", more | {"account_status": "closed"}, If_Match='"1"')
    with acting_as(ana):
        anas_account.refresh_from_db()
    assert changed.status_code == 200
    assert (anas_account.user_id, anas_account.account_status, anas_account.deleted_at) == (ana.id, "active", None)


def test_nobody_registers_as_staff(real_db: None) -> None:
    told = {"email": "eve@example.com", "password": "wooden spoons over Lisbon", "role": "SUPERADMIN",
            "status": "ACTIVE", "kyc_status": "verified", "is_staff": True}  # fmt: skip
    assert Program().ask("post", "auth/register", told).status_code == 202
    (row,) = look("SELECT role, status, kyc_status FROM users WHERE email = 'eve@example.com'")
    assert row == {"role": "USER", "status": "PENDING_VERIFICATION", "kyc_status": "pending"}


# Other people's things, named in bodies and filters ---------------------------------------------------------


def test_another_s_id_in_a_body_is_nothing(ana: User, cy: User, anas_account: TradingAccount) -> None:
    trade, account = str(trade_in(anas_account).id), str(anas_account.id)
    program = Program(cy)
    bodies: dict[str, dict[str, Any]] = {
        "trades": NEW | {"account": account}, "sessions": {"account": account},
        "emotions": {"trade": trade, "bias_detected": "FOMO"},
        "connections": {"account": account, "broker_type": "ibkr"},
    }  # fmt: skip
    assert {path: program.ask("post", path, body).status_code for path, body in bodies.items()} == dict.fromkeys(
        bodies, 404
    )
    bulk = program.ask("post", "trades/bulk", {"trades": [NEW | {"account": account}]}).json()
    assert (bulk["created"], bulk["results"][0]["errors"][0]["code"]) == (0, "not_found")
    with acting_as(ana):
        assert Trade.objects.count() == 1


@pytest.mark.parametrize("path", LISTS)
def test_another_s_id_in_a_filter_finds_nothing(ana: User, cy: User, anas_account: TradingAccount, path: str) -> None:
    trade = trade_in(anas_account)
    if path in ("templates", "calendar"):
        return  # everybody's
    for name, id in (("account", anas_account.id), ("trade", trade.id), ("user", ana.id), ("user_id", ana.id)):
        answer = Program(cy).ask("get", path, {name: str(id)})
        assert answer.status_code in (200, 400, 404), answer.content
        assert str(ana.id) not in answer.content.decode()
        assert str(trade.id) not in answer.content.decode()


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("name", ["user__password", "-user__email", "password", "digest", "secret", "pk;DROP", "?"])
def test_a_list_is_not_ordered_by_what_is_not_shown(ana: User, path: str, name: str) -> None:
    answer = Program(ana).ask("get", path, {"ordering": name})
    assert (answer.status_code, answer.json()["code"]) == (400, "field_unknown")


# Headers, methods, paths ----------------------------------------------------------------------------------


def test_a_header_cannot_be_broken_in_two(client: Client, ana: User) -> None:
    for next in ("/\r\nSet-Cookie: a=b", "/%0d%0aSet-Cookie:%20a=b", "/\x00", "/\n//evil.example"):
        answer = client.post("/sign-in/", {"login": ana.email, "password": PASSWORD, "next": next})
        assert not {"\r", "\n", "\x00"} & set(answer.headers.get("Location", ""))
        assert "a" not in answer.cookies
        client.post("/sign-out/")
    told = client.get("/api/v1/nothing", headers={"X-Request-ID": "<script>alert(1)</script>"})
    assert "script" not in told["X-Request-ID"]


def test_a_method_is_what_the_request_line_says(ana: User, anas_account: TradingAccount) -> None:
    trade = trade_in(anas_account)
    for header in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        answer = Program(ana).ask("get", f"trades/{trade.id}", None, **{header: "DELETE"})
        assert answer.status_code == 200
    with acting_as(ana):
        assert Trade.objects.get(pk=trade.pk).deleted_at is None


def test_a_body_of_a_kind_that_forms_can_send_is_not_read(ana: User) -> None:
    """A form of another site can send text/plain without asking first."""
    bearer = {"Authorization": f"Bearer {Program(ana).access}"}
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/xml", "application/x-yaml"):
        answer = Client().generic("POST", "/api/v1/accounts", b'{"account_name": "x"}', kind, headers=bearer)
        assert answer.status_code == 415, kind


@pytest.mark.parametrize(
    "path",
    ["/api/v1/../../etc/passwd", "/api/v1/trades/..%2f..%2fauth%2fme", "/api/v1/%2e%2e/admin/", "/%ff",
     "//evil.example/api/v1/", "/api/v1/trades;x=1", "/API/V1/trades", "/api/v1/trades%00", "/api/v1/trades/\u202e",
     "/static/../aetheris/settings.py", "/static/%2e%2e/%2e%2e/pyproject.toml", "/static/..%2f..%2fpyproject.toml"],
)  # fmt: skip
def test_a_path_leads_nowhere_but_where_it_says(ana: User, path: str) -> None:
    answer = Client().get(path, headers={"Authorization": f"Bearer {Program(ana).access}"})
    assert answer.status_code in (400, 404), answer.headers
    assert settings.SECRET_KEY not in answer.content.decode(errors="replace")
