"""I open psql as one of the house's roles, seeing what that role may see."""

import os
import shutil
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from aetheris.db.places import urls
from aetheris.db.roles import LOGINS


class Command(BaseCommand):
    help = "psql as app, staff, service, sealer or migrator (the tables' owner). Further words go to psql."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--role", choices=sorted(LOGINS), default="app")
        parser.add_argument("--tenant", help="id of the user whose rows to see; without it nobody's are seen")
        parser.add_argument("--url", action="store_true", help="print the address and go")
        parser.add_argument("words", nargs="*")

    def handle(self, *args: Any, **options: Any) -> None:
        url = urls()[options["role"]]
        if options["url"]:
            self.stdout.write(url)
            return
        psql = shutil.which("psql")
        if psql is None:
            raise CommandError("psql is not installed. Print the address with --url and use a client of your own.")
        if options["tenant"]:
            os.environ["PGOPTIONS"] = f"-c aetheris.tenant={options['tenant']}"
        os.execv(psql, [psql, url, *options["words"]])  # noqa: S606
