"""Whoever is killed between a trade and its alert: after the restart the alert is there, once, in order, and told."""

import json
import time
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from aetheris import clock
from tests.armor.receiver import Receiver, receiving
from tests.hands import INSERT_TRADE
from tests.journeys.test_killed import House, house, sign_in
from tests.processes import Line

LISTENER = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'aetheris live'"


def open_account(at: House, receiver: Receiver) -> None:
    """Level 1 at 75, 2 at 90, 3 at 100 lost in a day, known for a month; told of at the receiver."""
    sign_in(at)
    status, told = at.product.ask("PATCH", f"/api/v1/accounts/{at.account}", {"risk_limit": "100"}, at.token)
    assert status == 200, told
    with psycopg.connect(at.admin_url, autocommit=True) as sql:
        sql.execute("SET session_replication_role = replica")
        sql.execute("UPDATE accounts SET created_at = now() - interval '40 days' WHERE id = %s", [at.account])
    status, told = at.product.ask("POST", "/api/v1/webhooks", {"url": receiver.url}, at.token)
    assert status == 201, told


def lose(at: House, days_ago: int, *, by_sql: bool = False) -> None:
    closed = clock.now() - timedelta(days=days_ago)
    began = closed - timedelta(minutes=1)
    if by_sql:
        with psycopg.connect(at.admin_url, autocommit=True) as sql:
            owner = at.one(f"SELECT user_id FROM accounts WHERE id = '{at.account}'")
            sql.execute(INSERT_TRADE, {"account": at.account, "user": owner, "id": uuid4().hex, "pnl": -100,
                                       "entry": began, "exit": closed})  # fmt: skip
        return
    status, told = at.product.ask("POST", "/api/v1/trades", {
        "account": at.account, "symbol": "ES", "side": "long", "quantity": "1", "entry_price": "1", "exit_price": "1",
        "pnl": "-100", "entry_time": began.isoformat(), "exit_time": closed.isoformat(),
    }, at.token)  # fmt: skip
    assert status == 201, told


def line_to(at: House, since: int | None = None) -> Line:
    deadline = time.monotonic() + 30
    while True:
        try:
            status, told = at.product.ask("POST", "/api/v1/auth/ws-ticket", None, at.token)
            assert status == 200, told
            path = f"ws://127.0.0.1:{at.product.port}/ws/armor/{at.account}?ticket={told['ticket']}"
            line = Line(connect(path, open_timeout=60))
            break
        except (OSError, AssertionError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.3)
    if since is not None:
        line.say(type="resume", since=since)
    return line


def heard(at: House, line: Line, count: int, since: int, seconds: float = 60) -> list[int]:
    """The next numbers; who is cut off comes again from the last number they saw, as our page does."""
    numbers: list[int] = []
    deadline = time.monotonic() + seconds
    while len(numbers) < count and time.monotonic() < deadline:
        try:
            numbers.append(line.next(2, of="ARMOR_BREACH")["number"])
        except TimeoutError:
            continue
        except (ConnectionClosed, OSError):
            line = line_to(at, numbers[-1] if numbers else since)
    assert line.heard(1.5) == [] or len(numbers) < count
    return numbers


def told_at(receiver: Receiver, count: int, seconds: float = 90) -> Counter[int]:
    """How many different events the receiver was told of for each number."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = {asked.header("webhook-id"): json.loads(asked.body)["data"]["number"] for asked in receiver.requests}
        if len(found) >= count:
            break
        time.sleep(0.3)
    return Counter(found.values())


def numbers_of(at: House) -> list[int]:
    return list(
        at.one(f"SELECT array_agg(number ORDER BY number) FROM armor_breaches WHERE account_id = '{at.account}'")
    )


@pytest.fixture
def told() -> dict[str, str]:
    return {"WEBHOOKS_ALLOW_HTTP": "true", "WEBHOOKS_ALLOW_LOOPBACK": "true"}


@pytest.mark.timeout(600)
def test_killed_between_trade_and_alert(monkeypatch: Any, told: dict[str, str]) -> None:
    """One after the other in one house: server, worker, PostgreSQL, and the listener's own line."""
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    with receiving() as receiver, house("alerts") as at:
        open_account(at, receiver)
        last = at.one("SELECT coalesce(max(number), 0) FROM armor_breaches")
        line = line_to(at)
        for days_ago, victim in enumerate(("server", "worker", "postgres", "listener"), start=2):
            if victim == "worker":  # nobody but the worker could judge this one
                at.kill(victim)
                lose(at, days_ago, by_sql=True)
            elif victim == "listener":
                lose(at, days_ago)
                at.one(LISTENER)
            else:
                lose(at, days_ago)
                at.kill(victim)
            at.mend()
            assert heard(at, line, 3, last) == [last + 1, last + 2, last + 3], victim
            last += 3
            line.connection.close()
            line = line_to(at)
        line.connection.close()
        numbers = numbers_of(at)
        assert told_at(receiver, len(numbers)) == dict.fromkeys(numbers, 1)
        _away_for_long(at, last)


def _away_for_long(at: House, last: int) -> None:
    """Nobody listens while sixty alerts come and the server is started anew: all of them are told, in order."""
    for days_ago in range(7, 27):
        lose(at, days_ago)
    at.kill("server")
    at.mend()
    line = line_to(at, last)
    assert heard(at, line, 60, last) == list(range(last + 1, last + 61))
    line.connection.close()
