"""I read the database's own word on a table: constraints, policies, triggers, indexes, grants."""

from dataclasses import dataclass
from typing import Any

from django.db import connections

QUERY = """
SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity,
  ARRAY(SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = c.oid ORDER BY 1),
  ARRAY(SELECT format('%s for %s to %s using %s', polname,
               CASE polcmd WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert' WHEN 'w' THEN 'update' WHEN 'd' THEN 'delete'
                           ELSE 'all' END,
               (SELECT string_agg(rolname, ', ' ORDER BY rolname) FROM pg_roles WHERE oid = ANY (polroles)),
               pg_get_expr(polqual, polrelid)) FROM pg_policy WHERE polrelid = c.oid ORDER BY 1),
  ARRAY(SELECT regexp_replace(tgname, '^pgtrigger_(.*)_[0-9a-f]{5}$', '\\1') || ' → ' || n.nspname || '.' || p.proname
        FROM pg_trigger t JOIN pg_proc p ON p.oid = tgfoid JOIN pg_namespace n ON n.oid = pronamespace
        WHERE tgrelid = c.oid AND NOT tgisinternal ORDER BY 1),
  ARRAY(SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = c.oid ORDER BY 1),
  ARRAY(SELECT attname FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped ORDER BY attnum)
FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') ORDER BY relname
"""


@dataclass(frozen=True, slots=True)
class TableLaws:
    """What binds one table, as the database tells it."""

    name: str
    secured: bool
    forced: bool
    constraints: list[str]
    policies: list[str]
    triggers: list[str]
    indexes: list[str]
    columns: list[str]

    @property
    def is_tenants(self) -> bool:
        return "user_id" in self.columns or self.name == "users"

    @property
    def watched(self) -> bool:
        return sum("audit.note_" in trigger for trigger in self.triggers) == 4


def tables(using: str = "default") -> list[TableLaws]:
    with connections[using].cursor() as cursor:
        cursor.execute(QUERY)
        rows: list[Any] = cursor.fetchall()
    return [TableLaws(*row) for row in rows]


# What is wrong anywhere in the database, one row (kind, name) each. Empty when all is well.
FLAWS = {
    "a view that reads with its owner's rights; make it WITH (security_invoker = true)": """
        SELECT n.nspname || '.' || relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
        WHERE relkind IN ('v', 'm') AND nspname IN ('public', 'audit', 'law', 'door')
          AND NOT coalesce(reloptions @> ARRAY['security_invoker=true'], false)""",
    "a definer function whose search_path is open; give it SET search_path = pg_catalog": """
        SELECT n.nspname || '.' || proname FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
        WHERE prosecdef AND nspname NOT IN ('pg_catalog', 'information_schema')
          AND NOT EXISTS (SELECT FROM unnest(coalesce(proconfig, '{}')) s WHERE s LIKE 'search_path=%')""",
    "an index of a user's table that does not begin with whose row it is; lead it with user_id": """
        SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = indexrelid
        JOIN pg_am a ON a.oid = c.relam AND amname = 'btree'
        WHERE NOT indisunique AND indrelid IN (SELECT attrelid FROM pg_attribute WHERE attname = 'user_id')
          AND indrelid::regclass::text = ANY (%s) AND indexrelid::regclass::text <> ALL (%s)
          AND (SELECT attname FROM pg_attribute WHERE attrelid = indrelid AND attnum = indkey[0]) <> 'user_id'""",
    "a foreign key between users' tables that leaves out user_id; use OwnedWith": """
        SELECT conname FROM pg_constraint k WHERE contype = 'f' AND conrelid::regclass::text = ANY (%s)
          AND confrelid::regclass::text = ANY (%s) AND confrelid::regclass::text <> 'users'
          AND NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = conrelid AND attnum = ANY (conkey)
                          AND attname = 'user_id')""",
}
# Looked at across users, by the worker: led by time on purpose.
ACROSS_USERS = [
    "due_now",
    "due_to_wake",
    "events_due",
    "notices_due",
    "limit_changes_due",
    "flatten_orders_due",
    "imports_unfinished",
]


def flaws(ours: list[str], using: str = "default") -> list[tuple[str, str]]:
    """(what is wrong, where), over our tables."""
    found = []
    with connections[using].cursor() as cursor:
        for what, query in FLAWS.items():
            cursor.execute(query, _arguments(query, ours))
            found += [(what, row[0]) for row in cursor.fetchall()]
    return found


def _arguments(query: str, ours: list[str]) -> list[list[str]] | None:
    if "%s" not in query:
        return None
    return [ours, ACROSS_USERS if "indexrelid" in query else ours]
