"""I print the reference of all KPIs, or write it where it is kept."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from aetheris import state


class Command(BaseCommand):
    help = "Print the reference of all KPIs as Markdown; with --write keep it in docs/kpis.md."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--write", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        from analytics.reference import markdown

        if options["write"]:
            (state.ROOT / "docs" / "kpis.md").write_text(markdown())
        else:
            self.stdout.write(markdown())
