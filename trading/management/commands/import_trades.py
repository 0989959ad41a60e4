"""I import one broker file from the command line, through the same service as the page and the API."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from time import monotonic, sleep
from typing import Any, BinaryIO
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from aetheris.errors import AetherisError
from trading.management.bar import Bar
from trading.rows import Statement

ERRORS_SHOWN = 20
LOOKED_EVERY, UNTAKEN_SECONDS = 0.3, 15.0
UNTAKEN = (
    "waits for a worker; none has taken it yet. Start one: manage.py worker. The file is kept, whatever ends here."
)


class Command(BaseCommand):
    help = (
        "Import a broker's statement; one of more than 5,000 rows is read by the worker, which this waits for. With "
        "--dry-run nothing is written and no database is needed."
    )
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--account", help="its id or its name")
        parser.add_argument("--user", metavar="EMAIL", help="whose account it is")
        parser.add_argument("--format", default="auto")
        parser.add_argument(
            "--timezone", help="zone of times the file leaves unsaid; the account's own by default, else UTC"
        )
        parser.add_argument("--date-order", choices=["dmy", "mdy"], help="where dates leave it open")
        parser.add_argument("--decimal", choices=[".", ","], help="the decimal mark, where numbers leave it open")
        parser.add_argument("--symbol", default="", help="the market of a file that names none")
        parser.add_argument("--method", default="fifo", help="the open lot a fill closes first: fifo, lifo, average")
        parser.add_argument(
            "--point-value", action="append", default=[], metavar="ROOT=VALUE", help="of a contract not known here"
        )
        parser.add_argument("--overwrite", action="store_true", help="take over what the broker says differently now")
        parser.add_argument("--dry-run", action="store_true")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with _opened(options["file"]) as file:
                told = self._dry_run(file, options) if options["dry_run"] else self._import(file, options)
        except AetherisError as refusal:
            raise CommandError(refusal.message) from None
        self.stdout.write(json.dumps(told, indent=1) if options["json"] else _text(told))

    def _dry_run(self, file: BinaryIO, options: dict[str, Any]) -> dict[str, Any]:
        from trading.importers import read_statement

        wishes = {"format": options["format"], "timezone": options["timezone"] or "UTC"} | _wishes(options)
        return _shape(read_statement(file.read(), name=options["file"].name, **wishes))

    def _import(self, file: BinaryIO, options: dict[str, Any]) -> dict[str, Any]:
        if not options["user"] or not options["account"]:
            raise CommandError(
                "Say whose account it is: --user EMAIL --account ID_or_name (or look first with --dry-run)"
            )
        from aetheris.db.tenancy import acting_as
        from trading import jobs
        from trading.reading.weight import rows_about
        from trading.services import import_statement

        person, name, rows = _person(options["user"]), options["file"].name, rows_about(file)
        told = {"format": options["format"], "timezone": options["timezone"], "overwrite": options["overwrite"]}
        with acting_as(person, label=f"{options['user']} by command", reason="import_trades"):
            account = _account(options["account"])
            if rows <= jobs.INLINE_ROWS:
                done = import_statement(account=account, content=file.read(), name=name, **told, **_wishes(options))
                counts = {one: getattr(done.recorded, one) for one in ("new", "updated", "duplicate")}
                return _shape(done.statement) | counts | {"account": account.account_name}
            job = jobs.begin_import(account=account, file=file, name=name, rows=rows, **told, **_wishes(options))
        return self._followed(job.id, person, rows) | {"account": account.account_name}

    def _followed(self, import_id: UUID, person: Any, rows: int) -> dict[str, Any]:
        """The report of a file that the worker reads, once it is there; how far it is, until then."""
        from aetheris.db.tenancy import acting_as
        from trading.models import Import

        began, bar = monotonic(), Bar(self.stderr, "Reading")
        bar.show(0, rows)
        while True:
            with acting_as(person):
                job = Import.objects.get(pk=import_id)
            if job.state not in ("waiting", "running"):
                break
            untaken = job.state == "waiting" and monotonic() - began > UNTAKEN_SECONDS
            bar.show(job.done, job.total, UNTAKEN if untaken else "")
            sleep(LOOKED_EVERY)
        bar.end()
        if job.error:
            raise CommandError(job.error)
        return dict(job.report)


def _wishes(options: dict[str, Any]) -> dict[str, Any]:
    """Only what was said: an import keeps the wishes it was made with."""
    told = {name: options[name] for name in ("date_order", "decimal", "symbol") if options[name]}
    if options["method"].lower() != "fifo":
        told["method"] = options["method"]
    if options["point_value"]:
        told["multipliers"] = dict(pair.partition("=")[::2] for pair in options["point_value"])
    return told


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as refusal:
        raise CommandError(f"{path}: {refusal.strerror}. Give the path of the file your broker exported.") from None


def _person(email: str) -> Any:
    from accounts.signin import person, person_of

    id = person_of(email)
    found = person(id) if id else None
    if found is None:
        raise CommandError(f"There is nobody with the e-mail {email}.")
    return found


def _account(named: str) -> Any:
    from accounts.models import TradingAccount

    accounts = TradingAccount.objects.filter(deleted_at=None)
    try:
        found = list(accounts.filter(pk=UUID(named)))
    except ValueError:
        found = list(accounts.filter(account_name=named))
    if len(found) == 1:
        return found[0]
    known = ", ".join(f"“{account.account_name}”" for account in accounts) or "none"
    how = "No account" if not found else f"{len(found)} accounts"
    raise CommandError(f"{how} named {named!r}; this person's accounts are: {known}.")


def _shape(statement: Statement) -> dict[str, Any]:
    return {
        "format": statement.format,
        "broker": statement.broker,
        "currency": statement.currency,
        "rows": statement.rows_read,
        "trades": len(statement.trades),
        "open": statement.open_count,
        "net": f"{statement.net.normalize():f}",
        "errors": [asdict(error) for error in statement.errors],
        "reconciliation": [
            {"name": line.name, "statement": f"{line.statement:f}", "ours": f"{line.ours:f}", "equal": line.equal}
            for line in statement.reconciliation
        ],
        "notes": list(statement.notes),
    }


def _text(told: dict[str, Any]) -> str:
    counts = f"{told['rows']:,} rows, {told['trades']:,} trades, {told['open']:,} of them open"
    lines = [f"{told['format']}: {counts}" + (f", net {told['net']}" if "net" in told else "")]
    if "new" in told:
        lines.append(
            f"{told['account']}: {told['new']:,} new, {told['updated']:,} updated, {told['duplicate']:,} known already"
        )
    lines += [f"  {note}" for note in told["notes"]]
    for line in told["reconciliation"]:
        lines.append(f"  {line['name']:24} statement {line['statement']:>16}  ours {line['ours']:>16}  "
                     f"{'equal' if line['equal'] else 'DIFFERS'}")  # fmt: skip
    if told["errors"]:
        lines.append(f"{told.get('errors_count', len(told['errors'])):,} rows not taken:")
        lines += [f"  row {e['row']}, {e['field']}: {e['reason']}" for e in told["errors"][:ERRORS_SHOWN]]
    return "\n".join(lines)
