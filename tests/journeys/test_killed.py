"""Server, worker, PostgreSQL killed with −9 amid their work: nothing half, nothing lost, the chain holds."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from aetheris import state
from aetheris.db.prepare import prepare, within
from aetheris.db.roles import Server
from aetheris.embedded import Postgres, free_port
from aetheris.processes import Crew
from tests.database import ROOT
from tests.processes import Product, _await, environment

ROWS = 12_000
WAITING = "SELECT count(*) FROM audit_trail WHERE sealed_at IS NULL AND occurred_at < now() - interval '5 s'"
HEAD = "id,symbol,side,quantity,entry_price,exit_price,entry_time,exit_time,pnl\n"


@dataclass
class House:
    """A product of its own, on a PostgreSQL that keeps its promises to the disk."""

    postgres: Postgres
    product: Product
    told: dict[str, str]
    admin_url: str
    kept: list[str] = field(default_factory=list)
    token: str = ""
    account: str = ""

    def manage(self, *words: str, role: str = "service") -> subprocess.CompletedProcess[str]:
        told = self.told | {"AETHERIS_ROLE": role}
        return subprocess.run(
            [sys.executable, "manage.py", *words], cwd=ROOT, env=told, capture_output=True, text=True, timeout=400
        )

    def one(self, query: str) -> Any:
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            row = connection.execute(query).fetchone()  # type: ignore[call-overload]
        return row[0] if row else None

    def kill(self, name: str) -> None:
        if name == "postgres":
            pid = self.postgres._pid()
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
        else:
            member = next(member for member in self.product.crew.members if member.name == name)
            assert member.process is not None
            os.killpg(member.process.pid, signal.SIGKILL)

    def mend(self) -> None:
        """What a supervisor does: start again what fell."""
        deadline = time.monotonic() + 30
        while self.postgres._pid() is not None and not self.postgres._answers(self.postgres._kept()):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        self.postgres.start()
        self.product.crew.check()
        _await(self.product)


@pytest.fixture(scope="module")
def at() -> Iterator[House]:
    """One house for all that are killed: it takes longer to build than to fall."""
    with house("killed") as built:
        yield built


@contextmanager
def house(name: str) -> Iterator[House]:
    folder = state.folder() / f"{name}-{os.getpid()}"
    postgres = Postgres(folder)
    server = Server(within(postgres.start(), "killed"))
    prepare(server, "killed")
    urls = {f"DATABASE_URL_{login.upper()}": url for login, url in server.urls("killed").items()}
    told = environment(**urls, AETHERIS_STATE=str(folder / "state"), AETHERIS_ANCHOR_FILE=str(folder / "heads.jsonl"))
    product = Product(free_port(), Crew(folder / "logs"))
    made = House(postgres, product, told, within(server.admin_url, "killed"))
    try:
        for words, role in ((("migrate", "-v0"), "migrator"), (("publish_firms",), "service"), (("load_demo",), "app")):
            done = made.manage(*words, role=role)
            assert done.returncode == 0, done.stderr
        serve = ["-m", "daphne", "-v", "0", "-b", "127.0.0.1", "-p", str(product.port), "aetheris.asgi:application"]
        product.crew.add("server", [sys.executable, *serve], told | {"AETHERIS_ROLE": "app"}, ROOT)
        product.crew.add("worker", [sys.executable, "manage.py", "worker"], told | {"AETHERIS_ROLE": "service"}, ROOT)
        _await(product)
        yield made
    finally:
        product.crew.stop()
        postgres.stop()
        shutil.rmtree(folder)


def sign_in(at: House) -> None:
    password = json.loads((at.postgres.folder / "state" / "secrets.json").read_text())["demo_password"]
    credentials = {"email": "demo@aetheris.example", "password": password}
    status, told = at.product.ask("POST", "/api/v1/auth/login", credentials)
    assert status == 200, told
    at.token = told["access"]
    wanted = {"account_name": f"killed {uuid4().hex[:6]}", "currency": "USD", "starting_balance": "100000"}
    status, told = at.product.ask("POST", "/api/v1/accounts", wanted, at.token)
    assert status == 201, told
    at.account, at.kept = told["id"], []


def statement(rows: int) -> bytes:
    lines = (
        f"{n},EURUSD,long,1,1.1,1.2,2026-03-{1 + n % 28:02d}T10:00:00Z,2026-03-{1 + n % 28:02d}T11:00:00Z,{n % 9 - 4}\n"
        for n in range(rows)
    )
    return (HEAD + "".join(lines)).encode()


def importing(at: House) -> threading.Thread:
    mark = uuid4().hex
    form = {"account": at.account}
    parts = [f'--{mark}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode() for k, v in form.items()]
    head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="big.csv"\r\n\r\n'.encode()
    body = b"".join(parts) + head + statement(ROWS) + f"\r\n--{mark}--\r\n".encode()
    headers = {"Authorization": f"Bearer {at.token}", "Content-Type": f"multipart/form-data; boundary={mark}"}

    def send() -> None:
        try:
            at.product.send("POST", "/api/v1/trades/import", body, headers)
        except (OSError, ValueError):
            return  # the connection died with its server

    thread = threading.Thread(target=send)
    thread.start()
    return thread


def trading(at: House, over: threading.Event) -> threading.Thread:
    """One trade after the other; the id of each that was answered with 201 is kept."""

    def trade() -> None:
        while not over.is_set():
            told = {"account": at.account, "symbol": "ES", "side": "long", "quantity": "1", "entry_price": "1",
                    "exit_price": "1", "pnl": "-1", "entry_time": "2026-11-02T10:00:00Z",
                    "exit_time": "2026-11-02T10:05:00Z",
                    "broker": "program", "broker_trade_id": f"{uuid4()}"}  # fmt: skip
            try:
                status, answer = at.product.ask("POST", "/api/v1/trades", told, at.token)
            except (OSError, ValueError):
                time.sleep(0.05)
                continue
            if status == 201:
                at.kept.append(answer["id"])

    thread = threading.Thread(target=trade)
    thread.start()
    return thread


@pytest.mark.timeout(900)
@pytest.mark.parametrize("victim", ["server", "worker", "postgres"])
def test_killed_in_the_middle_nothing_is_half_lost_or_forged(at: House, victim: str) -> None:
    sign_in(at)
    over = threading.Event()
    threads = [trading(at, over), importing(at)]
    deadline = time.monotonic() + 60
    while len(at.kept) < 10 and time.monotonic() < deadline:
        time.sleep(0.1)
    at.kill(victim)
    time.sleep(0.5)
    at.mend()
    over.set()
    for thread in threads:
        thread.join(60)
    _read_to_its_end(at)
    whole = at.one(f"SELECT count(*) FROM trades WHERE account_id = '{at.account}' AND broker = 'csv'")
    logs = at.one(f"SELECT count(*) FROM sync_logs WHERE account_id = '{at.account}'")
    taken = at.one(f"SELECT count(*) FROM imports WHERE account_id = '{at.account}'")
    assert (whole, logs) == ((ROWS, 1) if taken else (0, 0))
    there = at.one(f"SELECT count(*) FROM trades WHERE id = ANY ('{{{','.join(at.kept)}}}')")
    assert there == len(set(at.kept)) > 0
    _sealed(at)
    checked = at.manage("verify_audit", role="sealer")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def _read_to_its_end(at: House) -> None:
    """A file that was taken is read in the end, by whichever worker is there."""
    deadline = time.monotonic() + 120
    while at.one("SELECT count(*) FROM imports WHERE state IN ('waiting', 'running')"):
        assert time.monotonic() < deadline, at.product.log("worker")[-2000:]
        time.sleep(0.3)


def _sealed(at: House) -> None:
    """The worker seals again after it was started again; and nothing waits to be judged."""
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        unsealed = at.one(
            "SELECT count(*) FROM audit_trail WHERE sealed_at IS NULL AND occurred_at < now() - interval '5 s'"
        )
        due = at.one("SELECT count(*) FROM armor_due WHERE due_since IS NOT NULL")
        if not unsealed and not due:
            return
        time.sleep(0.3)
    raise AssertionError(f"{unsealed} entries unsealed, {due} accounts due\n{at.product.log('worker')[-2000:]}")
