"""I measure what row-level security costs against the same question asked by hand, over a million rows (P8)."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import psycopg

from aetheris.bench.database import Place, place_to_measure
from aetheris.benching import Result, benches, side_by_side

USERS, ACCOUNTS, TRADES = 1_000, 2, 500
USER = UUID("00000000-0000-7000-8000-000000000042")
ACCOUNT = UUID("00000000-0000-7000-8001-000000000042")
REPEATS = 40

FILL = f"""
SET session_replication_role = replica;
INSERT INTO users (id, email, password, status)
    SELECT ('00000000-0000-7000-8000-' || lpad(u::text, 12, '0'))::uuid, 'u' || u || '@example.com', 'x', 'ACTIVE'
    FROM generate_series(1, {USERS}) u;
INSERT INTO accounts (id, user_id, account_name)
    SELECT overlay(u.id::text PLACING a::text FROM 23 FOR 1)::uuid, u.id, 'account ' || a
    FROM users u, generate_series(1, {ACCOUNTS}) a;
INSERT INTO trades (account_id, user_id, broker, broker_trade_id, symbol, side, quantity, entry_price, exit_price,
                    entry_time, exit_time, pnl)
    SELECT a.id, a.user_id, 'mt5', n::text, 'EURUSD', 'long', 1, 1, 1, t, t + interval '5 minutes', n % 7 - 3
    FROM generate_series(1, {TRADES}) n, accounts a,
         LATERAL (SELECT timestamptz '2026-01-01' + n * interval '1 hour' AS t) at;
"""

MINE = f"user_id = '{USER}'"
QUESTIONS = {
    "my newest 50": ("SELECT * FROM trades {where} ORDER BY entry_time DESC LIMIT 50", MINE),
    "one account's page": (
        f"SELECT * FROM trades WHERE account_id = '{ACCOUNT}' {{more}} ORDER BY entry_time DESC LIMIT 50", MINE),
    "one trade by its key": ("SELECT * FROM trades WHERE id = '{id}' {more}", MINE),
    "my sum": ("SELECT count(*), sum(pnl) FROM trades {where}", MINE),
}  # fmt: skip


@benches.named("rls")
def rls() -> Iterator[Result]:
    """The app under its policy against the superuser with an explicit WHERE."""
    with place_to_measure("rls") as place:
        with psycopg.connect(place.admin_url, autocommit=True) as connection:
            connection.execute(FILL)  # type: ignore[arg-type]
            connection.execute("VACUUM ANALYZE")
            row = connection.execute(f"SELECT id FROM trades WHERE {MINE} LIMIT 1 OFFSET 77").fetchone()
        yield from _compared(place, str(row[0]) if row else "")


def _compared(place: Place, id: str) -> Iterator[Result]:
    with (
        psycopg.connect(place.url("app"), autocommit=True) as app,
        psycopg.connect(place.admin_url, autocommit=True) as admin,
    ):
        app.execute("SELECT set_config('aetheris.tenant', %s, false)", [str(USER)])
        for name, (question, whose) in QUESTIONS.items():
            bare = question.format(where="", more="", id=id)
            explicit = question.format(where=f"WHERE {whose}", more=f"AND {whose}", id=id)
            yield side_by_side(
                f"{name}, {USERS * ACCOUNTS * TRADES:,} rows of {USERS:,} users",
                _asking(app, bare), _asking(admin, explicit), most=1.15, runs=9,
                note=f"{REPEATS} times each run",
            )  # fmt: skip


def _asking(connection: psycopg.Connection[Any], question: str) -> Callable[[], None]:
    def ask() -> None:
        for _ in range(REPEATS):
            connection.execute(question).fetchall()  # type: ignore[call-overload]

    return ask
