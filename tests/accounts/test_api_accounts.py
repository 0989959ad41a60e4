"""Trading accounts by the API."""

from typing import Any

import pytest

from accounts.models import TradingAccount, User
from tests.asking import Program
from tests.factories import account_of

NEW = {"account_name": "Swing", "account_type": "personal", "broker": "ibkr", "currency": "eur",
       "starting_balance": "25000.50", "risk_limit": "500", "day_timezone": "Europe/Prague"}  # fmt: skip


@pytest.fixture
def program(ana: User) -> Program:
    return Program(ana)


def test_an_account_is_opened_and_read_back(program: Program, ana: User) -> None:
    made = program.ask("post", "accounts", NEW)
    assert made.status_code == 201, made.json()
    assert made["ETag"] == '"1"'
    body = made.json()
    assert (body["starting_balance"], body["risk_limit"]) == ("25000.50000000", "500.00000000")
    assert (body["currency"], body["user_id"], body["account_status"]) == ("EUR", str(ana.id), "active")
    assert body["created_at"].endswith("Z")
    assert program.ask("get", f"accounts/{body['id']}").json() == body
    assert program.ask("get", "accounts/").json()["results"] == [body]


def test_a_body_cannot_say_whose_it_is_or_how_it_stands(program: Program, ana: User, cy: User) -> None:
    told = NEW | {"user_id": str(cy.id), "user": str(cy.id), "account_status": "closed", "version": 7}
    body = program.ask("post", "accounts", told).json()
    assert (body["user_id"], body["account_status"], body["version"]) == (str(ana.id), "active", 1)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("day_timezone", "Mars/Olympus"),
        ("starting_balance", "-1"),
        ("starting_balance", "NaN"),
        ("risk_limit", "0"),
        ("max_drawdown_limit", "1.5"),
        ("account_type", "hedge"),
        ("currency", "$"),
        ("account_name", ""),
        ("day_starts_at", "25:00"),
    ],
)
def test_what_is_wrong_is_named(program: Program, field: str, value: str) -> None:
    answer = program.ask("post", "accounts", NEW | {field: value})
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_a_change_moves_the_version(program: Program, anas_account: TradingAccount) -> None:
    answer = program.ask("patch", f"accounts/{anas_account.id}", {"account_name": "Renamed"}, If_Match='"1"')
    assert answer.status_code == 200
    assert (answer.json()["account_name"], answer.json()["version"], answer["ETag"]) == ("Renamed", 2, '"2"')


@pytest.mark.parametrize("how", ["header", "body"])
def test_a_stale_writer_is_refused(program: Program, anas_account: TradingAccount, how: str) -> None:
    address = f"accounts/{anas_account.id}"
    program.ask("patch", address, {"account_name": "First"})
    told: dict[str, Any] = {"account_name": "Second"}
    stale = (
        program.ask("patch", address, told, If_Match='"1"')
        if how == "header"
        else program.ask("put", address, told | {"version": 1})
    )
    assert stale.status_code == 412
    assert program.ask("get", address).json()["account_name"] == "First"


@pytest.mark.parametrize("version", ["abc", '"one"', "-1"])
def test_a_version_that_is_none_is_refused(program: Program, anas_account: TradingAccount, version: str) -> None:
    answer = program.ask("patch", f"accounts/{anas_account.id}", {"account_name": "x"}, If_Match=version)
    assert answer.status_code == 400


def test_a_closed_account_stays_closed(program: Program, anas_account: TradingAccount) -> None:
    closed = program.ask("post", f"accounts/{anas_account.id}/close")
    assert (closed.status_code, closed.json()["account_status"]) == (200, "closed")
    assert program.ask("post", f"accounts/{anas_account.id}/close/").json()["version"] == closed.json()["version"]
    assert program.ask("patch", f"accounts/{anas_account.id}", {"account_name": "x"}).status_code == 409


def test_an_account_cannot_be_deleted(program: Program, anas_account: TradingAccount) -> None:
    assert program.ask("delete", f"accounts/{anas_account.id}").status_code == 405


def test_a_list_has_only_ones_own(program: Program, anas_account: TradingAccount, bo: User) -> None:
    account_of(bo)
    assert [line["id"] for line in program.ask("get", "accounts").json()["results"]] == [str(anas_account.id)]
