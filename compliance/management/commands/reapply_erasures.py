"""I erase again, after a restore, whoever was erased since the backup was made."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from aetheris.errors import AetherisError
from compliance.privacy import erasing


class Command(BaseCommand):
    help = "After restoring a backup, before anybody signs in: erase again everybody in the register. As the migrator."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say who came back with the backup")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        back = [person for person in erasing.registered() if erasing.is_named(person)]
        refused = {}
        for person in () if options["dry_run"] else back:
            try:
                erasing.erase(person=person, request=None)
            except AetherisError as refusal:
                refused[str(person)] = refusal.message
        told = {"registered": len(erasing.registered()), "came back": [str(p) for p in back], "refused": refused}
        line = json.dumps(told, indent=1) if options["json"] else _line(told, options["dry_run"])
        self.stdout.write(line)
        if refused:
            raise CommandError(f"Not erased again: {refused}. A hold of the backup stands; lift it and run me again.")


def _line(told: dict[str, Any], dry: bool) -> str:
    what = "would be erased again" if dry else "came back with the backup and are erased again"
    count = len(told["came back"]) - len(told["refused"])
    return f"{told['registered']} in the register of erasures; {count} {what}."
