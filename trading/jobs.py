"""I take files too long for a request, and keep them in the database until the worker reads them."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any, BinaryIO

from accounts.models import TradingAccount
from trading.errors import AccountClosed
from trading.models import Import, ImportPart

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
