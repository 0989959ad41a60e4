"""I thin out what the schedule no longer keeps: one person and one table after the other, in small transactions
that are counted as they are done, so that a run that is broken off goes on where it was."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from aetheris import clock
from aetheris.errors import AetherisError
from compliance.privacy import erasing, plan
from compliance.privacy.aside import laws_aside
from compliance.privacy.due import Due, rows_due
from compliance.vault import files, keys

BATCH = 1000
ONE_AT_A_TIME = 7_301_995
WHO = "SELECT person, ended, kept FROM door.relations(%s)"
TENANT = "SELECT set_config('aetheris.tenant', %s, false)"
KEY_NEEDED = """
    SELECT EXISTS (SELECT FROM kyc_cases WHERE user_id = %(who)s)
        OR EXISTS (SELECT FROM data_exports WHERE user_id = %(who)s AND wrapped_key IS NOT NULL)
"""
WITH_FILES = ("kyc_documents", "data_exports")


class AlreadyAtWork(AetherisError):
    """Another run of retention is at work. Let it end; if it was killed, its session is gone within a moment."""


def dry_run(as_of: datetime) -> list[Due]:
    """What would go, by table, counted in transactions that may not write."""
    with erasing.as_owner(None, "retention", "counted only") as connection:
        people, order = connection.execute(WHO, [as_of]).fetchall(), schedule(connection)
        totals = {table: Due(table, 0, 0) for table, _ in order}
        connection.commit()
        connection.read_only = True
        for person, _, _ in people:
            with _for(connection, person), connection.transaction():
                for table, whose in order:
                    totals[table] += rows_due(connection, table, whose, as_of)
    return list(totals.values())


def schedule(connection: psycopg.Connection[Any]) -> list[tuple[str, str]]:
    """(table, whose), each before what it points at; notes before their cases, people last."""
    whose = plan.tables(connection.cursor())
    named = [table for table in plan.children_first(connection.cursor()) if not plan.of(table).staffs]
    inner = [table for table in named if table not in ("case_notes", "users")]
    return [(table, whose[table]) for table in ["case_notes", *inner, "users"]]


def run(*, as_of: datetime | None = None, batch: int = BATCH) -> dict[str, Any]:
    """The run that was broken off, or a new one; what went of each table since its beginning."""
    with erasing.as_owner(None, "retention", "retention") as log:
        log.commit()
        log.autocommit = True
        if not (log.execute("SELECT pg_try_advisory_lock(%s)", [ONE_AT_A_TIME]).fetchone() or [False])[0]:
            raise AlreadyAtWork
        id, moment = _begun(log, as_of or clock.now())
        order = schedule(log)
        people = log.execute(WHO, [moment]).fetchall()
        with erasing.as_owner(None, "retention", "the schedule keeps it no longer") as connection:
            connection.commit()
            for person, ended, kept in people:
                if not kept:
                    _one(connection, person, ended, order, moment, id, batch)
        held = sum(kept for _, _, kept in people)
        log.execute("UPDATE retention_runs SET finished_at = now(), held = %s WHERE id = %s", [held, id])
        removed, erased, starts = log.execute(
            "SELECT removed, erased, starts FROM retention_runs WHERE id = %s", [id]
        ).fetchone() or ({}, 0, 0)
    return {"as_of": moment.isoformat(), "removed": removed, "erased": erased, "held": held, "starts": starts}


def _begun(log: psycopg.Connection[Any], as_of: datetime) -> tuple[UUID, datetime]:
    """One that has no end is gone on with, as of its own day."""
    found = log.execute(
        "UPDATE retention_runs SET starts = starts + 1 WHERE finished_at IS NULL RETURNING id, as_of"
    ).fetchone()
    if found is None:
        found = log.execute(
            "INSERT INTO retention_runs (as_of, starts) VALUES (%s, 1) RETURNING id, as_of", [as_of]
        ).fetchone()
    assert found is not None
    return found[0], found[1]


def _one(
    connection: psycopg.Connection[Any], person: UUID, ended: bool, order: list[tuple[str, str]], as_of: datetime,
    run: UUID, batch: int,
) -> None:  # fmt: skip
    with _for(connection, person):
        for table, whose in order:
            if table != "users" and (ended or plan.of(table).older):
                while _some(connection, table, whose, as_of, run, batch, person) == batch:
                    pass
        if not ended:
            return
        with connection.transaction():
            over = rows_due(connection, "users", "id", as_of).rows
            needed = connection.execute(KEY_NEEDED, {"who": person}).fetchone()
    if needed and not needed[0]:
        keys.destroy(person)
    if over:
        erasing.erase(person=person, request=None)
        with connection.transaction():
            connection.execute("UPDATE retention_runs SET erased = erased + 1 WHERE id = %s", [run])


@contextmanager
def _for(connection: psycopg.Connection[Any], person: UUID) -> Iterator[None]:
    """The rows of one person, as for everybody else at work in the database."""
    with connection.transaction():
        connection.execute(TENANT, [str(person)])
    yield
    with connection.transaction():
        connection.execute(TENANT, [""])


def _some(
    connection: psycopg.Connection[Any], table: str, whose: str, as_of: datetime, run: UUID, batch: int, person: UUID
) -> int:
    """One batch and its count, together or not at all; a hold that came meanwhile stops it."""
    with connection.transaction():
        connection.execute("SET LOCAL lock_timeout = '60s'")
        due = rows_due(connection, table, whose, as_of, only=batch)
        if not due.ids:
            return 0
        with laws_aside(connection, table, to="delete"):
            query = sql.SQL("DELETE FROM {} WHERE ctid = ANY (%s::tid[]) AND NOT door.kept(%s)").format(
                sql.Identifier(table)
            )
            gone = connection.execute(query, [list(due.ids), person]).rowcount
        connection.execute(
            "UPDATE retention_runs SET removed = removed || jsonb_build_object(%s::text, "
            "coalesce((removed ->> %s::text)::bigint, 0) + %s) WHERE id = %s", [table, table, gone, run],
        )  # fmt: skip
    for id in due.files if table in WITH_FILES else ():
        files.remove(id)
    return gone
