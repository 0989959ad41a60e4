"""I note that staff read the trail: who, when, looking for what; before they see it, whatever becomes of the page."""

import json
from dataclasses import replace
from typing import Any

import psycopg

from aetheris.db import context
from aetheris.db.places import urls


def note(what: str, filters: dict[str, Any]) -> None:
    """In a transaction of its own: the page's own may change nothing, and may yet fail."""
    told = replace(context.current() or context.Context(), read_only=False)
    with psycopg.connect(urls()["staff"], connect_timeout=5) as connection:
        connection.execute(told.sql, told.values())  # type: ignore[call-overload]
        connection.execute("SELECT audit.note_reading(%s, %s)", [what, json.dumps(filters, default=str)])
