"""I run all checks of the trail over one moment of the database, and gather what they find."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from compliance import archive
from compliance.sealing import anchors
from compliance.sealing.sealer import connect
from compliance.verification import chain, entries, reconcile, tail
from compliance.verification.findings import Finding

MOST = 1000


@dataclass
class Report:
    """What was looked at and what was found; no findings means that everything stands as it was written."""

    seals: int = 0
    entries: int = 0
    tail: dict[str, Any] = field(default_factory=dict)
    archived: list[dict[str, Any]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def stands(self) -> bool:
        return not self.findings

    def told(self) -> dict[str, Any]:
        found = [finding.told() for finding in self.findings]
        return {
            "stands": self.stands, "seals": self.seals, "entries": self.entries, "unsealed": self.tail,
            "archived": self.archived, "first": found[0] if found else None, "findings": found,
        }  # fmt: skip


def verify(
    *, lag: timedelta, tell: Callable[[int], None] = lambda done: None, rows: bool = True, files: Sequence[Path] = ()
) -> Report:
    """Check all of it. `rows`: also hold live rows against the trail. `files`: months that were put away."""
    report = Report()
    anchored_to = anchors.length()

    def count(done: int) -> None:
        report.entries += done
        tell(report.entries)

    with _open() as first, _open() as second:
        now = _same_moment(first, second)
        report.seals = _one(first, "SELECT count(*) FROM audit.seals")
        report.archived = [*_archives(first)]
        months = frozenset(archive["month"] for archive in report.archived)

        def all_checks() -> Iterator[Finding]:
            yield from chain.check(first, now=now, lag=lag, anchored_to=anchored_to)
            yield from _archives_signed(report.archived)
            yield from _files(files, report.archived)
            yield from entries.check(first, second, archived=months, tell=count)
            if rows:
                yield from reconcile.check(first, lag=lag)

        report.findings += islice(all_checks(), MOST)
    with connect() as fresh:
        report.tail = tail.look(fresh)[0].told()
        fresh.rollback()
        report.findings += tail.check(fresh, lag=lag, now=now)
    return report


def _open() -> psycopg.Connection[Any]:
    connection = connect()
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    return connection


def _same_moment(first: psycopg.Connection[Any], second: psycopg.Connection[Any]) -> Any:
    snapshot = _one(first, "SELECT pg_export_snapshot()")
    second.execute(sql.SQL("SET TRANSACTION SNAPSHOT {}").format(sql.Literal(snapshot)))
    return _one(first, "SELECT clock_timestamp()")


def _one(connection: psycopg.Connection[Any], query: Any) -> Any:
    row = connection.execute(query).fetchone()
    return row[0] if row else None


def _archives(connection: psycopg.Connection[Any]) -> Iterator[dict[str, Any]]:
    names = ("month", "file", "sha256", "entries", "key_id", "signature")
    for row in connection.execute(f"SELECT {', '.join(names)} FROM audit.archives ORDER BY month"):  # noqa: S608
        yield dict(zip(names, row, strict=True))


def _files(files: Sequence[Path], archives: list[dict[str, Any]]) -> Iterator[Finding]:
    known = {told["sha256"] for told in archives}
    for file in files:
        if archive.digest(file) not in known:
            yield Finding("archive altered", file.name, "its digest is none that the database kept")
        yield from archive.check(file)


def _archives_signed(archives: list[dict[str, Any]]) -> Iterator[Finding]:
    """A month may be missing only where whoever holds the sealing key has put it away."""
    for told in archives:
        if not archive.signed(told):
            yield Finding("archive forged", f"{told['month']:%Y-%m}", "who removed this month did not hold the key")
