"""Whole lists, chosen fields and counted requests: what every list and address shares."""

import csv
import io
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache

from accounts.models import TradingAccount, User
from tests.asking import Program
from tests.factories import account_of, trade_in
from tests.frame.test_api_frame import operations
from tests.store import grow_older

LISTS = ["accounts", "trades", "alerts", "auth/keys", "auth/sessions", "connections", "emotions", "sessions",
         "sync-logs"]  # fmt: skip


@pytest.fixture(autouse=True)
def _fresh_cache(django_db_setup: None) -> None:
    cache.clear()


def rows_of(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


def test_a_whole_list_as_csv_and_as_json(ana: User, anas_account: TradingAccount) -> None:
    for number in range(60):
        trade_in(anas_account, symbol=f"S{number}", tags=["a", "b"])
    program = Program(ana)
    listed = program.ask("get", "trades?format=csv&ordering=entry_time")
    assert listed["Content-Type"] == "text/csv; charset=utf-8"
    assert listed["Content-Disposition"] == 'attachment; filename="trades.csv"'
    assert [row["symbol"] for row in rows_of(listed)] == [f"S{number}" for number in range(60)]
    assert rows_of(listed)[0]["tags"] == '["a", "b"]'
    whole = program.ask("get", "trades?format=json").json()
    assert (len(whole["results"]), whole["next"]) == (60, None)
    assert len(program.ask("get", "trades").json()["results"]) == 50
    assert len(rows_of(program.ask("get", "trades?symbol=S7", Accept="text/csv"))) == 1


@pytest.mark.parametrize("path", LISTS)
def test_every_list_has_both(ana: User, path: str) -> None:
    for form, kind in (("csv", "text/csv; charset=utf-8"), ("json", "application/json")):
        answer = Program(ana).ask("get", f"{path}?format={form}")
        assert (answer.status_code, answer["Content-Type"]) == (200, kind)


def test_a_refusal_is_a_problem_whatever_was_asked_for(ana: User) -> None:
    answer = Program(ana).ask("get", "trades?format=csv&account=x")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_an_answer_without_words_has_none_in_any_form(ana: User, anas_account: TradingAccount) -> None:
    answer = Program(ana).ask("delete", f"trades/{trade_in(anas_account).pk}?format=csv")
    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize("form", ["", "&format=csv"])
@pytest.mark.parametrize("word", ["0", "-1", "true", "null", ""])
def test_a_limit_that_is_no_number_of_rows_is_refused(ana: User, word: str, form: str) -> None:
    answer = Program(ana).ask("get", f"trades?limit={word}{form}")
    assert (answer.status_code, answer.json()["code"]) == (400, "limit_invalid")


def test_text_that_a_spreadsheet_would_run_is_defused(ana: User) -> None:
    account_of(ana, account_name='=HYPERLINK("http://evil.example")')
    account_of(ana, account_name="-5")
    names = [row["account_name"] for row in rows_of(Program(ana).ask("get", "accounts?format=csv"))]
    assert names == ["-5", '\'=HYPERLINK("http://evil.example")']


def test_only_the_fields_that_were_asked_for(ana: User, anas_account: TradingAccount) -> None:
    trade = trade_in(anas_account)
    program = Program(ana)
    assert program.ask("get", "trades?fields=id,symbol").json()["results"] == [
        {"id": str(trade.id), "symbol": "EURUSD"}
    ]
    assert program.ask("get", f"trades/{trade.id}?fields=symbol").json() == {"symbol": "EURUSD"}
    unknown = program.ask("get", "trades?fields=id,password")
    assert (unknown.status_code, unknown.json()["code"]) == (400, "field_unknown")


def test_one_request_too_many_waits_and_others_do_not(ana: User, bo: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "API_RATES", dict.fromkeys(settings.API_RATES, (3, 60)))
    program = Program(ana)
    answers = [program.ask("get", "accounts") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer["RateLimit-Remaining"] for answer in answers[:3]] == ["2", "1", "0"]
    assert 0 < int(answers[3]["Retry-After"]) <= 61
    assert answers[3].json()["code"] == "throttled"
    assert Program(bo).ask("get", "accounts").status_code == 200
    assert program.ask("post", "accounts", {}).status_code == 400
    grow_older(61)
    assert program.ask("get", "accounts").status_code == 200


def test_every_answer_tells_what_is_left(ana: User) -> None:
    for method, path in operations():
        if method == "get" and "{" not in path:
            assert "RateLimit-Remaining" in Program(ana).ask("get", path), path
