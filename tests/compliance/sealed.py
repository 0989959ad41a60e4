"""I am a trail with seals on it, to be tampered with: the sealer, the verifier and a hand no law holds."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from accounts.models import TradingAccount, User
from aetheris.db.tenancy import acting_as
from compliance.sealing.chapters import CHAPTERS
from compliance.sealing.sealer import Sealer, connect
from compliance.sealing.seals import Seal
from compliance.verification.report import Report, verify
from tests.conftest import admin_url
from tests.factories import trade_in
from tests.hands import look
from trading.models import Trade

AT_ONCE = timedelta(0)


@pytest.fixture
def anchored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An anchor file and a sealing key of this test's own."""
    monkeypatch.setenv("AETHERIS_ANCHOR_FILE", str(tmp_path / "heads.jsonl"))
    monkeypatch.setenv("AETHERIS_SEAL_KEY", "11" * 32)
    return tmp_path / "heads.jsonl"


@pytest.fixture
def trail(real_db: None, anchored: Path, ana: User, anas_account: TradingAccount) -> list[Trade]:
    """Ana's trades, each written and changed, under three seals."""
    made = []
    for setup in ("one", "two", "three"):
        trade = trade_in(anas_account, source="manual")
        with acting_as(ana):
            Trade.objects.filter(pk=trade.pk).update(setup=setup)
        made.append(trade)
        seal()
    assert checked().findings == []
    return made


def seal() -> list[Seal]:
    """One seal over all there is; other tests' transactions may hold the horizon for a moment, so wait for it."""
    deadline = time.monotonic() + 90
    while look(OPEN):
        assert time.monotonic() < deadline, "the horizon does not move"
        time.sleep(0.02)
    with connect() as connection:
        return Sealer(connection).seal_all()


OPEN = " UNION ALL ".join(
    f"SELECT 1 FROM {chapter.table} WHERE xid >= pg_snapshot_xmin(pg_current_snapshot())"
    for chapter in CHAPTERS.values()
)


def checked(**told: Any) -> Report:
    return verify(**({"lag": AT_ONCE} | told))


def found(report: Report) -> list[tuple[str, str]]:
    return [(finding.kind, finding.where) for finding in report.findings]


@contextmanager
def above_the_law() -> Iterator[psycopg.Connection[Any]]:
    """The superuser, with every trigger off."""
    with psycopg.connect(admin_url(), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        yield connection


@contextmanager
def as_owner_of(table: str) -> Iterator[psycopg.Connection[Any]]:
    """The table's owner, who has switched its triggers off for a while."""
    owner = "aetheris_audit" if table.startswith("audit.") else "aetheris_owner"
    with psycopg.connect(admin_url(), autocommit=True) as connection:
        connection.execute(f"SET ROLE {owner}")
        connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        try:
            yield connection
        finally:
            connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def records() -> list[dict[str, Any]]:
    return look("SELECT id, xid::text AS xid, occurred_at, table_name, action FROM audit.records ORDER BY xid, id")
