"""A typed client, made from our description by a public generator, speaks with a live server."""

import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from accounts.models import User
from aetheris.api.schema import Generator
from tests.factories import PASSWORD, account_of
from tests.processes import running

NAME = "made_aetheris_client"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    (tmp_path / "schema.json").write_text(json.dumps(Generator().get_schema(public=True), default=str))
    (tmp_path / "config.yml").write_text(f"package_name_override: {NAME}\npost_hooks: []\n")
    made = subprocess.run(
        [str(Path(sys.executable).parent / "openapi-python-client"), "generate", "--path", "schema.json", "--config",
         "config.yml", "--meta", "none", "--output-path", NAME],
        cwd=tmp_path, capture_output=True, text=True, timeout=150,
    )  # fmt: skip
    assert made.returncode == 0, made.stdout + made.stderr
    monkeypatch.syspath_prepend(str(tmp_path))
    yield importlib.import_module(NAME)
    for module in [name for name in sys.modules if name.partition(".")[0] == NAME]:
        del sys.modules[module]


def called(name: str) -> Any:
    return importlib.import_module(f"{NAME}.api.{name}").sync_detailed


def test_it_signs_in_writes_and_reads(client: ModuleType, real_db: None, ana: User, tmp_path: Path) -> None:
    account_of(ana)
    models = importlib.import_module(f"{NAME}.models")
    with running(tmp_path / "product") as product:
        anyone = client.Client(base_url=product.url)
        told = models.CredentialsRequest(email=ana.email, password=PASSWORD)
        pair = called("auth.auth_login_create")(client=anyone, body=told).parsed
        mine = client.AuthenticatedClient(base_url=product.url, token=pair.access)
        (account,) = called("accounts.accounts_list")(client=mine).parsed.results
        new = models.TradeShapeRequest(
            account=account.id, symbol="EURUSD", side=models.TradeShapeSideEnum.LONG, quantity="1", entry_price="1.1",
            entry_time=NOON, exit_price="1.2", exit_time=NOON + timedelta(hours=1), gross_pnl="12.50", pnl="12.50",
        )  # fmt: skip
        made = called("trades.trades_create")(client=mine, body=new)
        assert (int(made.status_code), made.parsed.duration_ms) == (201, 3_600_000)
        listed = called("trades.trades_list")(client=mine, symbol="EURUSD").parsed.results
        assert [(trade.id, trade.entry_time) for trade in listed] == [(made.parsed.id, NOON)]
        report = called("metrics.metrics_retrieve")(str(account.id), client=mine).parsed
        assert report.kpis["net_profit"].value == 12.5
        assert called("alerts.alerts_list")(client=mine).parsed.results == []
        refused = called("trades.trades_create")(client=mine, body=models.TradeShapeRequest.from_dict(
            new.to_dict() | {"quantity": "-1"}))  # fmt: skip
        assert (int(refused.status_code), refused.parsed.errors[0].field) == (400, "quantity")
