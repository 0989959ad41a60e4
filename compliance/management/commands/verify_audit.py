"""I prove that the audit trail, and the rows it speaks of, stand as they were written; or I name what does not."""

import json
import sys
from argparse import ArgumentParser
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
from django.core.management.base import BaseCommand, CommandError

from aetheris.errors import AetherisError
from compliance.verification.report import Report, verify


class Command(BaseCommand):
    help = "Check seals, entries, anchors and live rows. One line on stderr and exit 1 for whatever does not stand."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="the whole report as JSON on stdout")
        parser.add_argument("--lag", type=float, default=10, help="seconds a final entry may wait for its seal (10)")
        parser.add_argument("--no-rows", action="store_true", help="leave the live rows aside: seals and entries only")

        parser.add_argument("--archive", type=Path, nargs="*", default=[], help="files of months that were put away")

    def handle(self, *args: Any, **options: Any) -> None:
        for file in options["archive"]:
            if not file.is_file():
                raise CommandError(f"There is no file {file}.")
        lag = timedelta(seconds=options["lag"])
        try:
            report = verify(lag=lag, tell=self._tell, rows=not options["no_rows"], files=options["archive"])
        except AetherisError as error:
            raise CommandError(error.message, returncode=2) from None
        except psycopg.OperationalError as lost:
            raise CommandError(
                f"The database does not answer: {' '.join(str(lost).split())[:200]}", returncode=2
            ) from None
        if sys.stderr.isatty():
            self.stderr.write("\r\033[K", ending="")
        for finding in report.findings:
            self.stderr.write(str(finding))
        if options["json"]:
            self.stdout.write(json.dumps(report.told(), indent=1, default=str))
        else:
            self.stdout.write(_line(report))
        if not report.stands:
            raise SystemExit(1)

    def _tell(self, done: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r{done:,} entries", ending="")


def _line(report: Report) -> str:
    tail = f"{report.tail['entries']} entries wait for their seal"
    away = "".join(f"; {archive['month']:%Y-%m} is put away in {archive['file']}" for archive in report.archived)
    if report.stands:
        return f"The trail stands: {report.entries:,} entries under {report.seals:,} seals, {tail}{away}."
    return f"The trail does not stand: {len(report.findings)} findings, the first: {report.findings[0]}"
