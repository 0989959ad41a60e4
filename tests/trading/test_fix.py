"""I listen to a FIX acceptor that drops the line, sends out of order, repeats itself and asks for what it missed."""

import socket
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import pytest

from tests.trading.doubles import Acceptor, execution
from trading.connectors import Access, BrokerUnreachable, Fetched
from trading.connectors import fix as connector
from trading.connectors.fix import RESERVED, Fix


@pytest.fixture(autouse=True)
def on_this_machine(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.OUTBOUND_ALLOW_LOOPBACK = True
    monkeypatch.setattr(connector, "QUIET_SECONDS", 0.6)


@pytest.fixture
def broker() -> Iterator[Acceptor]:
    with Acceptor() as made:
        made.say(execution("1", "1", "2", "100.00", 1))
        made.say(execution("2", "2", "1", "103.00", 2))
        made.say(execution("3", "2", "1", "101.00", 3))
        yield made


class Memory:
    """What the database would remember between two calls."""

    def __init__(self) -> None:
        self.kept: Mapping[str, Any] = {}

    def fetch(self, broker: Acceptor) -> Fetched:
        told = {"host": "127.0.0.1", "port": broker.port, "sender": "US", "target": "BROKER", "plain": "yes"}

        def remember(memory: Mapping[str, Any]) -> None:
            self.kept = memory

        fix = Fix(Access(config=told, memory=self.kept, seconds=20, remember=remember))
        try:
            fix.authenticate()
            fetched = fix.fetch_trades(None)
        finally:
            fix.close()
        assert fetched.memory is not None
        self.kept = fetched.memory
        return fetched


def results(fetched: Fetched) -> list[tuple[str, Decimal | None]]:
    """2 bought at 100 for 1.00; one sold at 103 and one at 101, 1.00 each: 3 - 0.50 - 1 = 1.50 and 1 - 1.50 = -0.50."""
    return sorted((row.side, row.pnl) for row in fetched.rows if row.pnl is not None)


WHOLE = [("long", Decimal("-0.50")), ("long", Decimal("1.50"))]


def test_executions_become_trades(broker: Acceptor) -> None:
    broker.script = [2, 3, 4]
    fetched = Memory().fetch(broker)
    assert results(fetched) == WHOLE
    assert fetched.memory is not None and fetched.memory["numbers"]["incoming"] == 5


def test_what_comes_out_of_order_is_asked_for_and_taken_once_in_order(broker: Acceptor) -> None:
    broker.script = [4, 2]  # 3 is missing, 4 comes first
    assert results(Memory().fetch(broker)) == WHOLE
    assert "2" in broker.kinds_seen


def test_what_is_sent_twice_counts_once(broker: Acceptor) -> None:
    broker.script = [2, 3, 4]
    broker.say(execution("3", "2", "1", "101.00", 3))
    broker.script.append(5)  # the same execution under a new number
    assert results(Memory().fetch(broker)) == WHOLE


def test_a_dropped_line_loses_nothing_and_repeats_nothing(broker: Acceptor) -> None:
    memory = Memory()
    broker.script, broker.drop_after = [2, 3, 4], 2
    first = memory.fetch(broker)
    assert len([row for row in first.rows if row.pnl is not None]) == 1
    broker.outgoing, broker.script = 5, []
    second = memory.fetch(broker)
    by_id = {row.broker_trade_id: row for row in (*first.rows, *second.rows)}
    assert sorted(row.pnl for row in by_id.values() if row.pnl is not None) == [Decimal("-0.50"), Decimal("1.50")]


def test_a_killed_session_uses_no_number_twice_and_fills_the_gap(broker: Acceptor) -> None:
    memory = Memory()
    memory.fetch(broker)
    memory.kept = {
        **memory.kept,
        "numbers": {**memory.kept["numbers"], "outgoing": 1 + RESERVED},
    }  # as a kill leaves it
    broker.outgoing = 5
    memory.fetch(broker)
    assert len(broker.numbers_seen) == len(set(broker.numbers_seen))
    assert "4" in broker.kinds_seen  # the gap, filled


def test_nobody_there_is_unreachable() -> None:
    with Acceptor() as gone:
        pass
    with socket.socket() as held:  # bound and not listening: nobody else can take the port meanwhile
        held.bind(("127.0.0.1", 0))
        gone.port = held.getsockname()[1]
        with pytest.raises(BrokerUnreachable):
            Memory().fetch(gone)
