"""I refuse to start when a law of the house is missing from the database."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.db import DatabaseError, connections

from aetheris.db.catalog import TableLaws, flaws, tables

TENANT_SETTING = "current_setting('aetheris.tenant'"
LIBRARIES = ("account_emailaddress", "mfa_authenticator", "socialaccount_socialaccount", "django_admin_log")
NEVER_AUDITED = {
    "sync_logs": "append-only", "webhook_events": "an outbox whose payload never changes",
    "account_readings": "append-only, a row every few seconds", "import_parts": "a file until it is read",
    "import_changes": "append-only",
    "imports": "its log is append-only and its trades are audited; a file known already leaves no entry",
    "connector_states": "a connector's memory, no fact",
    "daily_snapshots": "rebuilt from trades", "kpi_snapshots": "rebuilt from trades", "armor_due": "a mark, not a fact",
    "armor_breach_counters": "a counter", "mail_notices": "an outbox whose content never changes",
    **dict.fromkeys(LIBRARIES, "a library's"),
}  # fmt: skip


@register("database")
def laws_stand(databases: Sequence[str] | None = None, **told: Any) -> list[CheckMessage]:
    """Run by `migrate`, by the server's and worker's start, and by `check --database default`."""
    if not databases or "default" not in databases:
        return []
    try:
        return [*_role(), *(error for table in tables() for error in _table(table)), *_flaws()]
    except DatabaseError as lost:
        return [Error(f"The database cannot be looked at: {' '.join(str(lost).split())[:200]}", id="aetheris.E000")]


def _role() -> Iterator[CheckMessage]:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT rolname, rolsuper OR rolbypassrls, EXISTS (SELECT FROM pg_class WHERE relowner = r.oid "
            "AND relkind = 'r') FROM pg_roles r WHERE rolname = session_user"
        )
        name, mighty, owner = cursor.fetchone()
    if mighty or owner:
        yield Error(
            f"The product connects as {name}, which {'may ignore row-level security' if mighty else 'owns tables'}.",
            hint="Connect as aetheris_app or aetheris_service; `make up` sets their addresses.", id="aetheris.E001",
        )  # fmt: skip


def _table(table: TableLaws) -> Iterator[CheckMessage]:
    if not table.is_tenants:
        return
    if not (table.secured and table.forced):
        yield _missing(table, "row-level security with FORCE", "E002", "a RowSecurity constraint")
    elif not any(TENANT_SETTING in policy and "SELECT" in policy for policy in table.policies) and not _staffs(table):
        yield _missing(
            table, "a policy that compares with the tenant in a sub-select", "E003", "a RowSecurity constraint"
        )
    if not table.watched and table.name not in NEVER_AUDITED:
        yield _missing(table, "its four audit watchers", "E004", "*audited() among its triggers")


def _flaws() -> Iterator[CheckMessage]:
    ours = [table.name for table in tables() if table.is_tenants and table.name not in LIBRARIES]
    for what, where in flaws(ours):
        yield Error(f"{where} is {what}.", id="aetheris.E005")


def _staffs(table: TableLaws) -> bool:
    return table.name == "django_admin_log"


def _missing(table: TableLaws, what: str, number: str, cure: str) -> CheckMessage:
    return Error(f"The table {table.name} belongs to users and lacks {what}.", hint=f"Give its model {cure}.",
                 id=f"aetheris.{number}")  # fmt: skip
