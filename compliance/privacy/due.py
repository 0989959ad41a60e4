"""I say which rows of a table the schedule keeps no longer, in one condition that every count and every run shares."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from compliance.privacy import plan

# A row goes when its person's relation ended long enough ago, or when it is itself older than the table keeps.
OVER = "p.deleted_at < %(as_of)s::timestamptz - make_interval(years => {years})"
OLD = "t.created_at < %(as_of)s::timestamptz - make_interval(years => {older})"
NAMED = "p.email NOT LIKE 'erased-%%@erased.invalid'"


@dataclass(frozen=True, slots=True)
class Due:
    """How many rows go, how many a hold or an open case keeps; `ids` where they lie, `files` what they are called."""

    table: str
    rows: int
    held: int
    ids: tuple[str, ...] = ()
    files: tuple[UUID, ...] = ()

    def __add__(self, other: "Due") -> "Due":
        return Due(self.table, self.rows + other.rows, self.held + other.held)


def condition(table: str) -> str:
    treatment = plan.of(table)
    over = OVER.format(years=int(treatment.years))
    if table == "users":
        return f"{over} AND {NAMED}"
    return f"({over} OR {OLD.format(older=int(treatment.older))})" if treatment.older else over


def whose_person(table: str, whose: str) -> sql.Composable:
    """Notes lie by a case; every other row names its person."""
    if table == "case_notes":
        return sql.SQL(
            "(SELECT c.subject_id FROM aml_cases c WHERE c.id = t.case_id UNION ALL SELECT k.user_id FROM kyc_cases k "
            "WHERE k.id = t.case_id UNION ALL SELECT e.user_id FROM erasure_requests e WHERE e.id = t.case_id LIMIT 1)"
        )
    return sql.SQL("t.{}").format(sql.Identifier(whose))


def rows_due(
    connection: psycopg.Connection[Any], table: str, whose: str, as_of: datetime, *, only: int | None = None
) -> Due:
    """Of whoever the connection may see; with `only`, where so many of those that go lie."""
    where = sql.SQL(condition(table))  # type: ignore[arg-type]
    source = sql.SQL("FROM {} t JOIN users p ON p.id = {} WHERE {}").format(
        sql.Identifier(table), whose_person(table, whose), where
    )
    if only is None:
        query = sql.SQL(
            "SELECT count(*) FILTER (WHERE NOT door.kept(p.id)), count(*) FILTER (WHERE door.kept(p.id)) {}"
        )
        row = connection.execute(query.format(source), {"as_of": as_of}).fetchone()
        return Due(table, *(row or (0, 0)))
    found = connection.execute(
        sql.SQL("SELECT t.ctid::text, to_jsonb(t) ->> 'id' {} AND NOT door.kept(p.id) LIMIT {} FOR UPDATE OF t").format(
            source, sql.Literal(only)
        ), {"as_of": as_of},
    ).fetchall()  # fmt: skip
    return Due(table, len(found), 0, tuple(row[0] for row in found), tuple(row[1] for row in found))
