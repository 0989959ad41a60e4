"""I put old, wholly sealed months of the trail away into files that prove themselves."""

import re
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from aetheris import clock, state
from aetheris.errors import AetherisError
from compliance.archive import connect, digest, months, put_away


class Command(BaseCommand):
    help = "Detach the months before YYYY-MM into files; digest, seals and closing balance stay in the database."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--before", required=True, metavar="YYYY-MM", help="the first month that stays")
        parser.add_argument("--to", type=Path, default=None, help="folder for the files (archive/ of the state folder)")

    def handle(self, *args: Any, **options: Any) -> None:
        before = _month(options["before"])
        folder = options["to"] or state.folder() / "archive"
        with connect() as connection:
            due = months(connection, before)
            connection.rollback()
            for month in due:
                try:
                    file = put_away(connection, month, folder)
                except AetherisError as error:
                    raise CommandError(error.message) from None
                if file:
                    self.stdout.write(f"{month:%Y-%m} is in {file}, SHA-256 {digest(file)}")
        if not due:
            self.stdout.write(f"There is no month before {before:%Y-%m}.")


def _month(word: str) -> date:
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", word):
        raise CommandError(f"{word} is not a month. Write it as 2026-01.")
    month = date(int(word[:4]), int(word[5:]), 1)
    if month > clock.now().date().replace(day=1):
        raise CommandError(f"{word} has not come yet; the month that runs always stays.")
    return month
