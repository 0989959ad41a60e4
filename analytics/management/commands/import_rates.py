"""I take in the reference rates a person brings as a file; nothing is fetched."""

import csv
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from aetheris.errors import AetherisError
from analytics.rates import keep_rates
from analytics.rates_file import SOURCE, read


class Command(BaseCommand):
    help = "Import exchange rates from eurofxref-hist.csv of the European Central Bank (needs AETHERIS_ROLE=service)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--since", type=date.fromisoformat, default=date.min, help="leave out what is older")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with options["file"].open(encoding="utf-8-sig", newline="") as file:
                kept = keep_rates(read(file, since=options["since"]), source=SOURCE)
        except AetherisError as refusal:
            raise CommandError(refusal.message) from refusal
        except (OSError, UnicodeDecodeError, csv.Error) as unread:
            raise CommandError(f"{options['file']} cannot be read as a CSV file: {unread}") from unread
        self.stdout.write(f"{kept.read} rates read, {kept.new} new")
