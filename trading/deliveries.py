"""I keep the account of every delivery: what was read with which wishes, what became of it, what its owner is shown."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from accounts.models import TradingAccount
from aetheris import clock, live
from trading import selectors
from trading.errors import CurrencyDiffers, NothingToImport
from trading.models import Import, SyncLog
from trading.rows import RowError, Statement
from trading.staging import Written

ERRORS_KEPT, ERRORS_SHOWN = 200, 20
HERE = Path(__file__).parent


def read(
    content: bytes, *, name: str, account: TradingAccount, timezone: str | None = None, **wishes: Any
) -> Statement:
    """The statement a file holds, if it fits the account."""
    from trading.importers import read_statement  # heavy readers load at the first file only

    zone = timezone or account.day_timezone
    known = selectors.known_fills(account)
    statement = read_statement(content, name=name, timezone=zone, currency=account.currency, known=known, **wishes)
    check_fits(statement, account, name, trades=len(statement.trades))
    return statement


def check_fits(statement: Statement, account: TradingAccount, name: str, *, trades: int) -> None:
    if statement.currency and statement.currency.upper() != account.currency.upper():
        raise CurrencyDiffers(name=name, statement=statement.currency, account=account.currency)
    if not trades and not statement.errors:
        raise NothingToImport(name=name, format=statement.format)


def with_errors(statement: Statement, more: list[RowError]) -> Statement:
    errors = tuple(sorted([*statement.errors, *more], key=lambda error: error.row))
    return replace(statement, errors=errors)


def opened(
    *, account: TradingAccount, name: str, digest: str, size: int, format: str, wishes: Mapping[str, Any]
) -> Import:
    """An import whose file is being written in this very transaction."""
    return Import.objects.create(
        account=account, user_id=account.user_id, name=name, file_sha256=digest, size=size, state="running",
        format=format, parser_version=parser_version(format), started_at=clock.now(),
        wishes={name: value for name, value in wishes.items() if value},
    )  # fmt: skip


def logged(
    delivery: Import, statement: Statement, recorded: Written, *, took: float, trades: int | None = None,
    open_count: int | None = None,
) -> SyncLog:  # fmt: skip
    """The log that adds up, and the import done with the same counts."""
    counts = {
        "trades_new": recorded.new, "trades_updated": recorded.updated, "trades_duplicate": recorded.duplicate,
        "trades_error": len(statement.errors),
    }  # fmt: skip
    log = SyncLog.objects.create(
        account_id=delivery.account_id, user_id=delivery.user_id, broker=statement.broker, source=delivery.name,
        file_sha256=delivery.file_sha256, sync_timestamp=clock.now(), rows_read=sum(counts.values()), **counts,
        error_messages=[asdict(error) for error in statement.errors[:ERRORS_KEPT]],
        reconciliation=reconciled(statement), duration_ms=round(took * 1000),
    )  # fmt: skip
    told = report(statement, recorded, trades=trades, open_count=open_count)
    finish(
        delivery,
        told={**counts, "format": statement.format, "report": told, "sync_log_id": log.id, "total": told["rows"]},
    )
    return log


def finish(delivery: Import, *, state: str = "done", told: dict[str, Any]) -> None:
    told |= {"state": state, "finished_at": clock.now()}
    if "total" in told:
        told["done"] = told["total"]
    for name, value in told.items():
        setattr(delivery, name, value)
    Import.objects.filter(pk=delivery.pk).update(**told)


def ring(user_id: UUID, import_id: UUID) -> None:
    live.ring("sync", user_id, import_id)


def report(
    statement: Statement, recorded: Written, *, trades: int | None = None, open_count: int | None = None
) -> dict[str, Any]:
    """What became of a file, as its owner is told; the numbers of trades come apart where it was read in a stream."""
    trades = len(statement.trades) if trades is None else trades
    return {
        "format": statement.format,
        "rows": trades + len(statement.errors),
        "trades": trades,
        "open": statement.open_count if open_count is None else open_count,
        "new": recorded.new,
        "updated": recorded.updated,
        "duplicate": recorded.duplicate,
        "errors": [asdict(error) for error in statement.errors[:ERRORS_SHOWN]],
        "errors_count": len(statement.errors),
        "reconciliation": reconciled(statement),
        "notes": list(statement.notes),
    }


def reconciled(statement: Statement) -> list[dict[str, Any]]:
    return [
        {"name": line.name, "statement": str(line.statement), "ours": str(line.ours), "equal": line.equal}
        for line in statement.reconciliation
    ]


@cache
def parser_version(format: str) -> str:
    """Told by the parser's own text, so that nobody can forget to raise a number."""
    from trading.importers import formats

    if format not in formats:
        return ""
    own = HERE / "importers" / (formats[format].read.__module__.rpartition(".")[2] + ".py")
    files = [own, HERE / "trips.py", *sorted((HERE / "reading").glob("*.py"))]
    digest = sha256(b"".join(file.read_bytes() for file in files if file.exists())).hexdigest()
    return f"{format}@{digest[:10]}"
