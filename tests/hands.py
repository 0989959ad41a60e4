"""I am the other hands at the database: the tables' owner, the superuser, the service, and an ear on its bell."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

import psycopg
from django.db import connections
from psycopg.rows import dict_row

from accounts.models import TradingAccount
from aetheris import clock, live
from tests.conftest import admin_url, url_of

numbers = count(1)

INSERT_TRADE = """
    INSERT INTO trades (account_id, user_id, broker, broker_trade_id, symbol, side, quantity, entry_price, exit_price,
                        entry_time, exit_time, pnl, gross_pnl, source)
    VALUES (%(account)s, %(user)s, 'sql', %(id)s, 'EURUSD', 'long', 1, 1.1, 1.0, %(entry)s, %(exit)s, %(pnl)s, %(pnl)s,
            'manual')
    RETURNING id
"""


@contextmanager
def hand_of(login: str, tenant: UUID | None = None) -> Iterator[psycopg.Connection[Any]]:
    """One of the product's logins, at work for `tenant`; "superuser" is whom no policy holds."""
    url = admin_url() if login == "superuser" else url_of(login)
    with psycopg.connect(url, autocommit=True) as connection:
        if tenant is not None:
            connection.execute("SELECT set_config('aetheris.tenant', %s, false)", [str(tenant)])
        yield connection


@contextmanager
def by_the_service() -> Iterator[None]:
    """The worker's hand for Django's own work."""
    mine = connections["default"]
    connections["default"] = connections["service"]
    try:
        yield
    finally:
        connections["default"] = mine


@contextmanager
def listening(channel: str = live.CHANNEL) -> Iterator[psycopg.Connection[Any]]:
    """What rings while this is open; read it with `rung`."""
    with psycopg.connect(url_of("app"), autocommit=True) as ear:
        ear.execute(f"LISTEN {channel}")
        yield ear


def rung(ear: psycopg.Connection[Any], kind: str = "", seconds: float = 1.0) -> list[str]:
    return [note.payload for note in ear.notifies(timeout=seconds) if note.payload.startswith(kind)]


def write_by_sql(
    connection: psycopg.Connection[Any], account: TradingAccount, pnl: int, at: datetime | None = None, **told: Any
) -> UUID:
    """A trade written past the product, as a program or a restored row would."""
    closed = at or clock.now()
    values = {
        "account": account.pk, "user": account.user_id, "id": f"SQL{next(numbers)}", "pnl": Decimal(pnl),
        "entry": closed - timedelta(minutes=1), "exit": closed,
    }  # fmt: skip
    row = connection.execute(INSERT_TRADE, values | told).fetchone()
    assert row is not None
    return UUID(str(row[0]))


def look(query: str, *values: Any) -> list[dict[str, Any]]:
    """What really stands in the database, by the superuser's eyes."""
    with psycopg.connect(admin_url(), row_factory=dict_row) as connection:
        return connection.execute(query, values).fetchall()  # type: ignore[call-overload]


def trail(of: Any = None, **fields: Any) -> list[dict[str, Any]]:
    """The audit trail, oldest first: of one row, or of the rows with these values."""
    wanted = fields | ({"row_id": of} if of is not None else {})
    where = " AND ".join(f"{name} = %s" for name in wanted) or "true"
    return look(f"SELECT * FROM audit_trail WHERE {where} ORDER BY sequence", *wanted.values())


def everything_counted() -> dict[str, int]:
    """Rows of every table and of the trail, but for what a worker nearby keeps for itself: its queue, its seals."""
    names = look(
        "SELECT format('%%I.%%I', nspname, relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace"
        " WHERE relkind = 'r' AND (nspname = 'public' AND relname NOT LIKE 'procrastinate%%'"
        " OR nspname = 'audit' AND relname LIKE 'records%%') ORDER BY 1"
    )
    union = " UNION ALL ".join(f"SELECT '{row['name']}' AS name, count(*) AS count FROM {row['name']}" for row in names)
    return {row["name"]: row["count"] for row in look(union)}
