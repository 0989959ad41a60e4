"""I take files too long for a request: kept in the database, read by the worker, told of as they go."""

import logging
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any, BinaryIO
from uuid import UUID

from django.db import connection

from accounts.models import TradingAccount
from aetheris.db.tenancy import acting_as, because
from aetheris.errors import AetherisError
from trading import deliveries, staging
from trading.errors import AccountClosed
from trading.models import Import, ImportPart, Trade
from trading.models.importing import UNFINISHED
from trading.progress import Progress
from trading.rows import Statement
from trading.signals import trades_recorded
from trading.streaming import read_long

log = logging.getLogger("aetheris.imports")

INLINE_ROWS = 5_000
PART_BYTES = 1 << 20


def begin_import(
    *, account: TradingAccount, file: BinaryIO, name: str, rows: int, dry_run: bool = False, **wishes: Any
) -> Import:
    """Keep the file for the worker. It is written in the same transaction as the promise to read it."""
    if account.is_closed:
        raise AccountClosed(account=account.account_name)
    digest, size = _weighed(file)
    waiting = Import.objects.create(
        account=account, user_id=account.user_id, name=name, file_sha256=digest, size=size, total=rows, dry_run=dry_run,
        wishes={key: value for key, value in wishes.items() if value},
    )  # fmt: skip
    for number, piece in enumerate(_pieces(file)):
        ImportPart.objects.create(of=waiting, user_id=account.user_id, number=number, content=piece)
    waiting.refresh_from_db()
    return waiting


def _weighed(file: BinaryIO) -> tuple[str, int]:
    digest, size = sha256(), 0
    for piece in _pieces(file):
        digest.update(piece)
        size += len(piece)
    return digest.hexdigest(), size


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    return iter(lambda: file.read(PART_BYTES), b"")


def run_import(import_id: UUID, user_id: UUID) -> bool:
    """Read one waiting file, all or nothing. False when somebody else is at it, or it is done.

    A worker that is killed has committed nothing: its import is still unfinished, and the next worker begins anew.
    """
    try:
        with acting_as(user_id, label="import"):
            waiting = _claimed(import_id)
            if waiting is None:
                return False
            with Progress(waiting) as progress:
                _read(waiting, progress)
    except AetherisError as refusal:
        _fail(import_id, user_id, refusal.message)
    except (MemoryError, RecursionError, ValueError, TypeError, LookupError, ArithmeticError):
        log.exception("Import %s broke", import_id)
        _fail(import_id, user_id, "Something broke while this file was read. Nothing was imported. Tell support.")
    with acting_as(user_id, label="import"):
        ImportPart.objects.filter(of_id=import_id)._raw_delete("default")
    return True


def _claimed(import_id: UUID) -> Import | None:
    """Nobody reads one file twice at a time: the claim ends with the transaction, however that ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"import {import_id}"])
        if not cursor.fetchone()[0]:
            return None
    return Import.objects.select_related("account").filter(pk=import_id, state__in=UNFINISHED).first()


def _fail(import_id: UUID, user_id: UUID, why: str) -> None:
    with acting_as(user_id, label="import"):
        failed = Import.objects.filter(pk=import_id, state__in=UNFINISHED).first()
        if failed is not None:
            deliveries.finish(failed, state="failed", told={"error": why[:2000]})
    Progress.ring(user_id, import_id)


def _read(waiting: Import, progress: Progress) -> None:
    began = perf_counter()
    with TemporaryDirectory(prefix="aetheris-import-") as folder:
        path = Path(folder) / "file"
        with path.open("wb") as file:
            for part in ImportPart.objects.filter(of=waiting).order_by("number").iterator(chunk_size=4):
                file.write(part.content)
        _take(waiting, path, progress, began)


def _take(waiting: Import, path: Path, progress: Progress, began: float) -> None:
    account, wishes = waiting.account, dict(waiting.wishes)
    overwrite = bool(wishes.pop("overwrite", False))
    stage = staging.Stage(account=account, source="file", import_id=waiting.id, overwrite=overwrite)
    with because(f"import of {waiting.name}", path="sync"), stage:  # nothing else is said while rows are copied
        statement = _staged(path, waiting, stage, wishes, progress)
        trades, still_open = stage.count, stage.open_count()
        progress.end()
        written = stage.foresee() if waiting.dry_run else stage.settle()
        if written.ids:
            trades_recorded.send(sender=Trade, account=account, ids=list(written.ids))
    if waiting.dry_run:
        told = deliveries.report(statement, written, trades=trades, open_count=still_open)
        deliveries.finish(waiting, told={"format": statement.format, "report": told, "total": told["rows"]})
    else:
        waiting.parser_version = deliveries.parser_version(statement.format)
        Import.objects.filter(pk=waiting.pk).update(parser_version=waiting.parser_version)
        deliveries.logged(
            waiting, statement, written, took=perf_counter() - began, trades=trades, open_count=still_open
        )


def _staged(
    path: Path, waiting: Import, stage: staging.Stage, wishes: Mapping[str, Any], progress: Progress
) -> Statement:
    """A long table goes row by row from the disk to the database; any other format is read whole, to its own limit."""

    def take(rows: list[Any]) -> None:
        stage.add(rows)
        progress.to(stage.count)

    statement = read_long(path, name=waiting.name, account=waiting.account, sink=take, **wishes)
    if statement is None:
        statement = deliveries.read(path.read_bytes(), name=waiting.name, account=waiting.account, **wishes)
        take(list(statement.trades))
    else:
        repeated = stage.repeated()
        statement = deliveries.with_errors(statement, repeated)
    deliveries.check_fits(statement, waiting.account, waiting.name, trades=stage.count)
    return statement
