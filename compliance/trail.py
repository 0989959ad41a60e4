"""I page the trail by where it stands, never by how far in: every page costs the same, however long the trail is.

The records of a statement are read by their own indexes (id, table and moment, person and moment, rows); only the few
of one page are unrolled into rows.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.models import F

from aetheris.db.router import door
from compliance.models import AuditEntry, EntryReview

PAGE = 25


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for; `before` is the record the last page ended with."""

    table: str = ""
    action: str = ""
    actor: UUID | None = None
    row: UUID | None = None
    since: datetime | None = None
    before: int | None = None


BEGAN = "(r.occurred_at, r.id) < (SELECT b.occurred_at, b.id FROM audit.records b WHERE b.id = %s)"


def records(asked: Asked, count: int = PAGE + 1) -> tuple[str, list[Any]]:
    """The query of one page, newest first, in the order of the index that finds it."""
    by_moment = bool(asked.table or asked.actor)
    where, values = [], []
    told: list[tuple[str, Any]] = [
        ("r.table_name = %s", asked.table), ("r.action = %s", asked.action), ("r.actor_id = %s", asked.actor),
        ("r.row_ids @> ARRAY[%s::uuid]", asked.row), ("r.occurred_at >= %s", asked.since),
        (BEGAN if by_moment else "r.id < %s", asked.before),
    ]  # fmt: skip
    for condition, value in told:
        if value not in ("", None):
            where.append(condition)
            values.append(value)
    clause = f"WHERE {' AND '.join(where)}" if where else ""
    # One row's history is short and found by the index of rows; the + 0 keeps the planner from walking all numbers.
    order = "r.occurred_at DESC, r.id" if by_moment else "r.id + 0" if asked.row else "r.id"
    query = f"SELECT r.id, r.occurred_at FROM audit.records r {clause} ORDER BY {order} DESC LIMIT {int(count)}"  # noqa: S608
    return query, values


def page(asked: Asked) -> tuple[list[AuditEntry], int | None]:
    """Entries, at most three of a statement that touched many rows, and where the next page begins."""
    found = numbers(asked)
    more = found[PAGE - 1] if len(found) > PAGE else None
    entries = AuditEntry.objects.filter(record__in=found[:PAGE])
    if asked.row:
        entries = entries.filter(row_id=asked.row)
    few = entries.filter(sequence__lte=F("record") * 1000 + (999 if asked.row else 3))
    place = {number: k for k, number in enumerate(found)}
    return sorted(few, key=lambda entry: (place[entry.record], entry.sequence)), more


def numbers(asked: Asked, count: int = PAGE + 1) -> list[int]:
    """Of the records of one page."""
    query, values = records(asked, count)
    with connections[door.get()].cursor() as cursor:
        cursor.execute(query, values)
        return [row[0] for row in cursor.fetchall()]


def entry(sequence: int) -> AuditEntry | None:
    """One entry by its number."""
    return AuditEntry.objects.filter(record=sequence // 1000, sequence=sequence).first()


def reviews_of(entries: list[AuditEntry]) -> dict[int, str]:
    """Sequence → the last word on it."""
    found = EntryReview.objects.filter(sequence__in=[entry.sequence for entry in entries]).order_by("created_at")
    return {review.sequence: review.kind for review in found}
