"""I measure an import beside a bare COPY, a second one beside the first, and how much memory a long file takes (P4 to
P6)."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

import psycopg
from django.db import connections

from accounts.models import TradingAccount
from aetheris import state
from aetheris.bench.database import Place, place_to_measure
from aetheris.benching import Result, benches, judged, timed
from aetheris.db.places import place as described
from aetheris.db.tenancy import acting_as, because
from aetheris.live import CHANNEL
from trading import jobs, services, staging
from trading.rows import TradeRow

ROWS, RUNS, LONG = 100_000, 5, 1_000_000
USER = UUID(int=42)
BEGUN = datetime(2020, 1, 6, tzinfo=UTC)
PLAIN = (
    "broker", "broker_trade_id", "symbol", "asset_class", "side", "quantity", "entry_price", "exit_price", "entry_time",
    "exit_time", "gross_pnl", "pnl", "commissions", "swap", "mfe", "mae",
)  # fmt: skip
HEAD = "id,symbol,side,quantity,entry_price,exit_price,entry_time,exit_time,pnl,commissions,swap\n"
RESIDENT = """
import sys, django; django.setup()
from uuid import UUID
from trading.jobs import run_import
assert run_import(UUID(sys.argv[1]), UUID(sys.argv[2]))
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


@benches.named("import")
def imports() -> Iterator[Result]:
    with (
        place_to_measure("import") as place,
        at_work_in(place),
        psycopg.connect(place.admin_url, autocommit=True) as admin,
    ):
        yield from _speed(admin, place)
        yield from _memory(admin, place)


def _speed(admin: psycopg.Connection[Any], place: Place) -> Iterator[Result]:
    rows = list(_rows(ROWS))
    firsts: list[float] = []
    bares: list[float] = []
    agains: list[float] = []
    logs: list[float] = []
    wholes: list[float] = []
    rings = 0
    with psycopg.connect(place.url("app"), autocommit=True) as ear:
        ear.execute(f"LISTEN {CHANNEL}")
        for run in range(RUNS + 1):
            account, plain = _account(admin, 100 + run), _account(admin, 200 + run)
            first = timed(lambda account=account: _write(account, rows))  # type: ignore[misc]
            bare = timed(lambda plain=plain: _bare(admin, plain, rows))  # type: ignore[misc]
            list(ear.notifies(timeout=0.5))
            admin.execute("VACUUM trades")  # as autovacuum would by then: the first import's own housekeeping
            before = _wal(admin)
            again = timed(lambda account=account: _write(account, rows))  # type: ignore[misc]
            grown, heard = _wal(admin) - before, len(list(ear.notifies(timeout=0.5)))
            if run:  # the first turn does not count
                for kept, value in ((firsts, first), (bares, bare), (agains, again), (logs, grown)):
                    kept.append(value)
                rings += heard
        third = _account(admin, 300)
        wholes.append(timed(lambda: _record(third, rows)))
    note = f"{ROWS:,} rows"
    yield judged("P4 import beside a bare COPY", median(firsts), median(bares), most=2, runs=RUNS, note=note)
    yield judged("P5 the same again beside the first", median(agains), median(firsts), most=0.6, runs=RUNS, note=note)
    yield judged("P5 write-ahead log of the second", max(logs) / 1e6, None, most=1, runs=RUNS, unit="MB")
    yield judged("P5 rings of the second", rings, None, most=0, runs=RUNS, unit="rings")
    yield judged("import with its judgement and days", median(wholes), None, runs=1, note=note)


def _write(account: TradingAccount, rows: list[TradeRow]) -> None:
    with acting_as(USER, label="bench"), because("bench", path="sync"):
        staging.write(rows, account=account, source="file")


def _record(account: TradingAccount, rows: list[TradeRow]) -> None:
    with acting_as(USER, label="bench"):
        services.record_trades(account=account, rows=rows, source="file", reason="bench")


