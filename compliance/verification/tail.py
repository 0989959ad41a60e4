"""I look at what no seal covers yet: it must be young, and it must be possible."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg

from compliance.sealing.chapters import CHAPTERS
from compliance.verification.findings import Finding

STUCK = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Tail:
    """How many entries no seal covers, since when, and whether one of them could have been sealed."""

    entries: int
    oldest: datetime | None
    oldest_id: int | None
    final: int
    stuck_since: datetime | None

    def told(self) -> dict[str, Any]:
        return {"entries": self.entries, "oldest": self.oldest.isoformat() if self.oldest else None}


QUERY = """
    SELECT count(*), min(occurred_at), min(id), count(*) FILTER (WHERE xid < pg_snapshot_xmin(now.s)),
           min(occurred_at) FILTER (WHERE xid >= pg_snapshot_xmin(now.s)),
           min(id) FILTER (WHERE xid >= pg_snapshot_xmax(now.s))
    FROM {table}, (SELECT pg_current_snapshot() AS s OFFSET 0) now
    WHERE xid >= %s::text::xid8
"""


def look(connection: psycopg.Connection[Any]) -> tuple[Tail, list[Finding]]:
    row = connection.execute("SELECT coalesce(max(to_xid::text::bigint), 0) FROM audit.seals").fetchone()
    start = row[0] if row else 0
    total, final, oldest, oldest_id, stuck, findings = 0, 0, [], None, [], []
    for chapter in CHAPTERS.values():
        found = connection.execute(QUERY.format(table=chapter.table), [start]).fetchone()  # type: ignore[call-overload]
        assert found is not None
        total, final = total + found[0], final + found[3]
        oldest += [found[1]] if found[1] else []
        stuck += [found[4]] if found[4] and chapter.name != "images" else []
        oldest_id = oldest_id or found[2]
        if found[5] is not None:
            findings.append(Finding("entry inserted", f"{chapter.name} {found[5]}",
                                    "it names a transaction that has not begun"))  # fmt: skip
    return Tail(total, min(oldest, default=None), oldest_id, final, min(stuck, default=None)), findings


def check(connection: psycopg.Connection[Any], *, lag: timedelta, now: datetime) -> Iterator[Finding]:
    """What is final must be under seal within `lag`: wait that long for it, then say so."""
    tail, findings = look(connection)
    connection.rollback()
    deadline = time.monotonic() + lag.total_seconds()
    since = _sealed_to(connection)
    while _overdue(tail, now, lag) and not findings and time.monotonic() < deadline and _sealed_to(connection) == since:
        time.sleep(min(0.2, lag.total_seconds() or 0.01))
        tail, findings = look(connection)
        connection.rollback()
    yield from findings
    if _overdue(tail, now, lag) and _sealed_to(connection) == since and tail.oldest:
        yield Finding("unsealed", f"records {tail.oldest_id}", f"{tail.final} entries since {tail.oldest.isoformat()} "
                      "are final and under no seal: does the worker run?")  # fmt: skip
    if tail.stuck_since and now - tail.stuck_since > STUCK:
        yield Finding("unsealed", f"records {tail.oldest_id}", "a transaction that never ends keeps entries since "
                      f"{tail.stuck_since.isoformat()} from being sealed: see pg_stat_activity")  # fmt: skip


def _overdue(tail: Tail, now: datetime, lag: timedelta) -> bool:
    """A transaction that took long may have left old entries a moment ago: such are waited for, not yet blamed."""
    return bool(tail.final and tail.oldest and now - tail.oldest > lag)


def _sealed_to(connection: psycopg.Connection[Any]) -> int:
    row = connection.execute("SELECT coalesce(max(to_xid::text::bigint), 0) FROM audit.seals").fetchone()
    connection.rollback()
    return int(row[0]) if row else 0
