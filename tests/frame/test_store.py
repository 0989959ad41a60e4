"""What one process notes, every other knows: the store behind tickets, limits and repeated requests."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache

from accounts import tickets
from accounts.models import User
from tests import hands
from tests.processes import running
from tests.store import grow_older

pytestmark = pytest.mark.usefixtures("real_db")

CANCEL_WHO_WAITS = """
    SELECT pg_cancel_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'aetheris store' AND wait_event_type = 'Lock'
"""


def test_a_note_is_read_as_it_was_written_and_ends_with_its_time() -> None:
    for value in ("text", 7, True, None, [1, {"a": [2]}]):
        cache.set("a", value, 60)
        assert cache.get("a", "nothing") == value
    grow_older(61)
    assert cache.get("a", "nothing") == "nothing"
    assert cache.add("a", "anew", 60)
    assert not cache.add("a", "late", 60)
    assert cache.get("a") == "anew"
    assert cache.delete("a")
    assert not cache.delete("a")


def test_many_at_once_are_counted_one_by_one() -> None:
    with ThreadPoolExecutor(8) as pool:
        counted = list(pool.map(lambda _: cache.count("n", 60)[0], range(40)))
        added = list(pool.map(lambda _: cache.add("one", "x", 60), range(16)))
        taken = list(pool.map(lambda _: cache.take("one"), range(16)))
    assert sorted(counted) == list(range(1, 41))
    assert added.count(True) == 1
    assert (taken.count("x"), taken.count(None)) == (1, 15)
    grow_older(61)
    assert cache.count("n", 60)[0] == 1


def test_the_table_tells_nothing_of_what_it_holds() -> None:
    cache.set("who", "ana@example.com told a secret", 60)
    rows = hands.look("SELECT key, sealed FROM shared_store")
    assert len(rows) == 1
    assert b"ana@" not in bytes(rows[0]["sealed"])
    assert "who" not in rows[0]["key"]


def test_what_is_over_is_swept() -> None:
    cache.set("old", 1, 10)
    grow_older(11)
    cache.set("new", 1, 60)
    cache.sweep()
    assert [row["number"] for row in hands.look("SELECT number FROM shared_store")] == [1]
    assert cache.get("new") == 1


def test_a_key_that_another_is_just_writing_is_not_added_and_breaks_nothing() -> None:
    """Its writer has yet to commit; whoever waits for that in vain is told that the key is taken."""
    key = cache._name("taken")  # type: ignore[attr-defined]
    insert = "INSERT INTO shared_store (key, number, expires_at) VALUES (%s, 1, now() + interval '1 hour')"
    with (
        hands.hand_of("superuser") as writer, hands.hand_of("superuser") as canceller, writer.transaction(),
        ThreadPoolExecutor(1) as pool,
    ):  # fmt: skip
        writer.execute(insert, [key])
        added = pool.submit(cache.add, "taken", 2, 60)
        until = time.monotonic() + 30
        while not added.done() and time.monotonic() < until:
            canceller.execute(CANCEL_WHO_WAITS)
            time.sleep(0.05)
        assert added.result(timeout=30) is False
    assert cache.get("taken") == 1


def test_two_servers_share_limits_keys_and_tickets(ana: User, tmp_path_factory: pytest.TempPathFactory) -> None:
    """One server is told, the other knows: as behind any balancer."""
    with running(tmp_path_factory.mktemp("one")) as one, running(tmp_path_factory.mktemp("two")) as two:
        token = one.token_of(ana)
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}", "Idempotency-Key": "k-1"}
        answers = [
            server.send("POST", "/api/v1/accounts", b'{"account_name": "Swing"}', headers) for server in (one, two)
        ]
        assert [status for status, _ in answers] == [201, 201]
        assert answers[0][1]["id"] == answers[1][1]["id"]

        ticket = one.ask("POST", "/api/v1/auth/ws-ticket", {}, token)[1]["ticket"]
        with two.socket(f"/ws/realtime/?ticket={ticket}") as line:
            line.say(type="resume", since=0)
        with one.socket(f"/ws/realtime/?ticket={ticket}") as line:
            assert line.code() == 4401

        guess = {"email": ana.email, "password": "wrong"}
        statuses = [server.ask("POST", "/api/v1/auth/login", guess)[0] for server in (one, two) for _ in range(5)]
        assert statuses == [401] * 10
        assert [server.ask("POST", "/api/v1/auth/login", guess)[0] for server in (one, two)] == [429, 429]

        reader = two.socket(f"/ws/realtime/?ticket={two.ask('POST', '/api/v1/auth/ws-ticket', {}, token)[1]['ticket']}")
        with reader:
            assert one.ask("POST", "/api/v1/auth/logout", {}, token)[0] == 204
            assert reader.code() == 4401
        assert two.ask("GET", "/api/v1/auth/me", token=token)[0] == 401


def test_a_suspended_person_s_open_line_closes_at_once(ana: User, tmp_path_factory: pytest.TempPathFactory) -> None:
    with running(tmp_path_factory.mktemp("server")) as server:
        ticket = tickets.issue(ana)
        with server.socket(f"/ws/realtime/?ticket={ticket}") as line, hands.hand_of("superuser") as admin:
            line.heard(0.5)
            admin.execute("UPDATE users SET status = 'SUSPENDED' WHERE id = %s", [ana.id])
            assert line.code() == 4401
