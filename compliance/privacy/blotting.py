"""I take a person's words out of the sealed trail, leaving a signed note for each entry, so that the chain
still stands."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from compliance.archive import connect
from compliance.privacy import plan
from compliance.sealing import keys
from compliance.sealing.chapters import CHAPTERS

ERASED = "[erased]"
KEPT = ["[secret]", "[secret, changed]", ERASED, "!", "{}", "[]", "\\x"]
ROWS = """
    (SELECT jsonb_agg(CASE WHEN row @> %(who)s THEN row || (
        SELECT coalesce(jsonb_object_agg(name, '"[erased]"'::jsonb), '{{}}') FROM unnest(%(columns)s::text[]) name
        WHERE row ->> name <> '' AND row ->> name <> ALL (%(kept)s) AND row ->> name NOT LIKE 'erased-%%') ELSE row END
        ORDER BY place) FROM jsonb_array_elements({column}) WITH ORDINALITY AS t (row, place))
"""
CHANGES = {
    "records": "old_rows = " + ROWS.format(column="old_rows") + ", new_rows = " + ROWS.format(column="new_rows") + """,
        actor_label = CASE WHEN actor_id = %(person)s THEN %(pseudonym)s ELSE actor_label END,
        ip = CASE WHEN actor_id = %(person)s THEN NULL ELSE ip END""",
    "images": "new_rows = " + ROWS.format(column="new_rows"),
    "carried": "images = " + ROWS.format(column="images"),
    "readings": "filters = replace(filters::text, %(email)s, %(pseudonym)s)::jsonb",
}  # fmt: skip


def blot(*, person: UUID, email: str, pseudonym: str, reason: str) -> int:
    """The number of entries changed. Run again, it finds nothing left to change."""
    with connect() as connection, connection.transaction():
        for name in CHANGES:
            connection.execute(_switch(name, "DISABLE"))
        told = {"person": person, "email": email, "pseudonym": pseudonym}
        done = sum(_one(connection, name, entry, at, table, told, reason)
                   for name, entry, at, table in list(_entries(connection, person, email)))  # fmt: skip
        for name in CHANGES:
            connection.execute(_switch(name, "ENABLE"))
    return done


def _entries(connection: psycopg.Connection[Any], person: UUID, email: str) -> Iterator[tuple[str, int, Any, str]]:
    """(chapter, id, moment, table) of whatever may hold words of theirs."""
    tables = [name for name in plan.named() if plan.of(name).blanked]
    mine = [json.dumps([{"user_id": str(person)}]), json.dumps([{"id": str(person)}])]
    holds = "(table_name = ANY (%s) AND ({0} @> %s::jsonb OR table_name = 'users' AND {0} @> %s::jsonb))"
    query = (
        "SELECT id, occurred_at, table_name FROM audit.records WHERE actor_id = %s "  # noqa: S608
        f"OR {holds.format('old_rows')} OR {holds.format('new_rows')} ORDER BY id"
    )
    for id, at, table in connection.execute(query, [person, tables, *mine, tables, *mine]):  # type: ignore[call-overload]
        yield "records", id, at, table
    images = (
        "SELECT i.id, i.occurred_at, r.table_name FROM audit.images i JOIN audit.records r ON r.id = i.id AND "
        "r.occurred_at = i.occurred_at WHERE r.table_name = ANY (%s) AND i.new_rows @> %s::jsonb ORDER BY 1"
    )
    for id, at, table in connection.execute(images, [tables, mine[0]]):
        yield "images", id, at, table
    carried = (
        "SELECT id, occurred_at, table_name FROM audit.carried WHERE table_name = ANY (%s) AND images @> %s::jsonb "
        "OR table_name = 'users' AND images @> %s::jsonb ORDER BY 1"
    )
    for id, at, table in connection.execute(carried, [tables, *mine]):
        yield "carried", id, at, table
    for id, at in connection.execute(
        "SELECT id, occurred_at FROM audit.readings WHERE strpos(filters::text, %s) > 0", [email]
    ):
        yield "readings", id, at, ""


def _one(
    connection: psycopg.Connection[Any], name: str, entry: int, at: Any, table: str, told: dict[str, Any], reason: str
) -> int:
    was = _leaf(connection, name, entry)
    who = {"id" if table == "users" else "user_id": str(told["person"])}
    values = told | {"entry": entry, "at": at, "columns": list(plan.of(table).blanked), "kept": KEPT,
                     "who": json.dumps(who)}  # fmt: skip
    change = f"UPDATE audit.{name} SET {CHANGES[name]} WHERE id = %(entry)s AND occurred_at = %(at)s"  # noqa: S608
    connection.execute(change, values)  # type: ignore[call-overload]
    becomes = _leaf(connection, name, entry)
    if was == becomes:
        return 0
    signer = keys.signer()
    connection.execute(
        "INSERT INTO audit.redactions (chapter, entry, was, becomes, reason, key_id, signature) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s)",
        [name, entry, was, becomes, reason, signer.id, signer.sign(word(name, entry, was, becomes)).hex()],
    )
    return 1


def word(chapter: str, entry: int, was: str, becomes: str) -> bytes:
    """What is signed."""
    return f"aetheris redaction 1|{chapter}|{entry}|{was}|{becomes}".encode()


def _leaf(connection: psycopg.Connection[Any], name: str, entry: int) -> str:
    (found,) = CHAPTERS[name].leaves(connection, f"id = {int(entry)}")
    return found[1].hash.hex()


def _switch(name: str, how: str) -> sql.Composed:
    """Within this transaction alone: the law that keeps entries as they are; its table's owner holds the switch."""
    return sql.SQL("ALTER TABLE ONLY {} {} TRIGGER kept").format(sql.Identifier("audit", name), sql.SQL(how))
