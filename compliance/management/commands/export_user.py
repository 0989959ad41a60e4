"""I write everything that is kept about a person into one archive, at the machine."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from aetheris.db.tenancy import acting_as
from compliance.privacy import copying


class Command(BaseCommand):
    help = "Write everything about a person (every table as JSON and CSV, their files) into a zip archive."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--to", type=Path, default=None, help="the file; EMAIL.zip here by default")

    def handle(self, *args: Any, email: str, to: Path | None, **options: Any) -> None:
        target = to or Path(f"{email}.zip")
        if target.exists():
            raise CommandError(f"{target} is there already. Move it away, or name another file with --to.")
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT door.person_of(%s)", [email])
                (person,) = cursor.fetchone()
            if person is None:
                raise CommandError(f"Nobody here has the e-mail {email}.")
            with acting_as(person, label="export"), target.open("xb") as file:
                target.chmod(0o600)
                manifest = copying.write(person, file)
        except DatabaseError as lost:
            target.unlink(missing_ok=True)
            raise CommandError(f"The database refused: {' '.join(str(lost).split())[:200]}. Run it as the service: "
                               "AETHERIS_ROLE=service") from None  # fmt: skip
        rows = sum(manifest["tables"].values())
        self.stdout.write(
            f"{target}: {rows} rows of {len(manifest['tables'])} tables, {len(manifest['withheld'])} withheld"
        )
