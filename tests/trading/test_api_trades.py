"""Trades by the API."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import TradingAccount, User
from aetheris.db.tenancy import acting_as
from tests.asking import Program
from tests.factories import account_of, trade_in
from trading.models import Trade

LOSING = {
    "symbol": "NAS100", "side": "long", "quantity": "2", "entry_price": "18250.25", "exit_price": "18100.25",
    "entry_time": "2026-01-05T14:30:00Z", "exit_time": "2026-01-05T15:00:00+00:00", "pnl": "-300.10",
    "commissions": "4.20", "swap": "-0.50", "tags": ["news"], "setup": "breakout",
}  # fmt: skip


@pytest.fixture
def program(ana: User) -> Program:
    return Program(ana)


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=UTC)


def write(program: Program, into: TradingAccount, **told: Any) -> Any:
    return program.ask("post", "trades", {**LOSING, "account": str(into.id), **told})


def test_a_closed_losing_trade_is_written_and_read_back(program: Program, anas_account: TradingAccount) -> None:
    made = write(program, anas_account)
    assert made.status_code == 201, made.json()
    body = made.json()
    assert (body["pnl"], body["commissions"], body["swap"]) == ("-300.10000000", "4.20000000", "-0.50000000")
    assert body["gross_pnl"] == "-295.40000000"  # -300.10 + 4.20 - (-0.50)
    assert (body["status"], body["source"], body["broker"], body["duration_ms"]) == (
        "closed",
        "manual",
        "manual",
        1_800_000,
    )
    assert (body["entry_time"], body["exit_time"]) == ("2026-01-05T14:30:00Z", "2026-01-05T15:00:00Z")
    assert (body["account"], body["account_id"]) == (str(anas_account.id), str(anas_account.id))
    assert program.ask("get", f"trades/{body['id']}").json() == body


def test_every_decimal_is_text(program: Program, anas_account: TradingAccount) -> None:
    body = write(program, anas_account, mfe="10", mae="0.00000001", stop_loss="1.123456789012").json()
    names = [field.name for field in Trade._meta.fields if field.get_internal_type() == "DecimalField"]
    assert len(names) == 14
    for name in names:
        assert body[name] is None or (isinstance(body[name], str) and Decimal(body[name]).is_finite()), name
    assert body["stop_loss"] == "1.123456789012"


def test_the_account_may_be_called_as_its_column(program: Program, anas_account: TradingAccount) -> None:
    told = {**LOSING, "account_id": str(anas_account.id)}
    assert program.ask("post", "trades", told).status_code == 201


def test_a_strangers_account_is_not_there_to_write_into(program: Program, cy: User) -> None:
    assert write(program, account_of(cy)).status_code == 404
    assert program.ask("post", "trades", {**LOSING, "account": str(uuid4())}).status_code == 404


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"quantity": "0"}, "quantity"),
        ({"quantity": "NaN"}, "quantity"),
        ({"entry_price": "-1"}, "entry_price"),
        ({"side": "buy"}, "side"),
        ({"exit_time": "2026-01-05T14:00:00Z"}, "exit_time"),
        ({"exit_price": None}, "exit_price"),
        ({"pnl": None}, "pnl"),
        ({"mae": "-1"}, "mae"),
        ({"symbol": ""}, "symbol"),
        ({"symbol": "a\x00b"}, "symbol"),
        ({"broker_trade_id": " "}, "broker_trade_id"),
        ({"entry_time": "yesterday"}, "entry_time"),
        ({"pnl": "1e20"}, "pnl"),
        ({"account": "mine"}, "account"),
    ],
)
def test_what_is_wrong_is_named(
    program: Program, anas_account: TradingAccount, told: dict[str, Any], field: str
) -> None:
    answer = write(program, anas_account, **told)
    assert answer.status_code == 400, answer.json()
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_the_brokers_id_is_taken_once(program: Program, anas_account: TradingAccount) -> None:
    assert write(program, anas_account, broker="ibkr", broker_trade_id="77").status_code == 201
    again = write(program, anas_account, broker="ibkr", broker_trade_id="77")
    assert (again.status_code, again.json()["code"]) == (409, "trade_known")
    assert "77" in again.json()["detail"]


def test_a_closed_account_takes_no_trade(program: Program, anas_account: TradingAccount) -> None:
    program.ask("post", f"accounts/{anas_account.id}/close")
    assert write(program, anas_account).status_code == 409


def test_a_change_is_guarded_by_its_version(program: Program, anas_account: TradingAccount) -> None:
    address = f"trades/{write(program, anas_account).json()['id']}"
    changed = program.ask("patch", address, {"pnl": "-250"}, If_Match='"1"')
    assert (changed.json()["pnl"], changed.json()["gross_pnl"]) == ("-250.00000000", "-245.30000000")
    assert changed["ETag"] == '"2"'
    assert program.ask("patch", address, {"pnl": "-1"}, If_Match='"1"').status_code == 412
    assert program.ask("put", address, {**LOSING, "account": str(anas_account.id), "version": 1}).status_code == 412
    assert program.ask("delete", address, If_Match='"1"').status_code == 412


def test_a_changed_gross_result_moves_the_net_one(program: Program, anas_account: TradingAccount) -> None:
    address = f"trades/{write(program, anas_account).json()['id']}"
    assert program.ask("patch", address, {"gross_pnl": "-100"}).json()["pnl"] == "-104.70000000"


def test_an_imported_trade_keeps_what_the_broker_said(program: Program, anas_account: TradingAccount) -> None:
    address = f"trades/{trade_in(anas_account, source='file').id}"
    noted = program.ask("patch", address, {"trade_notes": "too early", "tags": ["fomo"]})
    assert (noted.status_code, noted.json()["tags"]) == (200, ["fomo"])
    refused = program.ask("patch", address, {"pnl": "1"})
    assert (refused.status_code, refused.json()["code"]) == (422, "economics_kept")
    whole = program.ask("get", address).json()
    assert program.ask("put", address, whole | {"trade_notes": "again"}).json()["trade_notes"] == "again"


def test_a_trade_stays_in_its_account(program: Program, ana: User, anas_account: TradingAccount) -> None:
    address = f"trades/{write(program, anas_account).json()['id']}"
    moved = program.ask("patch", address, {"account": str(account_of(ana).id)})
    assert moved.json()["errors"][0]["field"] == "account"


def test_a_deleted_trade_is_gone_but_its_history_stays(
    program: Program, ana: User, anas_account: TradingAccount
) -> None:
    id = write(program, anas_account).json()["id"]
    program.ask("patch", f"trades/{id}", {"pnl": "-1"})
    assert program.ask("delete", f"trades/{id}").status_code == 204
    assert program.ask("get", f"trades/{id}").status_code == 404
    assert program.ask("delete", f"trades/{id}").status_code == 404
    assert program.ask("get", "trades").json()["results"] == []
    with acting_as(ana):
        assert Trade.objects.get(pk=id).deleted_at is not None
    steps = program.ask("get", f"trades/{id}/history").json()["results"]
    assert [step["action"] for step in steps] == ["INSERT", "UPDATE", "UPDATE"]
    assert {"pnl", "gross_pnl", "version"} <= set(steps[1]["changed_fields"])
    assert (steps[1]["old_values"]["pnl"], steps[1]["new_values"]["pnl"]) == ("-300.10000000", "-1.00000000")
    assert steps[1]["old_values"]["entry_time"] == "2026-01-05T14:30:00Z"
    assert "deleted_at" in steps[2]["changed_fields"]
    assert {step["actor_label"] for step in steps} == {"ana@example.com"}


FILTERS = [
    ("symbol=eurusd", {"a"}),
    ("side=short", {"b"}),
    ("status=open", {"c"}),
    ("status=closed", {"a", "b"}),
    ("tag=news", {"a"}),
    ("setup=gap", {"b"}),
    ("min_pnl=0", {"a"}),
    ("max_pnl=-1", {"b"}),
    ("source=file", {"b"}),
    ("from=2026-02-01", {"b", "c"}),
    ("to=2026-01-31", {"a"}),
    ("to=2026-02-01", {"a", "b"}),
    ("from=2026-01-31T10:00:00Z&to=2026-01-31T10:00:01%2B00:00", {"a"}),
    ("from=2026-01-31T12:00:00%2B02:00&to=2026-01-31T12:00:01%2B02:00", {"a"}),
    ("symbol=GBPUSD&side=short", {"b"}),
]


@pytest.mark.parametrize(("query", "found"), FILTERS)
def test_a_list_is_narrowed(
    program: Program, ana: User, anas_account: TradingAccount, query: str, found: set[str]
) -> None:
    trade_in(anas_account, broker_trade_id="a", entry_time=at("2026-01-31T10:00:00"),
             exit_time=at("2026-01-31T11:00:00"),
             tags=["news", "x"])  # fmt: skip
    trade_in(anas_account, broker_trade_id="b", entry_time=at("2026-02-01T23:00:00"),
             exit_time=at("2026-02-02T11:00:00"),
             side="short", symbol="GBPUSD", pnl=-5, gross_pnl=-5, source="file", setup="gap")  # fmt: skip
    trade_in(anas_account, broker_trade_id="c", entry_time=at("2026-03-01T10:00:00"), exit_time=None, exit_price=None,
             pnl=None, gross_pnl=None, symbol="GBPUSD")  # fmt: skip
    trade_in(account_of(ana), broker_trade_id="elsewhere", entry_time=at("2026-01-31T10:00:00"),
             exit_time=at("2026-01-31T11:00:00"))  # fmt: skip
    answer = program.ask("get", f"trades?account={anas_account.id}&{query}").json()
    assert {row["broker_trade_id"] for row in answer["results"]} == found


@pytest.mark.parametrize("query", ["from=soon", "account=x", "side=buy", "min_pnl=much", "to=2026-13-01"])
def test_a_filter_that_means_nothing_is_refused(program: Program, query: str) -> None:
    answer = program.ask("get", f"trades?{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == query.partition("=")[0]
