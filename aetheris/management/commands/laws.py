"""I print, table by table, the laws the database keeps: constraints, policies, triggers and watchers."""

from argparse import ArgumentParser
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand

from aetheris.db.catalog import TableLaws, tables


class Command(BaseCommand):
    help = "Print each table's laws as the database tells them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("table", nargs="*", help="only these tables")
        parser.add_argument("--all", action="store_true", help="the libraries' tables too")

    def handle(self, *args: Any, **options: Any) -> None:
        ours = {model._meta.db_table for label in OURS for model in apps.get_app_config(label).get_models()}
        chosen = set(options["table"])
        for table in tables():
            if table.name in chosen or (not chosen and (options["all"] or table.name in ours)):
                self.stdout.write(_text(table))


OURS = ("accounts", "trading", "armor", "analytics", "compliance")


def _text(table: TableLaws) -> str:
    security = "row security forced" if table.forced else "row security" if table.secured else "no row security"
    lines = [f"{table.name}  ({security}; {'audited' if table.watched else 'not audited'})"]
    for heading in ("policies", "constraints", "triggers", "indexes"):
        found = getattr(table, heading)
        lines += [f"  {heading}", *(f"    {line}" for line in found)] if found else []
    return "\n".join(lines) + "\n"
