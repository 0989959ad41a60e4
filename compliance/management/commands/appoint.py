"""I make somebody of the staff, at the machine: the desk itself can only give roles to those who are."""

from argparse import ArgumentParser
from typing import Any

import psycopg
from django.core.management.base import BaseCommand, CommandError

from aetheris.db.places import urls
from compliance.models.roles import Desk


class Command(BaseCommand):
    help = "Make a person one of the compliance staff, with a desk role. Needs the migrator's login."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("role", choices=Desk.values)

    def handle(self, *args: Any, email: str, role: str, **options: Any) -> None:
        with psycopg.connect(urls()["migrator"], connect_timeout=5) as connection:
            found = connection.execute("SELECT door.person_of(%s)", [email]).fetchone()
            if not found or not found[0]:
                raise CommandError(f"Nobody here has the e-mail {email}. They sign up first.")
            person = found[0]
            connection.execute("SELECT set_config('aetheris.tenant', %s, true), set_config('aetheris.reason', %s, true)",  # noqa: E501
                               [str(person), f"appointed {role} at the machine"])  # fmt: skip
            connection.execute("UPDATE users SET role = 'ADMIN' WHERE id = %s AND role = 'USER'", [person])
            connection.execute("SELECT door.appoint(%s, %s)", [person, role])
        self.stdout.write(f"{email} is {role}.")
