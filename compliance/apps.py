"""What can be shown later: the trail, the desk."""

from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate

SQL = Path(__file__).parent / "sql"
# Rights on tables that may forget them, and a table that is there once they can be given.
GRANTS = {"kyc_cases": "desk_grants.sql", "retention_runs": "desk_rights.sql"}


class ComplianceConfig(AppConfig):
    name = "compliance"
    default_auto_field = "django.db.models.BigAutoField"
    # What the worker does for this floor, each again and again: name → (function, seconds between).
    rounds = {
        "capture": ("compliance.rounds.capture", 0.5),
        "seal": ("compliance.rounds.seal", 1.0),
        "screen": ("compliance.rounds.screen", 5.0),
        "screen_everybody": ("compliance.rounds.screen_everybody", 86_400.0),
        "watch": ("compliance.rounds.watch", 900.0),
        "check_chain": ("compliance.rounds.check_chain", 2.0),
        "export": ("compliance.rounds.export", 2.0),
        "run_out": ("compliance.rounds.run_out", 3600.0),
    }

    # What else lies under the master key than sealed columns.
    rotates = "compliance.vault.keys.rotate"

    def ready(self) -> None:
        pre_migrate.connect(capture_first, sender=self)
        post_migrate.connect(grant_again, sender=self)


def capture_first(using: str, **told: Any) -> None:
    """What waits for its images must get them before a table changes its shape."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT to_regprocedure('audit.capture(integer)') IS NOT NULL")
        while cursor.fetchone()[0]:
            cursor.execute("SELECT audit.capture(100) > 0")


def grant_again(using: str, **told: Any) -> None:
    """A table of a lower floor whose own laws were renewed has forgotten what the desk may touch of it."""
    with connections[using].cursor() as cursor:
        for table, file in GRANTS.items():
            cursor.execute(
                "SELECT to_regprocedure('door.desk_role()') IS NOT NULL AND to_regclass(%s) IS NOT NULL", [table]
            )
            if cursor.fetchone()[0]:
                cursor.execute((SQL / file).read_text())
