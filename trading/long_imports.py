"""I read the files that wait for the worker: each all or nothing, told of as it goes."""

import logging
from collections.abc import Mapping, Sequence
from itertools import batched
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection

from aetheris.db.tenancy import acting_as, because
from aetheris.errors import AetherisError
from trading import deliveries, staging
from trading.models import Import, ImportPart, Trade
from trading.models.importing import UNFINISHED
from trading.progress import Progress
from trading.rows import Statement, TradeRow
from trading.signals import trades_recorded
from trading.streaming import read_long

log = logging.getLogger("aetheris.imports")

BATCH = 2_000
WHOLE_BYTES = 64_000_000  # of a file that must be read whole; one read in a request may have less


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
    except (OperationalError, InterfaceError):
        raise  # the database is away; the file waits for it
    except Exception:  # whatever it is, it must not keep the files behind this one waiting
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
    """A long table goes row by row from the disk to the database; any other format is read whole, to its own limit,
    and handed over in pieces, so that its trades never stand in memory a second time as the text of COPY."""

    def take(rows: Sequence[TradeRow]) -> None:
        stage.add(rows)
        progress.to(stage.count)

    statement = read_long(path, name=waiting.name, account=waiting.account, sink=take, **wishes)
    if statement is None:
        statement = deliveries.read(
            path.read_bytes(), name=waiting.name, account=waiting.account, byte_limit=WHOLE_BYTES, **wishes
        )
        for piece in batched(statement.trades, BATCH, strict=False):
            take(piece)
    else:
        statement = deliveries.with_errors(statement, stage.repeated())
    deliveries.check_fits(statement, waiting.account, waiting.name, trades=stage.count)
    return statement
