"""I open a ZIP archive with care: weighed before it is unpacked, counted while it is."""

import zlib
from collections.abc import Iterator
from zipfile import BadZipFile, ZipFile, ZipInfo

from trading.reading.errors import StatementTooLarge, StatementUnsafe
from trading.reading.limits import INFLATED_BYTES, INFLATED_RATIO, MEGABYTE, RATIO_FREE_BYTES, ZIP_MEMBERS

CHUNK = 65_536
BROKEN = (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError, LookupError)


def is_archive(content: bytes) -> bool:
    return content.startswith(b"PK\x03\x04")


def members_of(name: str, archive: ZipFile) -> dict[str, ZipInfo]:
    """The archive's directory by lower-case path, after weighing what it claims before anything is inflated."""
    entries = archive.infolist()
    if len(entries) > ZIP_MEMBERS:
        raise StatementTooLarge(name=name, found=f"{len(entries)} files inside", limit=f"{ZIP_MEMBERS} files")
    total = sum(entry.file_size for entry in entries)
    if total > INFLATED_BYTES:
        raise StatementTooLarge(
            name=name, found=f"{total / MEGABYTE:.0f} MB unpacked", limit=f"{INFLATED_BYTES / MEGABYTE:.0f} MB unpacked"
        )
    for entry in entries:
        if entry.file_size > RATIO_FREE_BYTES and entry.file_size > INFLATED_RATIO * max(entry.compress_size, 1):
            raise StatementUnsafe(name=name, found="compressed part that swells like a zip bomb")
    return {entry.filename.lower().lstrip("/"): entry for entry in entries}


def pieces_of(name: str, archive: ZipFile, entry: ZipInfo) -> Iterator[bytes]:
    """Inflate one member in small pieces, counting: the directory may have lied about its size."""
    inflated = 0
    with archive.open(entry) as stream:
        while piece := stream.read(CHUNK):
            inflated += len(piece)
            if inflated > INFLATED_BYTES:
                raise StatementTooLarge(name=name, found="a part that never stops unpacking", limit="200 MB unpacked")
            yield piece
