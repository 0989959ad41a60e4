"""I import from a terminal: a short file at once, a long one by the worker, with a bar that moves while it reads."""

import json
import threading
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from time import sleep

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from accounts.models import TradingAccount
from aetheris.db.tenancy import acting_as
from tests.hands import by_the_service
from trading import rounds
from trading.management.bar import Bar, drawn
from trading.models import Trade

HEAD = "id,symbol,side,quantity,entry_price,exit_price,entry_time,exit_time,pnl"
LONG = 5_050


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def table(rows: int, side: str = "long") -> str:
    lines = (f"{n},EURUSD,{side},1,1.1,1.2,2026-03-02T10:00:00Z,2026-03-02T11:00:00Z,1.5" for n in range(rows))
    return "\n".join([HEAD, *lines])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "trades.csv"


@pytest.fixture
def worker() -> Iterator[None]:
    """One that takes what waits, until the test ends."""
    ended = threading.Event()

    def work() -> None:
        with by_the_service():
            while not ended.is_set():
                rounds.take_imports()
                sleep(0.05)
        connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    yield
    ended.set()
    thread.join(60)


def told(file: Path, account: TradingAccount, stderr: StringIO | None = None, **more: object) -> str:
    out = StringIO()
    call_command("import_trades", str(file), user=account.user.email, account=account.account_name, stdout=out,
                 stderr=stderr or StringIO(), **more)  # fmt: skip
    return out.getvalue()


@pytest.mark.usefixtures("real_db")
def test_a_short_file_is_read_at_once_and_a_second_time_brings_nothing(
    file: Path, anas_account: TradingAccount
) -> None:
    file.write_text(table(3))
    assert "3 new, 0 updated, 0 known" in told(file, anas_account) and "net 4.5" in told(file, anas_account)
    assert json.loads(told(file, anas_account, json=True))["duplicate"] == 3


@pytest.mark.timeout(120)
@pytest.mark.usefixtures("real_db", "worker")
def test_a_long_file_is_read_by_the_worker_and_the_terminal_shows_how_far(
    file: Path, anas_account: TradingAccount
) -> None:
    file.write_text(table(LONG))
    terminal = Terminal()
    answer = told(file, anas_account, terminal)
    assert f"{LONG:,} rows, {LONG:,} trades" in answer and f"{LONG:,} new" in answer
    assert f"of {LONG:,} rows" in terminal.getvalue() and "\r" in terminal.getvalue()
    with acting_as(anas_account.user):
        assert Trade.objects.count() == LONG


@pytest.mark.timeout(120)
@pytest.mark.usefixtures("real_db", "worker")
def test_what_the_worker_refuses_the_terminal_says(file: Path, anas_account: TradingAccount) -> None:
    file.write_text("a,b,c\n" + "1,2,3\n" * LONG)
    with pytest.raises(CommandError, match=r"trades\.csv"):
        told(file, anas_account)


@pytest.mark.parametrize(
    ("done", "total", "line"),
    [(0, 0, f"[{'.' * 30}]   0 %, 0 of 0 rows"), (1, 3, f"[{'#' * 10}{'.' * 20}]  33 %, 1 of 3 rows"),
     (7, 5, f"[{'#' * 30}] 100 %, 7 of 7 rows")],
)  # fmt: skip
def test_a_bar_is_never_more_than_full(done: int, total: int, line: str) -> None:
    assert drawn(done, total) == line


def test_a_pipe_is_told_nothing() -> None:
    from django.core.management.base import OutputWrapper

    out = StringIO()
    bar = Bar(OutputWrapper(out), "Reading")
    bar.show(1, 2)
    bar.end()
    assert out.getvalue() == ""
