"""I put aside, within one transaction, the laws that keep a table's rows as they were written; the watchers
of the trail stay at work, so that whatever is done meanwhile is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql

KEEPERS = ("refuse", "keep_all_but", "keep_trade_economics", "keep_fresh_readings")
WHEN = {"update": 16, "delete": 8}
TRIGGERS = """
    SELECT tgname FROM pg_trigger t JOIN pg_proc p ON p.oid = tgfoid
    WHERE tgrelid = %s::regclass AND NOT tgisinternal AND tgenabled <> 'D' AND p.proname = ANY (%s) AND tgtype & %s > 0
"""


@contextmanager
def laws_aside(connection: psycopg.Connection[Any], table: str, *, to: str) -> Iterator[None]:
    """By the tables' owner; other writers of the table wait until this transaction ends."""
    names = [row[0] for row in connection.execute(TRIGGERS, [table, list(KEEPERS), WHEN[to]])]
    _switch(connection, table, names, "DISABLE")
    yield
    connection.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks still to come cannot be altered
    _switch(connection, table, names, "ENABLE")


def _switch(connection: psycopg.Connection[Any], table: str, names: list[str], how: str) -> None:
    for name in names:
        connection.execute(
            sql.SQL("ALTER TABLE {} {} TRIGGER {}").format(sql.Identifier(table), sql.SQL(how), sql.Identifier(name))
        )
