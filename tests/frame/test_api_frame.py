"""What every resource of the API shares."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern
from drf_spectacular.validation import validate_schema

from accounts import keys
from accounts.models import SignIn, TradingAccount, User
from aetheris import clock
from aetheris.api.router import urlpatterns
from aetheris.api.schema import Generator
from aetheris.db.tenancy import acting_as
from analytics.journal import note_emotion
from analytics.vocal import note_voice
from armor.limit_changes import wait_for
from armor.models import Breach, BreachCounter, WebhookEndpoint, WebhookEvent
from tests.asking import Program
from tests.factories import account_of, trade_in
from tests.sounds import tone, wav
from trading.connections import add_connection
from trading.models import SyncLog
from trading.sitting import begin_session

NEW = {"account_name": "Swing", "starting_balance": "1000"}


@pytest.fixture(autouse=True)
def _fresh_cache(django_db_setup: None) -> None:
    cache.clear()


@pytest.fixture
def program(ana: User) -> Program:
    return Program(ana)


# Addresses ----------------------------------------------------------------------------------------------


def operations() -> Iterator[tuple[str, str]]:
    for path, methods in Generator().get_schema(public=True)["paths"].items():
        for method in methods:
            yield method, path.removeprefix("/api/v1/")


@pytest.mark.parametrize(
    ("method", "path"), [found for found in operations() if "id}" in found[1] and not found[1].endswith("/file")]
)
def test_a_strangers_id_is_404_at_every_address(
    ana: User, anas_things: dict[str, str], cy: User, method: str, path: str
) -> None:
    """With Ana's own id of the right kind, and with an id of nothing: the same answer but for its request's id."""
    stranger = Program(cy)
    hers = anas_things.get(kind_of(path), str(uuid4()))
    answers = []
    for id in (hers, str(uuid4())):
        address = path.replace("{id}", id).replace("{account_id}", id).replace("{date}", "2026-01-05")
        answer = stranger.ask(method, address, None if method == "get" else {"template": str(uuid4())})
        assert answer.status_code == 404, (address, answer.content)
        answers.append({**answer.json(), "request_id": ""})
    assert answers[0] == answers[1]


def kind_of(path: str) -> str:
    """Whose id an address takes: auth_sessions of auth/sessions/{id}, accounts of accounts/{id}/risk."""
    words = path.partition("/{")[0].split("/")
    return "_".join(words)


@pytest.fixture
def anas_things(ana: User, anas_account: TradingAccount) -> dict[str, str]:
    trade = trade_in(anas_account)
    with acting_as(ana):
        BreachCounter.objects.create(user=ana)
        breach = Breach.objects.create(
            user=ana, account=anas_account, number=1, breach_type="max_daily_loss", breach_level=1, breach_value=1,
            breach_limit=2, trading_day=clock.now().date(),
        )  # fmt: skip
        connection = add_connection(account=anas_account, values={"broker_type": "ibkr", "api_key": "secret-key-1234"})
        log = SyncLog.objects.create(
            account=anas_account, user=ana, broker="mt5", source="a.html", sync_timestamp=clock.now()
        )
        session = begin_session(account=anas_account, values={})
        emotion = note_emotion(user=ana, values={"bias_detected": "FOMO", "trade": trade})
        endpoint = WebhookEndpoint.objects.create(
            user=ana, url="https://example.com/hook", secret="whsec_c2VjcmV0", event_types=["armor_breach"]
        )
        waits = wait_for(anas_account, {"risk_limit": None})[0]
        event = WebhookEvent.objects.create(user=ana, endpoint=endpoint, event_type="armor_breach")
        key, _ = keys.make(ana, name="Robot", scopes=["read"], expires_at=clock.now() + timedelta(days=1))
        note = note_voice(user=ana, content=wav(tone(1.0)), trade=trade)
        sign_in = SignIn.objects.create(user=ana, way="password", is_program=True, seen_at=clock.now())
    return {
        "accounts": str(anas_account.id), "metrics": str(anas_account.id), "trades": str(trade.id),
        "alerts": str(breach.id), "connections": str(connection.id), "sync-logs": str(log.id),
        "webhooks": str(endpoint.id), "webhook-events": str(event.id),
        "sessions": str(session.id), "templates": str(uuid4()), "emotions": str(emotion.id),
        "brokers_sync": str(anas_account.id),
        "whales": str(uuid4()), "oracle": str(uuid4()), "auth_keys": str(key.id), "auth_sessions": str(sign_in.id),
        "auth_social": "google", "vocal-notes": str(note.id),
        "limit-changes": str(waits.id),
    }  # fmt: skip


def test_every_address_but_the_open_ones_asks_for_a_sign_in(db: None) -> None:
    answered = {}
    for method, path in operations():
        address = (
            (path.replace("{id}", str(uuid4())).replace("{account_id}", str(uuid4())).replace("{date}", "2026-01-05"))
            .replace("{provider}", "google")
            .replace("{connection}", str(uuid4()))
        )
        answered[f"{method} {path}"] = Program().ask(method, address, {} if method != "get" else None).status_code
    opened = {address for address, status in answered.items() if status != 401}
    assert opened == {
        *(f"post auth/{name}" for name in ("login", "mfa", "refresh", "register", "verify-email", "magic-link")),
        "post auth/password/reset", "get auth/social/{provider}", "get templates", "get templates/{id}",
        "get exports/{id}/file",
    }  # fmt: skip


def test_a_slash_at_the_end_changes_nothing(program: Program, anas_account: TradingAccount) -> None:
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern)
        assert pattern.name == "unknown" or str(pattern.pattern).endswith("/?$")
    for path in ("accounts", f"accounts/{anas_account.id}", "trades", "auth/me"):
        with_slash, without = program.ask("get", f"{path}/"), program.ask("get", path)
        assert (with_slash.status_code, with_slash.content) == (200, without.content)


# Problems -----------------------------------------------------------------------------------------------


def is_problem(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert set(body) >= {"type", "title", "status", "detail", "code", "errors", "request_id"}
    assert (body["status"], body["request_id"]) == (status, answer["X-Request-ID"])
    return body


@pytest.mark.parametrize("path", ["", "nothing", "trades/not-an-id", "accounts/----/risk", f"trades/{'-' * 36}"])
def test_an_address_that_is_nothing_is_a_problem(program: Program, path: str) -> None:
    is_problem(program.ask("get", path), 404)


def test_a_method_that_is_not_there(program: Program) -> None:
    answer = program.ask("delete", "trades")
    is_problem(answer, 405)
    assert "GET" in answer["Allow"]


def test_json_that_is_none(program: Program) -> None:
    is_problem(program.ask("post", "accounts", b"{not json"), 400)


@pytest.mark.parametrize("body", [b"[]", b'"text"', b"null", b"12"])
def test_json_that_is_no_object(program: Program, body: bytes) -> None:
    is_problem(program.ask("post", "accounts", body), 400)


def test_a_form_where_json_is_read(program: Program) -> None:
    answer = program.post("/api/v1/accounts", NEW, headers={"Authorization": f"Bearer {program.access}"})
    is_problem(answer, 415)


def test_a_body_too_large_is_refused_unread(program: Program) -> None:
    is_problem(program.ask("post", "accounts", b'"' + b"x" * 6 * 2**20 + b'"'), 413)


def test_a_number_too_large_for_its_column(program: Program) -> None:
    body = is_problem(program.ask("post", "accounts", NEW | {"starting_balance": "1e30"}), 400)
    assert body["errors"][0]["field"] == "starting_balance"


def test_what_nobody_foresaw_is_told_without_its_insides(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**told: object) -> None:
        raise RuntimeError("password=hunter2")

    monkeypatch.setattr("accounts.services.open_account", broken)
    program.raise_request_exception = False
    body = is_problem(program.ask("post", "accounts", NEW), 500)
    assert "hunter2" not in str(body)


def test_a_request_id_that_was_told_comes_back(program: Program) -> None:
    assert program.ask("get", "auth/me", X_Request_ID="told-by-client-1")["X-Request-ID"] == "told-by-client-1"


# The same request twice -----------------------------------------------------------------------------------


committing = pytest.mark.usefixtures("real_db")


@committing
def test_the_same_key_and_body_give_the_first_answer_again(program: Program) -> None:
    first = program.ask("post", "accounts", NEW, Idempotency_Key="key-1")
    again = program.ask("post", "accounts", NEW, Idempotency_Key="key-1")
    assert (again.status_code, again.json(), again["ETag"]) == (201, first.json(), first["ETag"])
    assert again["Idempotent-Replayed"] == "true"
    assert len(program.ask("get", "accounts").json()["results"]) == 1


@committing
def test_the_same_key_with_another_body_is_refused(program: Program) -> None:
    program.ask("post", "accounts", NEW, Idempotency_Key="key-1")
    other = program.ask("post", "accounts", NEW | {"broker": "x"}, Idempotency_Key="key-1")
    assert is_problem(other, 422)["code"] == "idempotency_key_reused"


@committing
def test_a_key_is_each_persons_own(program: Program, bo: User) -> None:
    program.ask("post", "accounts", NEW, Idempotency_Key="key-1")
    bos = Program(bo).ask("post", "accounts", NEW, Idempotency_Key="key-1")
    assert (bos.status_code, bos.json()["user_id"]) == (201, str(bo.id))


@committing
def test_a_refused_request_leaves_its_key_free(program: Program) -> None:
    program.ask("post", "accounts", {}, Idempotency_Key="key-1")
    assert program.ask("post", "accounts", NEW, Idempotency_Key="key-1").status_code == 201


def test_an_answer_stands_only_if_its_work_does(program: Program, ana: User) -> None:
    """In this test nothing is ever committed: the second request finds the first still at work and writes nothing."""
    program.ask("post", "accounts", NEW, Idempotency_Key="key-1")
    assert is_problem(program.ask("post", "accounts", NEW, Idempotency_Key="key-1"), 409)["code"].startswith("idem")
    assert len(program.ask("get", "accounts").json()["results"]) == 1


# Pages ----------------------------------------------------------------------------------------------------


def walk(program: Program, path: str, key: str) -> list[Any]:
    """Forward to the end, then back to the start: both ways must tell the same rows."""
    pages, answer = [], program.ask("get", path).json()
    while True:
        pages.append([row[key] for row in answer["results"]])
        if answer["next"] is None:
            break
        answer = program.ask("get", answer["next"].partition("/api/v1/")[2]).json()
    back = [pages[-1]]
    while answer["previous"]:
        answer = program.ask("get", answer["previous"].partition("/api/v1/")[2]).json()
        back.insert(0, [row[key] for row in answer["results"]])
    assert back == pages
    return [row for page in pages for row in page]


@pytest.mark.parametrize("order", ["-created_at", "created_at", "account_name", "starting_balance"])
def test_a_list_is_walked_page_by_page_also_where_rows_tie(program: Program, ana: User, order: str) -> None:
    made = {str(account_of(ana, account_name=f"A{n % 3}").id) for n in range(7)}
    seen = walk(program, f"accounts?limit=2&ordering={order}", "id")
    assert len(seen) == 7
    assert set(seen) == made


@pytest.mark.parametrize("order", ["pnl", "-pnl", "exit_time", "-exit_time", "-entry_time"])
def test_rows_without_a_value_stand_at_the_end(program: Program, anas_account: TradingAccount, order: str) -> None:
    for pnl in (3, None, 1, 3, None, -2):
        closed = {} if pnl is not None else {"exit_price": None, "exit_time": None, "gross_pnl": None}
        trade_in(anas_account, pnl=pnl, **closed)
    seen = walk(program, f"trades?limit=2&ordering={order}", "pnl")
    assert len(seen) == 6
    if order == "pnl":
        assert [value and float(value) for value in seen] == [-2, 1, 3, 3, None, None]
    if order == "-pnl":
        assert [value and float(value) for value in seen] == [3, 3, 1, -2, None, None]


@pytest.mark.parametrize("cursor", ["x", "e30=", "bnVsbA=="])
def test_a_cursor_of_another_list_is_refused(program: Program, cursor: str) -> None:
    is_problem(program.ask("get", f"accounts?cursor={cursor}"), 400)


# The description ------------------------------------------------------------------------------------------


def test_the_schema_is_openapi_31_with_errors_told(db: None) -> None:
    answer = Program().ask("get", "schema/")
    assert (answer.status_code, answer.json()["openapi"]) == (200, "3.1.0")
    paths = answer.json()["paths"]
    assert not any(path.endswith("/") for path in paths)
    assert paths["/api/v1/auth/me"]["get"]["security"] == [{"bearer": []}, {"session": []}]
    validate_schema(answer.json())
    assert {"400", "401", "404", "412", "422", "429"} <= set(paths["/api/v1/trades/{id}"]["patch"]["responses"])


def test_the_reference_page_obeys_the_strict_policy(db: None) -> None:
    answer = Program().ask("get", "docs/")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "/api/v1/trades/import" in page
    assert " style=" not in page
    assert "<script>" not in page
    assert "http" not in page.replace("http://www.w3.org", "")
    assert "unsafe" not in answer["Content-Security-Policy"]


def test_what_breaks_before_any_view_is_a_problem_too(
    monkeypatch: pytest.MonkeyPatch, client: Client, db: None
) -> None:
    def fall(*told: object) -> None:
        raise RuntimeError("the database went away")

    monkeypatch.setattr("accounts.middleware.TenantMiddleware.process_request", fall)
    client.raise_request_exception = False
    answer = client.get("/api/v1/accounts")
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")
    assert answer.json()["code"] == "broken"
    assert "went away" not in answer.content.decode()
    assert client.get("/")["Content-Type"].startswith("text/html")
