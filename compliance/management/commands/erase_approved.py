"""I carry out the erasures that two people of the desk agreed to; at the machine, as the migrator."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from aetheris.errors import AetherisError
from compliance.privacy import erasing


class Command(BaseCommand):
    help = (
        "Erase everybody whose erasure was approved. --again: after a restore, erase again whoever was erased before."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say who would be erased")
        parser.add_argument("--again", action="store_true", help="also everybody in the register of erasures")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        due: list[tuple[Any, Any]] = [*erasing.approved()]
        if options["again"]:
            due += [(None, person) for person in erasing.registered()]
        told = []
        for request, person in due:
            if options["dry_run"]:
                told.append({"person": str(person), "would": "be erased"})
                continue
            try:
                told.append({"person": str(person), **erasing.erase(person=person, request=request)})
            except AetherisError as refusal:
                raise CommandError(f"{person}: {refusal.message}") from None
        if options["json"]:
            self.stdout.write(json.dumps(told, indent=1))
        else:
            for one in told:
                self.stdout.write(f"{one['person']}: {one.get('would') or 'erased; trail ' + str(one['trail'])}")
            self.stdout.write(f"{len(told)} in all.")
