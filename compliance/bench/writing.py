"""I measure the same write with the watchers on and off, in turn, and undo it each time."""

from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any
from uuid import UUID

import psycopg
from django.test import Client

from accounts import tokens
from accounts.models import User
from aetheris.benching import Result, judged, timed
from aetheris.db.tenancy import acting_as

RUNS = 7
INSERT = """
    INSERT INTO trades (account_id, user_id, broker, broker_trade_id, symbol, asset_class, side, quantity, entry_price,
                        exit_price, entry_time, exit_time, gross_pnl, pnl, pnl_percent, commissions, swap, source, tags,
                        raw)
    SELECT account_id, user_id, 'mt5', n::text, 'EURUSD', 'forex', 'long', 1.5, 1.10234, 1.10334,
           at, at + interval '5 min', mod(n, 700) - 300, mod(n, 700) - 303.5, 0.12, 3.5, 0, 'file', ARRAY['a'],
           jsonb_build_object('ticket', n, 'comment', 'as the broker wrote it', 'magic', 77)
    FROM staged WHERE n <= %s
"""
STAGED = """
    CREATE UNLOGGED TABLE staged AS
    SELECT n, %s::uuid AS account_id, %s::uuid AS user_id, timestamptz '2026-01-05' + n * interval '7 min' AS at
    FROM generate_series(1, 30000) n;
"""
TRADE = {
    "symbol": "NAS100", "side": "long", "quantity": "2", "entry_price": "18250.25", "exit_price": "18100.25",
    "entry_time": "2026-01-05T14:30:00Z", "exit_time": "2026-01-05T15:00:00Z", "pnl": "-300.10", "commissions": "4.20",
}  # fmt: skip


def bulk(admin: psycopg.Connection[Any], user: UUID, account: UUID) -> Iterator[Result]:
    admin.execute(STAGED, [account, user])
    admin.execute("GRANT SELECT ON staged TO aetheris_app")
    yield _compared(admin, user, "insert", "bulk INSERT of 30,000 trades", INSERT, [30_000], most=1.10)
    yield _compared(admin, user, "insert", "INSERT of 200 trades, full images", INSERT, [200], most=None)
    with admin.transaction():
        _as_app(admin, user)
        admin.execute(INSERT, [10_000])  # type: ignore[call-overload]
    took = timed(lambda: _captured(admin))
    admin.execute("VACUUM ANALYZE trades")
    yield judged("capture of 10,000 images, in the background", took, None, runs=1)
    update = "UPDATE trades SET setup = 'breakout'"
    yield _compared(admin, user, "update", "bulk UPDATE of 10,000 trades", update, [], most=1.5)


def single(admin: psycopg.Connection[Any], user: UUID, account: UUID) -> Iterator[Result]:
    """POST /api/v1/trades through the whole application, in blocks with and without the watchers."""
    with acting_as(user):
        person = User.objects.get(pk=user)
        access = tokens.sign_in(person).access
    program = Client(headers={"authorization": f"Bearer {access}", "host": "localhost"})

    def post() -> None:
        answer = program.post("/api/v1/trades", {**TRADE, "account": str(account)}, content_type="application/json")
        assert answer.status_code == 201, answer.content

    for _ in range(10):
        post()
    ours, their = [], []
    for _ in range(12):
        ours += [timed(post) for _ in range(8)]
        with unwatched(admin, "insert"), unwatched(admin, "update"):
            their += [timed(post) for _ in range(8)]
    yield judged("one trade by the API", median(ours), median(their), most=1.05, runs=len(ours))


@contextmanager
def unwatched(admin: psycopg.Connection[Any], operation: str) -> Iterator[None]:
    names = admin.execute(
        "SELECT tgrelid::regclass::text, quote_ident(tgname) FROM pg_trigger WHERE tgname LIKE %s",
        [f"pgtrigger_audit_{operation}%"],
    ).fetchall()
    for table, name in names:
        admin.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")  # type: ignore[call-overload]
    try:
        yield
    finally:
        for table, name in names:
            admin.execute(f"ALTER TABLE {table} ENABLE TRIGGER {name}")  # type: ignore[call-overload]


def _compared(
    admin: psycopg.Connection[Any], user: UUID, operation: str, name: str, order: str, values: list[Any],
    *, most: float | None,
) -> Result:  # fmt: skip
    def once() -> float:
        with admin.transaction(force_rollback=True):
            _as_app(admin, user)
            return timed(lambda: admin.execute(order, values))  # type: ignore[call-overload]

    once()
    ours, their = [], []
    for _ in range(RUNS):
        ours.append(once())
        with unwatched(admin, operation):
            their.append(once())
        admin.execute("VACUUM trades, audit.records")
    return judged(name, median(ours), median(their), most=most, runs=RUNS)


def _as_app(admin: psycopg.Connection[Any], user: UUID) -> None:
    admin.execute("SET LOCAL ROLE aetheris_app")
    admin.execute("SELECT set_config('aetheris.tenant', %s, true)", [str(user)])


def _captured(admin: psycopg.Connection[Any]) -> None:
    while (row := admin.execute("SELECT audit.capture()").fetchone()) and row[0]:
        pass
