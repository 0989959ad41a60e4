"""I am a program with nothing but HTTP: it signs in, imports its broker's file, reads its figures, does it again."""

from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import User
from tests.hands import everything_counted, trail
from tests.processes import Product
from tests.trading.golden import SAMPLES, SHARED

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
