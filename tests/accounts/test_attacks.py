"""What attackers try at the doors, each tried and each refused."""

import base64
import hashlib
import hmac
import json
import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import jwt
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connections
from django.test import Client

from accounts.models import TradingAccount, User
from aetheris.db.tenancy import acting_as
from tests.asking import Program
from tests.factories import PASSWORD, account_of
from tests.processes import running
from trading.models import Trade

KEY = settings.HEADLESS_JWT_PRIVATE_KEY


@pytest.fixture(autouse=True)
def _fresh_cache(django_db_setup: None) -> None:
    cache.clear()


@pytest.fixture
def access(ana: User) -> str:
    told = {"email": ana.email, "password": PASSWORD}
    return str(Program().ask("post", "auth/login", told).json()["access"])


def opens(token: str) -> bool:
    return bool(Program().ask("get", "auth/me", Authorization=f"Bearer {token}").status_code == 200)


def said(token: str) -> dict[str, Any]:
    return dict(jwt.decode(token, options={"verify_signature": False}))


def part(told: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(told).encode()).rstrip(b"=").decode()


# Tokens ----------------------------------------------------------------------------------------------


def test_our_own_token_opens_and_the_same_claims_signed_anew_do_too(access: str) -> None:
    """So that the refusals below are for what each of them changes."""
    assert opens(access)
    assert opens(jwt.encode(said(access), KEY, algorithm="HS256"))


@pytest.mark.parametrize("name", ["none", "None", "NONE", ""])
def test_a_token_without_a_signature_is_none(access: str, name: str) -> None:
    body = f"{part({'alg': name, 'typ': 'JWT'})}.{part(said(access))}"
    assert not opens(f"{body}.")
    assert not opens(f"{body}.{access.rpartition('.')[2]}")


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_another_algorithm_than_ours_is_refused(access: str, algorithm: str) -> None:
    assert not opens(jwt.encode(said(access), KEY, algorithm=algorithm))


@pytest.mark.parametrize("key", ["", "secret", settings.SECRET_KEY, "public key taken for a secret" * 3])
def test_a_token_of_another_key_is_refused(access: str, key: str) -> None:
    body = f"{part({'alg': 'HS256', 'typ': 'JWT'})}.{part(said(access))}"
    mark = hmac.new(key.encode(), body.encode(), hashlib.sha256).digest()
    assert not opens(f"{body}.{base64.urlsafe_b64encode(mark).rstrip(b'=').decode()}")


@pytest.mark.parametrize(
    "changed",
    [{"exp": int(time.time()) - 1}, {"aud": "another-api"}, {"aud": None}, {"iss": "elsewhere"}, {"sub": "1"},
     {"token_use": "refresh"}, {"sid": "AAAA"}, {"sid": None}, {"jti": None}],
)  # fmt: skip
def test_claims_that_are_not_ours_are_refused(access: str, changed: dict[str, Any]) -> None:
    claims = {name: value for name, value in (said(access) | changed).items() if value is not None}
    assert not opens(jwt.encode(claims, KEY, algorithm="HS256"))


def test_ones_own_token_with_anothers_name_is_refused(access: str, bo: User) -> None:
    assert not opens(jwt.encode(said(access) | {"sub": str(bo.id)}, KEY, algorithm="HS256"))


def test_a_header_that_names_a_key_of_its_own_changes_nothing(access: str) -> None:
    own = {"jwk": {"kty": "oct", "k": "AAAA"}, "kid": "../../dev/null", "jku": "https://evil.example/keys"}
    assert not opens(jwt.encode(said(access), "AAAA" * 10, algorithm="HS256", headers=own))


# Pages -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/sign-in/", "/register/", "/password/reset/", "/sign-out/"])
def test_a_form_from_elsewhere_is_refused(db: None, path: str) -> None:
    browser = Client(enforce_csrf_checks=True)
    assert browser.post(path, {"email": "a@example.com"}).status_code == 403


