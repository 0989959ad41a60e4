"""Under its policy a question still takes the index; the tenant is looked up once, not for each row."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connections

from tests.conftest import admin_url, sweep, url_of

FILL = """
SET session_replication_role = replica;
INSERT INTO users (id, email, password, status)
    SELECT ('00000000-0000-7000-8000-' || lpad(u::text, 12, '0'))::uuid, 'u' || u || '@example.com', 'x', 'ACTIVE'
    FROM generate_series(1, 100) u;
INSERT INTO accounts (id, user_id, account_name)
    SELECT overlay(u.id::text PLACING a::text FROM 23 FOR 1)::uuid, u.id, 'account ' || a
    FROM users u, generate_series(1, 5) a;
INSERT INTO trades (account_id, user_id, broker, broker_trade_id, symbol, side, quantity, entry_price, exit_price,
                    entry_time, exit_time, pnl)
    SELECT a.id, a.user_id, 'mt5', n::text, 'EURUSD', 'long', 1, 1, 1, t, t + interval '5 minutes', n % 7 - 3
    FROM accounts a, generate_series(1, 200) n,
         LATERAL (SELECT timestamptz '2026-01-01' + n * interval '1 hour' AS t) at;
ANALYZE users; ANALYZE accounts; ANALYZE trades;
"""
ONE = UUID("00000000-0000-7000-8000-000000000042")
ACCOUNT = UUID("00000000-0000-7000-8003-000000000042")

QUESTIONS = {
    "my newest fifty": ("SELECT * FROM trades ORDER BY entry_time DESC LIMIT 50", "trades_newest"),
    "one account's page": (
        f"SELECT * FROM trades WHERE account_id = '{ACCOUNT}' ORDER BY entry_time DESC LIMIT 50", "trades_by_"),
    "an account's results in order": (
        f"SELECT pnl FROM trades WHERE account_id = '{ACCOUNT}' AND exit_time IS NOT NULL ORDER BY exit_time",
        "trades_by_"),
    "my sum": ("SELECT sum(pnl) FROM trades", "trades_"),
    "one trade by its key": (f"SELECT * FROM trades WHERE id = '{ONE}'", "trades_"),
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def filled(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with psycopg.connect(admin_url(), autocommit=True) as connection:
        connection.execute(FILL)  # type: ignore[arg-type]
    yield
    with django_db_blocker.unblock():
        for connection in connections.all():
            connection.close()
    sweep()


def plan(question: str, policy: str | None = None) -> dict[str, Any]:
    with psycopg.connect(admin_url() if policy else url_of("app")) as connection:
        if policy:
            connection.execute("DROP POLICY tenant ON trades")
            connection.execute(f"CREATE POLICY tenant ON trades USING ({policy})")
            connection.execute("SET LOCAL ROLE aetheris_app")
        connection.execute("SELECT set_config('aetheris.tenant', %s, true)", [str(ONE)])
        told = connection.execute(f"EXPLAIN (FORMAT JSON) {question}").fetchone()
        connection.rollback()
    assert told is not None
    return dict(told[0][0]["Plan"] if not isinstance(told[0], str) else json.loads(told[0])[0]["Plan"])


def nodes(of: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield of
    for inner in of.get("Plans", ()):
        yield from nodes(inner)


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_takes_its_index_and_asks_for_the_tenant_once(name: str) -> None:
    question, index = QUESTIONS[name]
    found = list(nodes(plan(question)))
    assert any(str(node.get("Index Name", "")).startswith(index) for node in found), json.dumps(found, indent=1)
    assert not [node for node in found if node["Node Type"] == "Seq Scan"]
    assert not [node for node in found if node.get("Subplan Name", "").startswith("SubPlan")]


def test_the_join_shaped_policy_would_not() -> None:
    """The control: the policy of many a tutorial asks each row whose account it is in."""
    question, _ = QUESTIONS["my newest fifty"]
    tenant = "nullif(current_setting('aetheris.tenant', true), '')::uuid"
    found = list(nodes(plan(question, policy=f"account_id IN (SELECT id FROM accounts WHERE user_id = {tenant})")))
    assert [node for node in found if node.get("Subplan Name", "").startswith("SubPlan")] or [
        node for node in found if node["Node Type"] == "Seq Scan"
    ]
