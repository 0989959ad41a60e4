"""I know, for every table that names a person, what a copy, an erasure and retention do to it, and why."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "tables.toml"
# Every table with a user_id, or with a key that points at a person; the first column found is whose a row is.
WITH_PEOPLE = """
    SELECT c.relname, a.attname
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND (
        a.attname = 'user_id' OR c.relname = 'users' AND a.attname = 'id' OR EXISTS (
            SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'f'
              AND k.confrelid = 'users'::regclass AND k.conkey = ARRAY[a.attnum]))
    ORDER BY 1, a.attname <> 'user_id', a.attname <> 'subject_id', 2
"""
POINTING = """
    SELECT DISTINCT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint
    WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND conrelid <> confrelid
"""


@dataclass(frozen=True, slots=True)
class Treatment:
    export: str
    erasure: str
    reason: str
    years: int
    blanked: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    key: str = ""
    older: int = 0
    staffs: bool = False


@cache
def _told() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text())


def of(table: str) -> Treatment:
    told = _told()
    values = told["otherwise"] | told["tables"].get(table, {})
    told_of: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in values.items()
    }
    return Treatment(**told_of)


def named() -> list[str]:
    return list(_told()["tables"])


def tables(cursor: Any) -> dict[str, str]:
    """Table → the column that says whose a row is."""
    cursor.execute(WITH_PEOPLE)
    found: dict[str, str] = {}
    for table, column in cursor.fetchall():
        found.setdefault(table, column)
    return found


def children_first(cursor: Any) -> list[str]:
    """The same tables, each before those it points at, so that rows can go one table after the other."""
    waiting = list(tables(cursor))
    cursor.execute(POINTING)
    points = {(child, parent) for child, parent in cursor.fetchall() if child in waiting and parent in waiting}
    ordered: list[str] = []
    while waiting:
        free = [name for name in waiting if not any((child, name) in points for child in waiting)] or waiting[:1]
        ordered += free
        waiting = [name for name in waiting if name not in free]
    return ordered