def _bare(admin: psycopg.Connection[Any], account: TradingAccount, rows: list[TradeRow]) -> None:
    """The same Python rows into the same table, with no trigger, policy or foreign key at work."""
    names = ", ".join((*PLAIN, "account_id", "user_id", "source"))
    with admin.transaction():
        admin.execute("SET LOCAL session_replication_role = replica")
        with admin.cursor().copy(f"COPY trades ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row((*(getattr(row, name) for name in PLAIN), account.id, USER, "file"))


def _wal(admin: psycopg.Connection[Any]) -> int:
    found = admin.execute("SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint").fetchone()
    assert found is not None
    return int(found[0])


def _memory(admin: psycopg.Connection[Any], place: Place) -> Iterator[Result]:
    """The worker's own reading of a long file, in a process of its own, at its largest."""
    account = _account(admin, 400)
    with tempfile.TemporaryFile() as file:
        for row in _lines(LONG):
            file.write(row)
        with acting_as(USER, label="bench"):
            job = jobs.begin_import(account=account, file=file, name="long.csv", rows=LONG)
    told = os.environ | {"AETHERIS_ROLE": "service", "DJANGO_SETTINGS_MODULE": "aetheris.settings"}
    command = [sys.executable, "-c", RESIDENT, str(job.id), str(USER)]
    done: list[subprocess.CompletedProcess[str]] = []
    took = timed(lambda: done.append(
        subprocess.run(command, env=told, cwd=state.ROOT, capture_output=True, text=True, check=False)
    ))  # fmt: skip
    if done[0].returncode:
        raise RuntimeError(done[0].stderr[-2000:])
    with acting_as(USER, label="bench"):
        job.refresh_from_db()
    note = f"{job.trades_new:,} trades of {job.size / 1e6:.0f} MB, {job.state}, in {took:.0f} s"
    yield judged("P6 resident memory of a long import", int(done[0].stdout) / 1024, None, most=300, runs=1,
                 unit="MB", note=note)  # fmt: skip


def _lines(count: int) -> Iterator[bytes]:
    yield HEAD.encode()
    for row in _rows(count):
        yield (
            f"{row.broker_trade_id},{row.symbol},{row.side},{row.quantity},{row.entry_price},{row.exit_price},"
            f"{row.entry_time:%Y-%m-%dT%H:%M:%SZ},{row.exit_time:%Y-%m-%dT%H:%M:%SZ},{row.pnl},{row.commissions},0\n"
        ).encode()


def _rows(count: int) -> Iterator[TradeRow]:
    for number in range(count):
        at, result = BEGUN + timedelta(minutes=3 * number), Decimal(number % 701 - 345)
        yield TradeRow(
            broker="mt5", broker_trade_id=f"{number:09d}", symbol=f"SYM{number % 40}", asset_class="forex",
            side="long" if number % 3 else "short", quantity=Decimal("1.5"), entry_price=Decimal("1.10234"),
            exit_price=Decimal("1.10334"), entry_time=at, exit_time=at + timedelta(minutes=2), gross_pnl=result,
            commissions=Decimal("3.5"), pnl=result - Decimal("3.5"), mfe=Decimal(20), mae=Decimal(10), row=number + 2,
        )  # fmt: skip


def _account(admin: psycopg.Connection[Any], number: int) -> TradingAccount:
    with admin.transaction():
        admin.execute("SET LOCAL session_replication_role = replica")
        admin.execute(
            "INSERT INTO users (id, email, password, status) VALUES (%s, 'ana@example.com', 'x', 'ACTIVE') "
            "ON CONFLICT DO NOTHING",
            [USER],
        )
        admin.execute(
            "INSERT INTO accounts (id, user_id, account_name, starting_balance) VALUES (%s, %s, %s, 100000)",
            [UUID(int=number), USER, f"Account {number}"],
        )
    with acting_as(USER, label="bench"):
        return TradingAccount.objects.get(pk=UUID(int=number))


@contextmanager
def at_work_in(place: Place) -> Iterator[None]:
    """The product's own code, working in this database."""
    told = {f"DATABASE_URL_{login.upper()}": place.url(login) for login in ("app", "staff", "service", "sealer")}
    before = {name: os.environ.get(name) for name in told}
    os.environ.update(told)
    default = connections["default"]
    default.close()
    default.settings_dict.update(described(place.url("app"), requests=True))
    with tempfile.TemporaryDirectory() as folder:
        os.environ["AETHERIS_ANCHOR_FILE"] = str(Path(folder) / "heads.jsonl")
        try:
            yield
        finally:
            default.close()
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value
