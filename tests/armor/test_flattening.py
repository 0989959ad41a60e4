"""At level 3 an account is closed out at its broker: only if its owner asked for that, once, and again if need be."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.db import connections

from accounts.models import TradingAccount, User
from aetheris import clock
from aetheris.db.tenancy import acting_as
from armor import lifecycle, rounds
from tests.factories import account_of
from tests.hands import by_the_service, hand_of, look
from tests.journeys.test_sockets import lose
from trading.connections import add_connection

pytestmark = pytest.mark.usefixtures("real_db")


class Broker(BaseHTTPRequestHandler):
    """The mock broker's way of speaking, with two positions open; it may be away at first."""

    asked: list[str] = []
    away = 0
    open = 2

    def do_POST(self) -> None:
        type(self).asked.append(self.path)
        if len(self.asked) <= self.away:
            self.send_error(503)
            return
        body = json.dumps({"closed": self.open}).encode()
        type(self).open = 0
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def broker(monkeypatch: Any) -> Iterator[type[Broker]]:
    kind = type("Broker", (Broker,), {"asked": [], "away": 0, "open": 2})
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("AETHERIS_MOCK_URL", f"http://127.0.0.1:{server.server_port}")
    yield kind
    server.shutdown()
    server.server_close()


def guarded(ana: User, *, flatten: bool, broker_type: str = "mock") -> TradingAccount:
    account = account_of(ana, risk_limit=1000)
    with acting_as(ana):
        add_connection(account=account, values={"broker_type": broker_type, "api_key": "key-of-twelve"})
        if flatten:
            lifecycle.set_guard(account=account, values={"flatten_at_level_3": True})
    return account


def work() -> int:
    with by_the_service():
        done = rounds.flatten()
    connections["service"].close()
    return done


def orders() -> list[dict[str, Any]]:
    return look("SELECT status, tries, closed_positions, last_error FROM flatten_orders")


def test_level_3_closes_every_position_once(ana: User, broker: type[Broker]) -> None:
    account = guarded(ana, flatten=True)
    lose(account, 950)
    assert orders() == []
    lose(account, 300)
    assert work() == 1
    assert work() == 0
    assert broker.asked == ["/flatten"]
    assert orders() == [{"status": "done", "tries": 1, "closed_positions": 2, "last_error": ""}]


def test_it_is_off_unless_asked_for(ana: User, broker: type[Broker]) -> None:
    lose(guarded(ana, flatten=False), 1250)
    assert work() == 0
    assert (broker.asked, orders()) == ([], [])


def test_a_broker_that_is_away_is_asked_again(ana: User, broker: type[Broker]) -> None:
    broker.away = 1
    lose(guarded(ana, flatten=True), 1250)
    assert work() == 0
    assert [(order["status"], order["tries"]) for order in orders()] == [("waiting", 1)]
    with hand_of("superuser") as sql:
        sql.execute("UPDATE flatten_orders SET next_try_at = now()")
    assert work() == 1
    assert [(order["status"], order["tries"]) for order in orders()] == [("done", 2)]


def test_where_no_connection_can_it_is_said(ana: User, broker: type[Broker]) -> None:
    account = account_of(ana, risk_limit=1000)
    with acting_as(ana):
        lifecycle.set_guard(account=account, values={"flatten_at_level_3": True})
    lose(account, 1250)
    assert work() == 0
    assert [(order["status"], order["last_error"][:13]) for order in orders()] == [("failed", "No connection")]


def test_a_limit_that_broke_on_another_day_closes_nothing_today(ana: User, broker: type[Broker]) -> None:

    account = account_of(ana, risk_limit=1000, created_at=clock.now() - timedelta(days=30))
    with acting_as(ana):
        lifecycle.set_guard(account=account, values={"flatten_at_level_3": True})
    lose(account, 1250, days_ago=3)
    assert orders() == []
