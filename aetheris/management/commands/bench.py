"""I run one benchmark and print what it found, each figure as a ratio measured in this run on this machine."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from aetheris.benching import Result, benches


class Command(BaseCommand):
    help = "Run a benchmark: every figure is a ratio of two ways measured side by side."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", nargs="?", help="which one; without it the list of them")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["name"]:
            self.stdout.write("\n".join(sorted(benches)))
            return
        if options["name"] not in benches:
            raise CommandError(f"There is no benchmark {options['name']!r}; there are: {', '.join(sorted(benches))}.")
        found = []
        for result in benches[options["name"]]():
            found.append(result)
            if not options["json"]:
                self.stdout.write(_line(result))
        if options["json"]:
            self.stdout.write(json.dumps([result.as_json() for result in found], indent=1))


def _line(of: Result) -> str:
    figure = f"{of.ratio:.2f} ×" if of.ratio is not None else f"{of.ours:.6g} {of.unit}"
    sides = f"{of.ours:.6g} {of.unit}" + (f" against {of.reference:.6g} {of.unit}" if of.reference is not None else "")
    met = {True: "met", False: "NOT MET", None: ""}[of.met]
    note = f"  {of.note}" if of.note else ""
    return f"{of.name:48} {figure:>12}  goal {of.goal:10} {met:8} ({sides}; {of.runs} runs, load {of.load}){note}"
