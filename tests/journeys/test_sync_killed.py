"""The worker killed with −9, or cut from its database, amid a sync and amid a file: nothing lost, nothing twice."""

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from accounts.models import TradingAccount
from aetheris.db.tenancy import acting_as
from aetheris.processes import Crew
from tests.conftest import admin_url
from tests.database import ROOT
from tests.hands import look
from tests.processes import on_this_database
from trading import jobs
from trading.connections import add_connection

pytestmark = pytest.mark.usefixtures("real_db")

POSITIONS = 5_200  # more than a request reads itself
PATIENCE = 90
HELD_UP = """SELECT pid FROM pg_locks WHERE relation = 'sync_logs'::regclass AND NOT granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""


class Broker:
    """The mock broker's answers, over HTTP on loopback; told to, it falls silent in the middle of one."""

    def __init__(self) -> None:
        self.closed = 0
        self.hold, self.halfway, self.go_on = threading.Event(), threading.Event(), threading.Event()
        broker = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked = urlsplit(self.path)
                told = broker.trades(asked.query) if asked.path == "/trades" else broker.standing()
                body = json.dumps(told).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                half = len(body) // 2 if asked.path == "/trades" and broker.hold.is_set() else len(body)
                self.wfile.write(body[:half])
                if half < len(body):
                    broker.halfway.set()
                    broker.go_on.wait(PATIENCE)

            def log_message(self, format: str, *args: Any) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def trades(self, query: str) -> dict[str, Any]:
        since = int((parse_qs(query).get("since") or ["0"])[0])
        return {"cursor": str(self.closed), "trades": [_trade(number) for number in range(since + 1, self.closed + 1)]}

    @staticmethod
    def standing() -> dict[str, Any]:
        return {"read_at": datetime.now(UTC).isoformat(), "positions": []}

    def __enter__(self) -> "Broker":
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *told: object) -> None:
        self.go_on.set()
        self.server.shutdown()
        self.server.server_close()


def _trade(number: int) -> dict[str, Any]:
    closed = datetime(2026, 3, 2, 12, tzinfo=UTC) + timedelta(minutes=number)
    return {"id": f"K-{number}", "symbol": "MNQZ6", "side": "long", "quantity": "2", "setup": "Range fade",
            "entry_price": "20150.00", "exit_price": "20151.00", "stop_loss": "20140.00", "mfe": "9.00", "mae": "3.00",
            "entry_time": (closed - timedelta(seconds=40)).isoformat(), "exit_time": closed.isoformat(),
            "gross_pnl": "4.00", "commissions": "1.24", "pnl": "2.76", "initial_risk": "60.00"}  # fmt: skip


@contextmanager
def worker(folder: Path, **told: str) -> Iterator[Crew]:
    crew = Crew(folder)
    try:
        crew.add("worker", [sys.executable, "manage.py", "worker"], on_this_database("service") | told, ROOT)
        yield crew
    finally:
        crew.stop()


def kill(crew: Crew) -> None:
    """And start it again, as a supervisor does."""
    process = crew.members[0].process
    assert process is not None
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(PATIENCE)
    crew.check()


def until(true: Callable[[], bool], crew: Crew) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, (crew.folder / "worker.log").read_text(errors="replace")[-3000:]
        time.sleep(0.1)


@contextmanager
def no_log_is_written() -> Iterator[Callable[[], list[int]]]:
    """Whoever has written trades and cursor and comes to write of it waits here, with all of it uncommitted; tells
    which sessions do."""
    with psycopg.connect(admin_url()) as holder:
        holder.execute("LOCK TABLE sync_logs IN SHARE MODE")
        yield lambda: [row["pid"] for row in look(HELD_UP)]
        holder.rollback()


def standing() -> tuple[int, str | None]:
    """Trades that came, and the cursor."""
    [found] = look("SELECT (SELECT count(*) FROM trades) AS count, sync_cursor FROM broker_connections")
    return found["count"], found["sync_cursor"]


