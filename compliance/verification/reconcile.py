"""I hold every live row against its last image in the trail: what was done with the watchers off shows here."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from compliance.verification.findings import Finding
from compliance.watched import watched

QUERY = (Path(__file__).parent.parent / "sql" / "reconcile.sql").read_text()
READABLE = """
    SELECT attname, has_column_privilege(attrelid, attnum, 'SELECT') FROM pg_attribute
    WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum
"""
UNIMAGED = """
    SELECT r.id, r.occurred_at, u.id IS NULL FROM audit.records r
    LEFT JOIN audit.images i ON i.id = r.id AND i.occurred_at = r.occurred_at
    LEFT JOIN audit.uncaptured u ON u.id = r.id
    WHERE r.digest IS NOT NULL AND i.id IS NULL AND (u.id IS NULL OR r.occurred_at < clock_timestamp() - %s)
    ORDER BY r.id LIMIT 100
"""
SENTENCES = {
    "row never audited": "no entry of the trail speaks of it",
    "row back from the dead": "the trail says it was removed",
    "row vanished": "the trail does not say that it was removed",
}


def check(connection: psycopg.Connection[Any], *, lag: timedelta) -> Iterator[Finding]:
    for table, secrets in watched().items():
        yield from _watch(connection, table)
        yield from _rows(connection, table, secrets)
    yield from _images(connection, lag)


def _rows(connection: psycopg.Connection[Any], table: str, secrets: list[str]) -> Iterator[Finding]:
    columns = connection.execute(READABLE, [table]).fetchall()
    hidden = [name for name, readable in columns if not readable and name not in secrets]
    if hidden:
        yield Finding("not checked", table, f"the sealer may not read {', '.join(hidden)}: as the owner, SELECT "
                      f"audit.admit('{table}', '{','.join(secrets)}')")  # fmt: skip
    names = [sql.Identifier(name) for name, readable in columns if readable and name not in secrets]
    query = sql.SQL(QUERY).format(  # type: ignore[arg-type]
        table=sql.Identifier(table), name=sql.Literal(table), columns=sql.SQL(", ").join(names)
    )
    with connection.cursor(name="rows") as cursor:
        cursor.execute(query, {"secrets": secrets + hidden})
        for id, sequence, kind, differing in cursor:
            what = SENTENCES.get(kind) or f"{', '.join(differing)} differ from what entry {sequence} of the trail says"
            yield Finding(kind, f"{table} {id}", what)


def _watch(connection: psycopg.Connection[Any], table: str) -> Iterator[Finding]:
    row = connection.execute(
        "SELECT count(*) FROM pg_trigger t JOIN pg_proc p ON p.oid = tgfoid "
        "WHERE tgrelid = %s::regclass AND pronamespace = 'audit'::regnamespace AND proname LIKE 'note_%%' "
        "AND tgenabled IN ('O', 'A')",
        [table],
    ).fetchone()
    if row is None or row[0] < 4:
        yield Finding("watch switched off", table, "not all of its four audit watchers are at work: run manage.py laws")


def _images(connection: psycopg.Connection[Any], lag: timedelta) -> Iterator[Finding]:
    """Images that came later: all of them, and those that were written."""
    for (id,) in connection.execute("SELECT id FROM audit.images WHERE NOT agrees ORDER BY id LIMIT 100").fetchall():
        yield Finding("image disagrees", f"records {id}", "its rows were changed, unseen, before their images came")
    waiting = connection.execute(UNIMAGED, [lag + timedelta(seconds=30)]).fetchall()
    for id, occurred_at, lost in waiting:
        what = "its images were never kept" if lost else "its images still wait: does the worker run?"
        yield Finding("image missing", f"records {id}", f"it was written at {occurred_at.isoformat()}; {what}")
