"""I run the KPI engine on a CSV of trades; no database is needed."""

import json
from argparse import ArgumentParser
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from aetheris.errors import AetherisError


class Command(BaseCommand):
    help = "Compute every KPI of a CSV of trades (columns as in the API reference; a time without an offset is UTC)."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.csv")
        parser.add_argument("--starting-balance", required=True, help="what the account started with")
        parser.add_argument("--calendar", choices=("weekday252", "all365"), default="weekday252")
        parser.add_argument("--timezone", default="UTC", help="whose midnight ends a day, like Europe/Zurich")
        parser.add_argument("--currency", default="USD")
        parser.add_argument("--risk-free", type=float, default=0.0, help="yearly rate as a fraction, like 0.02")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        from analytics.report import report

        answers = report(_sample(options))
        if options["json"]:
            self.stdout.write(json.dumps(answers.as_json(), allow_nan=False))
        else:
            self.stdout.write("\n".join(_table(answers)))


def _sample(options: dict[str, Any]) -> Any:
    from analytics.csv_sample import read_trades
    from analytics.sample import Sample

    deposit, zone = _deposit(options["starting_balance"]), _zone(options["timezone"])
    try:
        rows = read_trades(options["file"])
    except AetherisError as error:
        raise CommandError(error.message) from error
    return Sample.from_rows(
        rows,
        starting_balance=deposit,
        calendar=options["calendar"],
        timezone=zone,
        currency=options["currency"],
        risk_free=options["risk_free"],
    )


def _deposit(shown: str) -> Decimal:
    try:
        deposit = Decimal(shown)
    except InvalidOperation:
        deposit = Decimal("nan")
    if not deposit.is_finite():
        raise CommandError(f"--starting-balance {shown!r} is not a number. Write it like 10000.")
    return deposit


def _zone(name: str) -> str:
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name).key
    except (KeyError, ValueError, OSError) as error:
        raise CommandError(f"--timezone {name!r} is unknown. Write it like Europe/Zurich.") from error


def _table(answers: Any) -> list[str]:
    from analytics.kpis import CATEGORIES, kpis

    lines = [f"{answers.trades} trades, {answers.currency}, {answers.calendar}, {answers.timezone}"]
    for category in CATEGORIES:
        lines += ["", category]
        for kpi in kpis.values():
            if kpi.category == category and kpi.key in answers.values:
                value = answers.values[kpi.key]
                shown = f"– ({value.reason})" if value.reason else _shown(value.value)
                lines.append(f"  {kpi.name:<44} {shown} {'' if value.reason else kpi.unit}".rstrip())
    return lines


def _shown(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
