"""I open a ZIP archive with care: weighed before it is unpacked, counted while it is."""

import zlib
from collections.abc import Iterator
from io import BytesIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from trading.reading.errors import StatementDamaged, StatementKindUnread, StatementTooLarge, StatementUnsafe
from trading.reading.limits import FILE_BYTES, INFLATED_BYTES, INFLATED_RATIO, MEGABYTE, RATIO_FREE_BYTES, ZIP_MEMBERS

CHUNK = 65_536
BROKEN = (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError, LookupError)


def is_archive(content: bytes) -> bool:
    return content.startswith((b"PK\x03\x04", b"PK\x05\x06"))  # the latter holds nothing at all


def unpacked(name: str, content: bytes, limit: int = FILE_BYTES) -> bytes:
    """The one statement that a plain ZIP archive holds; any other content, a workbook too, comes back as it is."""
    if not is_archive(content):
        return content
    try:
        with ZipFile(BytesIO(content)) as archive:
            members = members_of(name, archive)
            if any(path.startswith(("xl/", "[content_types]")) for path in members):
                return content
            files = [entry for entry in members.values() if _is_file(entry.filename)]
            if len(files) != 1:
                cure = "Unpack it and upload the statements in it one by one."
                raise StatementKindUnread(name=name, found=f"a ZIP archive of {len(files)} files", cure=cure)
            if files[0].file_size > limit:
                found, most = f"{files[0].file_size / MEGABYTE:.1f} MB", f"{limit / MEGABYTE:.0f} MB"
                raise StatementTooLarge(name=name, found=found, limit=most)
            return b"".join(pieces_of(name, archive, files[0]))
    except BROKEN as error:
        raise StatementDamaged(name=name, reason="it is no whole ZIP archive") from error


def _is_file(path: str) -> bool:
    """Not a folder, nor what macOS and Windows add of their own."""
    last = path.rpartition("/")[2]
    return bool(last) and not last.startswith(".") and "__MACOSX/" not in path and last.lower() != "thumbs.db"


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
