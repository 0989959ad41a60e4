"""I keep what staff made of entries of the trail, and find what belongs to one entry."""

from typing import Any
from uuid import UUID

from django.db import connections

from accounts.models import User
from aetheris.db.router import door
from compliance.errors import SecondPersonNeeded
from compliance.models import AuditEntry, EntryReview
from compliance.models.review import ReviewKind

LINKED = """
    SELECT r.id * 1000 + 1, r.occurred_at, r.table_name, r.action, cardinality(r.row_ids)
    FROM audit.records r
    WHERE r.occurred_at BETWEEN %(at)s::timestamptz - interval '1 hour' AND %(at)s::timestamptz + interval '1 hour'
      AND r.id <> %(id)s AND ({same})
    ORDER BY r.id LIMIT 20
"""


def review(*, sequence: int, note: str, by: User) -> EntryReview:
    if EntryReview.objects.filter(sequence=sequence, kind=ReviewKind.ESCALATED, reviewer_id=by.pk).exists():
        raise SecondPersonNeeded(did="escalated")
    if _actor_of(sequence) == by.pk:
        raise SecondPersonNeeded(did="did")
    return _write(sequence, ReviewKind.REVIEWED, note, by)


def escalate(*, sequence: int, note: str, by: User) -> EntryReview:
    return _write(sequence, ReviewKind.ESCALATED, note, by)


def _actor_of(sequence: int) -> UUID | None:
    with connections[door.get()].cursor() as cursor:
        cursor.execute("SELECT actor_id FROM audit.records WHERE id = %s", [sequence // 1000])
        found = cursor.fetchone()
    return found[0] if found else None


def _write(sequence: int, kind: ReviewKind, note: str, by: User) -> EntryReview:
    made = EntryReview(sequence=sequence, kind=kind, note=note, reviewer_id=by.pk)
    made.save(force_insert=True)
    return made


def linked(entry: AuditEntry) -> list[dict[str, object]]:
    """What the same request did beside it, else what happened to the same row within the hour."""
    same = "r.request_id = %(request)s" if entry.request_id else "r.row_ids @> ARRAY[%(row)s::uuid]"
    if not entry.request_id and entry.row_id is None:
        return []
    told: dict[str, Any] = {"at": entry.occurred_at, "id": entry.sequence // 1000, "request": entry.request_id,
            "row": str(entry.row_id or UUID(int=0))}  # fmt: skip
    with connections[door.get()].cursor() as cursor:
        cursor.execute(LINKED.format(same=same), told)
        names = ("sequence", "at", "table", "action", "rows")
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
