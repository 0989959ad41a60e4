"""I erase a person: their key first, then their names in every table, then in the trail; what the law keeps
stays, nameless."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from aetheris import clock, state
from aetheris.db.places import urls
from compliance.errors import OnHold
from compliance.privacy import blotting, plan
from compliance.privacy.aside import laws_aside
from compliance.vault import files, keys

COLUMNS = """
    SELECT attname, attnotnull, format_type(atttypid, NULL) FROM pg_attribute
    WHERE attrelid = %s::regclass AND attname = ANY (%s) AND NOT attisdropped
"""
# What an emptied column says that may not be NULL.
EMPTY = {"jsonb": "{}", "text[]": "{}", "bytea": ""}
DESTROYED = {
    "kyc_cases": "profile = NULL",
    "kyc_documents": "wrapped_key = NULL, erased_at = coalesce(erased_at, now())",
    "data_exports": "wrapped_key = NULL, state = 'gone'",
}


def pseudonym(person: UUID) -> str:
    return f"erased-{person.hex[-12:]}"


def approved() -> list[tuple[UUID, UUID]]:
    """(request, person) of what two people agreed to."""
    with as_owner() as connection:
        return [
            (row[0], row[1]) for row in connection.execute("SELECT request_id, person FROM door.erasures_approved()")
        ]


def erase(*, person: UUID, request: UUID | None) -> dict[str, Any]:
    """What was done, table by table. Run again, it does the same and finds nothing left."""
    with as_owner(person) as connection:
        held = connection.execute("SELECT door.held(%s)", [person]).fetchone()
        if held and held[0]:
            raise OnHold(reason="see the legal holds at the desk.")
        email = str((connection.execute("SELECT email FROM users WHERE id = %s", [person]).fetchone() or [""])[0])
        done: dict[str, Any] = {"key": "destroyed" if keys.destroy(person) else "was not there", "tables": {}}
        done["files"] = _remove_files(connection, person)
        whose = plan.tables(connection.cursor())
        for table in plan.children_first(connection.cursor()):
            done["tables"][table] = _table(connection, table, whose[table], person)
        connection.execute("SELECT audit.capture(100000)")
    done["trail"] = blotting.blot(person=person, email=email or "?", pseudonym=pseudonym(person),
                                  reason="erasure")  # fmt: skip
    _register(person)
    if request is not None:
        with as_owner(person) as connection:
            connection.execute("UPDATE erasure_requests SET state = 'done', done_at = %s, report = %s WHERE id = %s",
                               [clock.now(), json.dumps(done), request])  # fmt: skip
    return done


def register() -> Path:
    """Who was erased, outside the database: what a restored backup brings back is erased again."""
    return state.folder() / "erasures.jsonl"


def registered() -> list[UUID]:
    if not register().exists():
        return []
    return [UUID(json.loads(line)["person"]) for line in register().read_text().splitlines()]


def is_named(person: UUID) -> bool:
    """Whether the database still, or again, holds what they are called."""
    with as_owner(person) as connection:
        row = connection.execute("SELECT email FROM users WHERE id = %s", [person]).fetchone()
    return row is not None and not str(row[0]).endswith("@erased.invalid")


def _table(connection: psycopg.Connection[Any], table: str, whose: str, person: UUID) -> dict[str, Any]:
    treatment = plan.of(table)
    told: dict[str, Any] = {"what": treatment.erasure, "reason": treatment.reason}
    if treatment.erasure == "removed":
        query = sql.SQL("DELETE FROM {} WHERE {} = %s").format(sql.Identifier(table), sql.Identifier(whose))
        with laws_aside(connection, table, to="delete"):
            return told | {"rows": connection.execute(query, [person]).rowcount}
    changes = [_blank(*column, person) for column in _columns(connection, table, treatment.blanked)]
    if table in DESTROYED:
        changes.append(sql.Composed([sql.SQL(DESTROYED[table])]))  # type: ignore[arg-type]
    if not changes:
        return told
    if table == "users":
        changes.append(sql.Composed([sql.SQL("status = 'CLOSED', deleted_at = coalesce(deleted_at, now())")]))
    query = sql.SQL("UPDATE {} SET {} WHERE {} = %s").format(
        sql.Identifier(table), sql.SQL(", ").join(changes), sql.Identifier(whose)
    )
    with laws_aside(connection, table, to="update"):
        return told | {"rows": connection.execute(query, [person]).rowcount}


def _columns(connection: psycopg.Connection[Any], table: str, names: tuple[str, ...]) -> list[tuple[str, bool, str]]:
    return [(row[0], row[1], row[2]) for row in connection.execute(COLUMNS, [table, list(names)])]


def _blank(name: str, required: bool, kind: str, person: UUID) -> sql.Composed:
    value: Any = EMPTY.get(kind, "") if required else None
    if name == "email":
        value = f"{pseudonym(person)}@erased.invalid"
    if name == "password":
        value = "!"
    return sql.SQL("{} = {}").format(sql.Identifier(name), sql.Literal(value))


def _remove_files(connection: psycopg.Connection[Any], person: UUID) -> int:
    rows = connection.execute("SELECT id FROM kyc_documents WHERE user_id = %s UNION ALL "
                              "SELECT id FROM data_exports WHERE user_id = %s", [person, person]).fetchall()  # fmt: skip  # noqa: E501
    for (id,) in rows:
        files.remove(id)
    return len(rows)


def _register(person: UUID) -> None:
    if person in registered():
        return
    register().parent.mkdir(parents=True, exist_ok=True)
    with register().open("a") as file:
        file.write(json.dumps({"person": str(person), "at": clock.now().isoformat()}) + "\n")
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def as_owner(
    person: UUID | None = None, what: str = "erasure", why: str = "erasure on request"
) -> Iterator[psycopg.Connection[Any]]:
    """The tables' owner, whose coat only the migrator wears, for this person's rows."""
    with psycopg.connect(urls()["migrator"], connect_timeout=5) as connection:
        connection.execute(
            "SELECT set_config('aetheris.tenant', %s, false), set_config('aetheris.actor_label', %s, false), "
            "set_config('aetheris.reason', %s, false)",
            [str(person) if person else "", what, why],
        )
        yield connection
