"""Many trades in one request, each with its own answer."""

from typing import Any
from uuid import uuid4

from accounts.models import TradingAccount, User
from aetheris.db.tenancy import acting_as
from tests.asking import Program
from tests.factories import account_of
from trading.models import Trade


def row(where: TradingAccount, **told: Any) -> dict[str, Any]:
    return {
        "account": str(where.id), "symbol": "EURUSD", "side": "long", "quantity": "1", "entry_price": "1.1",
        "exit_price": "1.2", "entry_time": "2026-01-05T10:00:00Z", "exit_time": "2026-01-05T11:00:00Z", "pnl": "100",
    } | told  # fmt: skip


def sent(user: User, rows: Any) -> Any:
    return Program(user).ask("post", "trades/bulk", {"trades": rows})


def test_the_right_ones_are_written_and_each_wrong_one_says_why(ana: User, anas_account: TradingAccount) -> None:
    rows = [
        row(anas_account, broker_trade_id="A"), row(anas_account, side="up"), row(anas_account, broker_trade_id="A"),
        row(anas_account, account=str(uuid4())), row(anas_account, exit_time="2026-01-04T10:00:00Z"), row(anas_account),
    ]  # fmt: skip
    answer = sent(ana, rows)
    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert (told["created"], told["refused"]) == (2, 4)
    assert [one["status"] for one in told["results"]] == ["created", *["refused"] * 4, "created"]
    assert [[error["field"] for error in one["errors"]] for one in told["results"]] == [
        [], ["side"], [""], ["account"], ["exit_time"], [],
    ]  # fmt: skip
    with acting_as(ana):
        assert {str(id) for id in Trade.objects.values_list("id", flat=True)} == {
            told["results"][0]["id"], told["results"][5]["id"],
        }  # fmt: skip
    assert sent(ana, rows[:1]).json()["results"][0]["errors"][0]["code"]


def test_a_stranger_s_or_closed_account_takes_none(ana: User, cy: User, anas_account: TradingAccount) -> None:
    assert sent(cy, [row(anas_account)]).json()["results"][0]["errors"][0]["code"] == "not_found"
    closed = account_of(ana, account_status="closed")
    assert sent(ana, [row(closed)]).json()["results"][0]["errors"][0]["code"] == "account_closed"


def test_a_thousand_come_in_and_one_more_does_not(ana: User, anas_account: TradingAccount) -> None:
    assert sent(ana, [row(anas_account)] * 1000).json()["created"] == 1000
    assert sent(ana, [row(anas_account)] * 1001).status_code == 400
    assert sent(ana, []).status_code == 400
