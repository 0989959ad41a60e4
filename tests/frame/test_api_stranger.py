"""What a stranger tries with what is their own: cursors, keys, names and numbers that say two things at once."""

import json
from base64 import urlsafe_b64encode
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import TradingAccount, User
from aetheris.db.tenancy import acting_as
from tests.asking import Program
from tests.factories import account_of, trade_in
from trading.models import Trade

NEW = {"symbol": "EURUSD", "side": "long", "quantity": "1", "entry_price": "1.1", "entry_time": "2026-01-05T10:00:00Z"}


@pytest.fixture(autouse=True)
def _fresh_cache(django_db_setup: None) -> None:
    cache.clear()


def cursor(**told: Any) -> str:
    return urlsafe_b64encode(json.dumps(told).encode()).decode()


def test_a_cursor_made_by_hand_opens_no_other_list(anas_account: TradingAccount, cy: User) -> None:
    trade = trade_in(anas_account)
    place = {"order": "-entry_time", "value": "2999-01-01T00:00:00Z", "id": str(trade.id), "back": False}
    program = Program(cy)
    for back in (False, True):
        answer = program.ask("get", "trades", {"cursor": cursor(**place | {"back": back})})
        assert (answer.status_code, answer.json()["results"]) == (200, [])
    for wrong in ({"id": "1' OR '1'='1"}, {"id": {"a": 1}}, {"id": None}, {"value": [1]}, {"value": "never"},
                  {"order": "user__password"}, {"more": 1}, {"back": "no"}, {"id": 7}):  # fmt: skip
        answer = program.ask("get", "trades", {"cursor": cursor(**place | wrong)})
        assert (answer.status_code, answer.json()["code"]) == (400, "cursor_invalid"), wrong
    by_symbol = {"order": "symbol", "id": str(trade.id), "back": False}
    for half in ("\ud800", "a\x00"):
        answer = program.ask("get", "trades", {"ordering": "symbol", "cursor": cursor(**by_symbol, value=half)})
        assert answer.status_code == 400, answer.content


def test_who_brings_a_token_and_a_cookie_is_whom_the_token_names(ana: User, cy: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    with acting_as(ana):
        browser.force_login(ana, backend="accounts.signin.EmailBackend")
    theirs = browser.get("/api/v1/auth/me", headers={"Authorization": f"Bearer {Program(cy).access}"})
    assert theirs.json()["id"] == str(cy.id)
    for word in ("Bearer nonsense", f"Bearer {Program(cy).access}x", "Bearer ak_nonsense"):
        refused = browser.post("/api/v1/auth/ws-ticket", headers={"Authorization": word})
        assert refused.status_code == 401, word


def test_a_token_counts_in_its_header_alone(ana: User) -> None:
    access = Program(ana).access
    for query in ("access_token", "token", "key", "authorization"):
        assert Client().get(f"/api/v1/auth/me?{urlencode({query: access})}").status_code == 401
    for word in (access, f"Basic {access}", f"Token {access}", f"Bearer{access}"):
        assert Client().get("/api/v1/auth/me", headers={"Authorization": word}).status_code == 401


def test_of_a_name_said_twice_the_last_word_counts_everywhere(anas_account: TradingAccount, cy: User) -> None:
    hers, theirs = str(anas_account.id), str(account_of(cy).id)
    rest = json.dumps(NEW)[1:]
    program = Program(cy)
    refused = program.ask("post", "trades", f'{{"account": "{theirs}", "account": "{hers}", {rest}'.encode())
    made = program.ask("post", "trades", f'{{"account": "{hers}", "account": "{theirs}", {rest}'.encode())
    assert (refused.status_code, made.status_code, made.json()["account"]) == (404, 201, theirs)
    mixed = program.ask("post", "trades", NEW | {"account": theirs, "account_id": hers})
    assert (mixed.status_code, mixed.json()["account"]) == (201, theirs)


@pytest.mark.parametrize(
    "number", ["NaN", "Infinity", "-Infinity", "1e400", "-1e400", "1" * 5000, "0x10", "1_000", "١"]
)
def test_what_is_no_number_in_json_is_refused(anas_account: TradingAccount, number: str) -> None:
    program = Program(anas_account.user)
    told = json.dumps(NEW | {"account": str(anas_account.id)})[:-1]
    for name in ("stop_loss", "version"):
        answer = program.ask("post", "trades", f'{told}, "{name}": {number}, "pnl": {number}}}'.encode())
        assert answer.status_code == 400, answer.content
        assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("name", ["symbol", "trade_notes", "broker_trade_id", "setup"])
@pytest.mark.parametrize("word", ["a\\u0000b", "\\ud800", "a\\udfffb"])
def test_half_a_character_is_refused_by_its_field(anas_account: TradingAccount, name: str, word: str) -> None:
    told = json.dumps({**NEW, "account": str(anas_account.id), name: "WORD"}).replace("WORD", word)
    answer = Program(anas_account.user).ask("post", "trades", told.encode())
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, name)


def test_a_file_s_name_is_in_no_header(anas_account: TradingAccount) -> None:
    program, edge = Program(anas_account.user), "edge"
    for name in ('filename="a\\r\\nSet-Cookie: a=b.csv"', "filename*=UTF-8''a%0d%0aSet-Cookie:%20a=b.csv",
                 'filename="../../../etc/passwd"', "filename*=UTF-8''%00.csv"):  # fmt: skip
        body = (
            f'--{edge}\r\nContent-Disposition: form-data; name="account"\r\n\r\n{anas_account.id}\r\n'
            f'--{edge}\r\nContent-Disposition: form-data; name="file"; {name}\r\n\r\nno trades\r\n--{edge}--\r\n'
        )
        answer = program.generic(
            "POST", "/api/v1/trades/import", body.encode(), f"multipart/form-data; boundary={edge}",
            headers={"Authorization": f"Bearer {program.access}"},
        )  # fmt: skip
        assert answer.status_code in (400, 422), answer.content
        assert not answer.cookies
        assert not any("etc/passwd" in value or "\n" in value for value in answer.headers.values())


def test_asking_what_is_allowed_tells_nothing_of_another_s(anas_account: TradingAccount, cy: User) -> None:
    program = Program(cy)
    told = [
        program.options(f"/api/v1/trades/{id}", headers={"Authorization": f"Bearer {program.access}"})
        for id in (trade_in(anas_account).id, uuid4())
    ]
    assert told[0].status_code == told[1].status_code
    assert {**told[0].json(), "request_id": ""} == {**told[1].json(), "request_id": ""}
    with acting_as(anas_account.user):
        assert Trade.objects.count() == 1
