"""Connections and sessions by the API."""

import pytest

from accounts.models import TradingAccount, User
from aetheris.db.tenancy import acting_as
from tests import planted
from tests.asking import Program
from tests.factories import account_of
from trading.models import BrokerConnection


@pytest.fixture
def program(ana: User) -> Program:
    return Program(ana)


def test_secrets_go_in_and_never_come_out(program: Program, ana: User, anas_account: TradingAccount) -> None:
    told = {"account": str(anas_account.id), "broker_type": "binance", "api_key": planted.API_KEY,
            "api_secret": planted.API_SECRET}  # fmt: skip
    made = program.ask("post", "connections", told)
    assert made.status_code == 201, made.json()
    address = f"connections/{made.json()['id']}"
    shown = [made, program.ask("get", address), program.ask("get", "connections")]
    shown.append(program.ask("patch", address, {"conflict_policy": "overwrite"}))
    for answer in shown:
        assert planted.API_SECRET.encode() not in answer.content
        assert planted.API_KEY.encode() not in answer.content
    assert shown[-1].json()["key_hint"] == "89ab"
    with acting_as(ana):
        assert BrokerConnection.objects.get().api_secret == planted.API_SECRET
    assert program.ask("delete", address).status_code == 204
    assert program.ask("get", address).status_code == 404
    with acting_as(ana):
        assert BrokerConnection.objects.get().api_secret is None


def test_a_strangers_account_takes_no_connection(program: Program, cy: User) -> None:
    told = {"account": str(account_of(cy).id), "broker_type": "binance"}
    assert program.ask("post", "connections", told).status_code == 404


def test_one_session_is_open_at_a_time(program: Program, anas_account: TradingAccount) -> None:
    first = program.ask("post", "sessions", {"account": str(anas_account.id), "notes": "calm"})
    assert first.status_code == 201, first.json()
    again = program.ask("post", "sessions", {"account": str(anas_account.id)})
    assert (again.status_code, again.json()["code"]) == (409, "session_open")
    address = f"sessions/{first.json()['id']}"
    assert program.ask("patch", address, {"session_end": "2000-01-01T00:00:00Z"}).status_code == 400
    assert program.ask("patch", address, {"session_end": "2100-01-01T00:00:00Z"}).status_code == 200
    assert program.ask("get", "sessions?open=true").json()["results"] == []