def test_the_api_by_cookie_asks_for_the_csrf_token(ana: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    with acting_as(ana):
        browser.force_login(ana, backend="accounts.signin.EmailBackend")
    for path in ("auth/logout", "auth/ws-ticket", "auth/step-up", "trades", "auth/keys"):
        assert browser.post(f"/api/v1/{path}", "{}", content_type="application/json").status_code == 403, path


def test_no_page_is_framed_or_kept(ana: User, client: Client) -> None:
    with acting_as(ana):
        client.force_login(ana, backend="accounts.signin.EmailBackend")
    for path in ("/sign-in/code/", "/settings/security/", "/api/v1/auth/me", "/api/v1/trades"):
        answer = client.get(path)
        assert answer["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
        if answer.status_code == 200:
            assert answer["Cache-Control"] == "no-store", path


def test_another_host_s_name_is_refused(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "ALLOWED_HOSTS", ["localhost"])
    answer = Client(headers={"Host": "evil.example"}).get("/api/v1/trades")
    assert (answer.status_code, b"evil.example" in answer.content) == (400, False)
    assert Client(headers={"Host": "localhost", "X-Forwarded-Host": "evil.example"}).get("/sign-in/").status_code == 200


def test_a_cookie_is_not_for_scripts(ana: User, client: Client) -> None:
    client.post("/sign-in/", {"login": ana.email, "password": PASSWORD})
    cookie = client.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_pages_of_other_origins_read_the_api_only_if_they_are_named(
    db: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "CORS_ALLOWED_ORIGINS", ["https://app.example"])
    ask = {"Access-Control-Request-Method": "POST"}
    named = client.options("/api/v1/trades", headers=ask | {"Origin": "https://app.example"})
    assert (named.status_code, named["Access-Control-Allow-Origin"]) == (204, "https://app.example")
    assert "Access-Control-Allow-Credentials" not in named
    for origin in ("https://evil.example", "null", "https://app.example.evil.example", "http://app.example"):
        other = client.options("/api/v1/trades", headers=ask | {"Origin": origin})
        assert "Access-Control-Allow-Origin" not in other


# Bodies ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a":' * 50_000 + b"1" + b"}" * 50_000])
def test_a_body_nested_without_end_is_a_bad_request(ana: User, body: bytes) -> None:
    for path in ("accounts", "trades", "auth/login"):
        assert Program(ana).ask("post", path, body).status_code == 400


def test_a_slow_client_does_not_delay_another(real_db: None, ana: User, tmp_path: Path) -> None:
    """Thirty that send a byte and stop: the next asker is served as ever."""
    with running(tmp_path) as product:
        token = product.token_of(ana)
        slow = []
        for _ in range(30):
            line = socket.create_connection(("127.0.0.1", product.port), timeout=10)
            line.sendall(b"POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
            slow.append(line)
        assert product.ask("GET", "/api/v1/auth/me", token=token)[0] == 200
        for line in slow:
            line.close()


# Many at once ----------------------------------------------------------------------------------------


def at_once(many: int, ask: Any) -> list[Any]:
    def one(number: int) -> Any:
        try:
            return ask(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(many) as pool:
        return list(pool.map(one, range(many)))


def test_twenty_posts_with_one_key_make_one_trade(real_db: None, ana: User, anas_account: TradingAccount) -> None:
    body = {"account": str(anas_account.id), "symbol": "EURUSD", "side": "long", "quantity": "1", "entry_price": "1.1",
            "entry_time": "2026-01-05T10:00:00Z"}  # fmt: skip
    access = Program(ana).access

    def post(_: int) -> Any:
        told = {"Authorization": f"Bearer {access}", "Idempotency_Key": "one"}
        return Program().ask("post", "trades", body, **told)

    answers = at_once(20, post)
    assert {answer.status_code for answer in answers} <= {201, 409}
    made = {answer.json()["id"] for answer in answers if answer.status_code == 201}
    with acting_as(ana):
        assert {str(id) for id in Trade.objects.values_list("id", flat=True)} == made
    assert len(made) == 1


def test_twenty_puts_with_one_version_change_once(real_db: None, ana: User) -> None:
    account = account_of(ana, account_name="Swing")
    access = Program(ana).access

    def put(number: int) -> int:
        told = {"Authorization": f"Bearer {access}", "If_Match": '"1"'}
        return int(Program().ask("put", f"accounts/{account.id}", {"account_name": f"N{number}"}, **told).status_code)

    statuses = at_once(20, put)
    assert sorted(set(statuses)) == [200, 412]
    assert statuses.count(200) == 1
    shown = Program(ana).ask("get", f"accounts/{account.id}").json()
    assert (shown["version"], bool(re.fullmatch(r"N\d+", shown["account_name"]))) == (2, True)
