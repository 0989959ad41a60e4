"""I am a program with nothing but HTTP: it signs in, imports its broker's file, reads its figures, does it again."""

from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import TradingAccount, User
from aetheris.db.tenancy import acting_as
from tests.hands import everything_counted, trail
from tests.processes import Product
from tests.trading.golden import SAMPLES, SHARED
from trading import jobs, syncing
from trading.connections import add_connection

pytestmark = pytest.mark.usefixtures("real_db")
OURS = SAMPLES / "mt5" / "hedging_fees.html"  # its Results: net 365.80 in 2 trades; one position is still open
TRADENOTE = SHARED / "mt5" / "tradenote_MetaTrader5.xlsx"
THEIRS = pytest.mark.skipif(not TRADENOTE.exists(), reason="the broker's own file is not at hand")


def upload(product: Product, token: str, account: str, file: Path) -> dict[str, Any]:
    mark = uuid4().hex
    head = f'--{mark}\r\nContent-Disposition: form-data; name="account"\r\n\r\n{account}\r\n--{mark}\r\n'
    named = f'Content-Disposition: form-data; name="file"; filename="{file.name}"\r\n\r\n'
    body = (head + named).encode() + file.read_bytes() + f"\r\n--{mark}--\r\n".encode()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": f"multipart/form-data; boundary={mark}"}
    status, told = product.send("POST", "/api/v1/trades/import", body, headers)
    assert status == 200, told
    return dict(told)


@pytest.mark.parametrize(
    ("file", "net", "closed", "standing"),
    [(OURS, "365.80", 2, 1), pytest.param(TRADENOTE, "30.85", 3, 0, marks=THEIRS)],
    ids=["ours", "tradenote"],
)
def test_a_program_reads_the_net_profit_and_count_its_file_states_and_a_second_import_changes_nothing(
    product: Product, ana: User, file: Path, net: str, closed: int, standing: int
) -> None:
    token = product.token_of(ana)
    status, account = product.ask(
        "POST", "/api/v1/accounts", {"account_name": "Main", "currency": "USD", "starting_balance": "10000"}, token
    )
    assert status == 201, account
    first = upload(product, token, account["id"], file)
    assert (first["new"], first["duplicate"], first["open"]) == (closed + standing, 0, standing)
    assert all(line["equal"] for line in first["reconciliation"])
    stated = {line["name"]: Decimal(line["statement"]) for line in first["reconciliation"]}
    assert (stated["net_profit"], stated["total_trades"]) == (Decimal(net), closed)

    _, metrics = product.ask("GET", f"/api/v1/metrics/{account['id']}", token=token)
    figures = {key: metrics["kpis"][key]["value"] for key in ("net_profit", "total_trades")}
    assert (round(Decimal(str(figures["net_profit"])), 2), figures["total_trades"]) == (Decimal(net), closed)

    with product.socket("/ws/realtime/", ana) as line:
        before, told = everything_counted(), len(trail())
        second = upload(product, token, account["id"], file)
        assert (second["new"], second["updated"], second["duplicate"]) == (0, 0, closed + standing)
        assert line.heard(1.5) == []
    after = everything_counted()
    assert len(trail()) == told
    assert {name for name in after if after[name] != before[name]} == {"public.sync_logs", "public.imports"}


ROWS = 5_100
HEAD = "id,symbol,side,quantity,entry_price,exit_price,entry_time,exit_time,pnl"


def test_a_long_file_is_told_of_at_its_owners_socket_until_it_is_done_and_at_no_other(
    product: Product, ana: User, bo: User, anas_account: TradingAccount
) -> None:
    lines = (f"{n},EURUSD,long,1,1.1,1.2,2026-03-02T10:00:00Z,2026-03-02T11:00:00Z,1" for n in range(ROWS))
    with product.socket("/ws/realtime/", ana) as line, product.socket("/ws/realtime/", bo) as other:
        with acting_as(ana):
            file = BytesIO("\n".join([HEAD, *lines]).encode())
            job = jobs.begin_import(account=anas_account, file=file, name="long.csv", rows=ROWS)
        told = [line.next(60, of="SYNC")]
        while told[-1]["data"]["state"] in ("waiting", "running"):
            told.append(line.next(60, of="SYNC"))
        assert other.heard() == []
    last = told[-1]["data"]
    assert told[-1]["account_id"] == str(anas_account.id) and last["job_id"] == str(job.id)
    assert (last["state"], last["kind"], last["done"], last["total"]) == ("done", "file", ROWS, ROWS)
    assert last["counts"] == {"new": ROWS, "updated": 0, "duplicate": 0, "error": 0}
    done = [one["data"]["done"] for one in told]
    assert done == sorted(done)


def test_a_sync_that_fails_is_told_of_at_the_socket_with_its_reason(
    product: Product, ana: User, anas_account: TradingAccount
) -> None:
    with product.socket("/ws/realtime/", ana) as line:
        with acting_as(ana):
            add_connection(
                account=anas_account, values={"broker_type": "rest", "extra_config": '{"url": "https://10.0.0.1/"}'}
            )
            job = syncing.begin_sync(account=anas_account)
        told = line.next(60, of="SYNC")["data"]
        while told["state"] in ("waiting", "running"):
            told = line.next(60, of="SYNC")["data"]
    assert (told["job_id"], told["kind"], told["state"], told["done"], told["total"]) == (
        str(job.id), "sync", "failed", 1, 1
    )  # fmt: skip
    assert "public internet" in told["error"]
