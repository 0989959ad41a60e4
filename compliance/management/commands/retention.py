"""I carry out the schedule of retention at the machine, or say what it would take."""

import json
from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from aetheris import clock
from aetheris.errors import AetherisError
from compliance.privacy import plan, retention


class Command(BaseCommand):
    help = "Remove what the retention schedule keeps no longer; broken off, it goes on when started again. Migrator."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count, by table; nothing is written")
        parser.add_argument(
            "--as-of", metavar="YYYY-MM-DD", help="as if it were this day; never a day to come, but dry"
        )
        parser.add_argument("--batch", type=int, default=retention.BATCH, help="rows of one transaction (1000)")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        as_of = _day(options["as_of"]) if options["as_of"] else clock.now()
        if options["dry_run"]:
            return self._count(as_of, options["json"])
        if as_of > clock.now():
            raise CommandError("A run may not look ahead: what is not yet due stays. Use --dry-run for a day to come.")
        try:
            done = retention.run(as_of=as_of, batch=max(1, options["batch"]))
        except AetherisError as refusal:
            raise CommandError(refusal.message) from None
        if options["json"]:
            self.stdout.write(json.dumps(done))
            return None
        for table, rows in sorted(done["removed"].items()):
            self.stdout.write(f"{table}: {rows} removed")
        self.stdout.write(
            f"As of {done['as_of']}: {sum(done['removed'].values())} rows removed, {done['erased']} people nameless, "
            f"{done['held']} left alone by a hold or an open case."
        )
        return None

    def _count(self, as_of: datetime, as_json: bool) -> None:
        found = list(retention.dry_run(as_of))
        if as_json:
            self.stdout.write(json.dumps({due.table: {"due": due.rows, "held": due.held} for due in found}))
            return
        for due in found:
            rule = plan.of(due.table)
            self.stdout.write(f"{due.table}: {due.rows} due, {due.held} held back ({rule.years} years: {rule.reason})")
        self.stdout.write(
            f"{sum(due.rows for due in found)} rows would go as of {as_of:%Y-%m-%d}; nothing was touched."
        )


def _day(told: str) -> datetime:
    try:
        return datetime.fromisoformat(told).replace(tzinfo=UTC)
    except ValueError:
        raise CommandError(f"{told} is not a day. Write it as 2026-01-31.") from None