@pytest.mark.timeout(400)
def test_killed_amid_a_sync_each_trade_comes_once_and_the_cursor_goes_with_them(
    anas_account: TradingAccount, tmp_path: Path
) -> None:
    with acting_as(anas_account.user):
        add_connection(account=anas_account, values={"broker_type": "mock", "sync_interval": timedelta(seconds=1)})
    with Broker() as broker, worker(tmp_path, AETHERIS_MOCK_URL=broker.url) as crew:
        broker.closed = 5
        until(lambda: standing() == (5, "5"), crew)

        broker.hold.set()
        broker.closed = 8
        assert broker.halfway.wait(PATIENCE)
        kill(crew)  # in the middle of the broker's answer
        assert standing() == (5, "5")
        broker.hold.clear()
        broker.go_on.set()
        until(lambda: standing() == (8, "8"), crew)

        with no_log_is_written() as waiting:
            broker.closed = 12
            until(lambda: bool(waiting()), crew)
            kill(crew)  # trades and cursor are written and not committed
            assert standing() == (8, "8")
        until(lambda: standing() == (12, "12"), crew)

        with no_log_is_written() as waiting:
            broker.closed = 15
            until(lambda: bool(waiting()), crew)
            for pid in waiting():
                look("SELECT pg_terminate_backend(%s)", pid)  # the database goes away, the worker stays
            assert standing() == (12, "12")
        until(lambda: standing() == (15, "15"), crew)
    [told] = look("SELECT count(DISTINCT broker_trade_id) AS apart FROM trades")
    [logs] = look("SELECT sum(trades_new) AS new, sum(trades_duplicate) AS known FROM sync_logs")
    assert (told["apart"], logs["new"], logs["known"]) == (15, 15, 0)


@pytest.mark.timeout(400)
def test_killed_amid_a_long_report_the_next_worker_reads_it_anew_and_once(
    anas_account: TradingAccount, tmp_path: Path
) -> None:
    """A format that is read whole, not in a stream: 10.00 won and 7.00 paid by each position."""
    with acting_as(anas_account.user):
        jobs.begin_import(account=anas_account, file=BytesIO(_report(POSITIONS)), name="report.html", rows=POSITIONS)
    with worker(tmp_path) as crew:
        with no_log_is_written() as waiting:
            until(lambda: bool(waiting()), crew)
            assert look("SELECT state FROM imports") == [{"state": "running"}]
            kill(crew)
            assert look("SELECT FROM trades") == []
        until(lambda: look("SELECT state FROM imports") == [{"state": "done"}], crew)
    [told] = look("SELECT count(*) AS count, sum(pnl) AS net FROM trades")
    assert (told["count"], told["net"]) == (POSITIONS, 3 * POSITIONS)
    assert look("SELECT trades_new, trades_duplicate FROM sync_logs") == [
        {"trades_new": POSITIONS, "trades_duplicate": 0}
    ]
    assert look("SELECT FROM import_parts") == []


def _report(positions: int) -> bytes:
    """A MetaTrader 5 report of that many positions."""
    names = ("Time", "Position", "Symbol", "Type", "Volume", "Price", "S / L", "T / P", "Time", "Price", "Commission",
             "Swap", "Profit")  # fmt: skip
    lines = ["<html><body><table>", "<tr><th>Trade History Report</th></tr>", "<tr><th>Positions</th></tr>",
             "<tr>" + "".join(f"<td><b>{name}</b></td>" for name in names) + "</tr>"]  # fmt: skip
    for number in range(positions):
        opened = datetime(2026, 1, 5) + timedelta(minutes=3 * number)
        cells = (f"{opened:%Y.%m.%d %H:%M:%S}", 100_000 + number, "EURUSD", "buy", "1.00", "1.13000", "", "",
                 f"{opened + timedelta(minutes=2):%Y.%m.%d %H:%M:%S}", "1.13010", "-7.00", "0.00",
                 "10.00")  # fmt: skip
        lines.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    return ("\n".join([*lines, "</table></body></html>"])).encode()
