"""I run a .sql file as a migration, with its reverse, as the role that shall own what it makes."""

from pathlib import Path
from typing import Any

from django.db.migrations import RunSQL

from aetheris.db.roles import OWNER


def run_file(path: Path, *, reverse: str, role: str = OWNER) -> RunSQL:
    """`reverse` is SQL too; RunSQL.noop where nothing needs to be undone, with the reason beside it."""
    return RunSQL(sql=_as(role, path.read_text()), reverse_sql=_as(role, reverse))


def _as(role: str, statements: str) -> Any:
    if role == OWNER:
        return [statements]
    return [f"SET LOCAL ROLE {role}", statements, f"SET LOCAL ROLE {OWNER}"]
