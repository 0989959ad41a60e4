"""I know, for every table that names a person, what a copy, an erasure and retention do to it, and why."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "tables.toml"
# Every table with a user_id, or with a key that points at a person; `whose` is that column.
WITH_PEOPLE = """
    SELECT c.relname, a.attname
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND (
        a.attname = 'user_id' OR c.relname = 'users' AND a.attname = 'id' OR EXISTS (
            SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'f'
              AND k.confrelid = 'users'::regclass AND k.conkey = ARRAY[a.attnum]))
    ORDER BY 1, a.attname <> 'user_id', 2
"""


@dataclass(frozen=True, slots=True)
class Treatment:
    export: str
    erasure: str
    reason: str
    years: int
    blanked: tuple[str, ...] = ()


@cache
def _told() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text())


def of(table: str) -> Treatment:
    told = _told()
    values = told["otherwise"] | told["tables"].get(table, {})
    return Treatment(values["export"], values["erasure"], values["reason"], values["years"],
                     tuple(values.get("blanked", ())))  # fmt: skip


def named() -> list[str]:
    return list(_told()["tables"])


def tables(cursor: Any) -> dict[str, str]:
    """Table → the column that says whose a row is; user_id where there is one."""
    cursor.execute(WITH_PEOPLE)
    found: dict[str, str] = {}
    for table, column in cursor.fetchall():
        found.setdefault(table, column)
    return found
