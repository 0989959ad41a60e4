"""A broker's file by the API."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import TradingAccount, User
from aetheris.db.tenancy import acting_as
from tests.asking import API, Program
from tests.factories import account_of
from trading.models import SyncLog, Trade

SAMPLES = Path(__file__).parent.parent / "samples"
HEAD = "id,symbol,side,quantity,entry_price,exit_price,entry_time,exit_time,pnl"
GOOD = f"""{HEAD}
1,EURUSD,long,1,1.10,1.11,2026-01-05T10:00:00Z,2026-01-05T11:00:00Z,100
2,EURUSD,short,1,1.10,1.11,2026-01-05T12:00:00Z,2026-01-05T13:00:00Z,-100
3,EURUSD,short,-,1.10,1.11,2026-01-05T12:00:00Z,2026-01-05T13:00:00Z,-100
"""


@pytest.fixture
def program(ana: User) -> Program:
    return Program(ana)


def upload(program: Program, account: Any, content: bytes | str = GOOD, name: str = "a.csv", **told: Any) -> Any:
    raw = content.encode() if isinstance(content, str) else content
    form = {"file": SimpleUploadedFile(name, raw), "account": str(getattr(account, "id", account)), **told}
    return program.post(f"{API}/trades/import", form, headers={"Authorization": f"Bearer {program.access}"})


def count(user: User) -> tuple[int, int]:
    with acting_as(user):
        return Trade.objects.count(), SyncLog.objects.count()


def test_a_file_is_read_once(program: Program, ana: User, anas_account: TradingAccount) -> None:
    answer = upload(program, anas_account)
    assert answer.status_code == 200, answer.json()
    body = answer.json()
    assert (body["trades"], body["new"], body["duplicate"], body["errors_count"], body["rows"]) == (2, 2, 0, 1, 3)
    assert (body["errors"][0]["row"], body["errors"][0]["field"]) == (4, "quantity")
    log = body["sync_log"]
    assert (log["rows_read"], log["trades_new"], log["trades_error"], log["source"]) == (3, 2, 1, "a.csv")
    again = upload(program, anas_account).json()
    assert (again["new"], again["updated"], again["duplicate"]) == (0, 0, 2)
    assert count(ana) == (2, 2)
    logs = program.ask("get", f"sync-logs?account={anas_account.id}").json()["results"]
    assert [line["id"] for line in logs] == [again["sync_log"]["id"], log["id"]]
    assert program.ask("get", f"sync-logs/{log['id']}").json() == log


def test_a_dry_run_tells_and_writes_nothing(program: Program, ana: User, anas_account: TradingAccount) -> None:
    upload(program, anas_account, "\n".join(GOOD.splitlines()[:2]))
    body = upload(program, anas_account, dry_run="true").json()
    assert (body["new"], body["updated"], body["duplicate"], body["errors_count"]) == (1, 0, 1, 1)
    assert body["sync_log"] is None
    assert body["dry_run"] is True
    assert count(ana) == (1, 1)


def test_a_statements_own_totals_stand_beside_ours(program: Program, ana: User) -> None:
    file = next(path for path in sorted((SAMPLES / "mt5").iterdir()) if path.suffix == ".xlsx")
    account = account_of(ana, currency="USD")
    body = upload(program, account, file.read_bytes(), file.name).json()
    assert body["format"] == "mt5", body
    assert body["reconciliation"]
    assert all(set(line) == {"name", "statement", "ours", "equal"} for line in body["reconciliation"])


def test_a_strangers_account_is_not_there(program: Program, cy: User) -> None:
    assert upload(program, account_of(cy)).status_code == 404


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 422, "statement_empty"),
        (b"hello\nworld\n", 422, "statement_not_recognised"),
        (b"PK\x03\x04broken", 422, "statement_damaged"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_by_name(
    program: Program, ana: User, anas_account: TradingAccount, content: bytes, status: int, code: str
) -> None:
    answer = upload(program, anas_account, content, "odd.csv")
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.json()
    assert "odd.csv" in answer.json()["detail"]
    assert count(ana) == (0, 0)


def test_a_file_too_large_is_refused_unread(
    program: Program, ana: User, anas_account: TradingAccount, settings: Any
) -> None:
    settings.IMPORT_MAX_BYTES = 1000
    answer = upload(program, anas_account, b"x" * 100_000)
    assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")
    assert count(ana) == (0, 0)


@pytest.mark.parametrize(("told", "field"), [({"timezone": "Moon"}, "timezone"), ({"dry_run": "perhaps"}, "dry_run")])
def test_a_wish_that_means_nothing_is_named(
    program: Program, anas_account: TradingAccount, told: dict[str, str], field: str
) -> None:
    answer = upload(program, anas_account, **told)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)


def test_a_format_nobody_reads_is_refused(program: Program, anas_account: TradingAccount) -> None:
    assert upload(program, anas_account, format="morse").json()["code"] == "format_unknown"


def test_a_missing_file_is_named(program: Program, anas_account: TradingAccount) -> None:
    answer = program.post(
        f"{API}/trades/import/",
        {"account": str(anas_account.id)},
        headers={"Authorization": f"Bearer {program.access}"},
    )
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "file")


def test_json_is_not_a_file(program: Program, anas_account: TradingAccount) -> None:
    assert program.ask("post", "trades/import", {"account": str(anas_account.id)}).status_code == 415
