"""I guess how long a file is before anybody reads it: whether it fits a request or is work for later."""

import re
from collections.abc import Iterable
from typing import BinaryIO
from zipfile import ZipFile

from trading.reading.archive import BROKEN, members_of, pieces_of
from trading.reading.errors import StatementRefused

PIECE = 1 << 20
SHEET = re.compile(r"xl/worksheets/sheet[0-9]*\.xml")
SHEETS = 20
MARKUP = re.compile(rb"<(?:tr|Trade|row)[ >]")


def rows_about(file: BinaryIO) -> int:
    """Data rows of delimited text, one for its header taken off; table rows or elements of anything else, in a workbook
    those of its longest sheet."""
    file.seek(0)
    start = file.read(4096)
    file.seek(0)
    try:
        if start.startswith(b"PK\x03\x04"):
            return _in_workbook(file)
        if start.lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t\0").startswith(b"<"):
            return _found(MARKUP, iter(lambda: file.read(PIECE), b""))
        return max(0, _lines(iter(lambda: file.read(PIECE), b"")) - 1)
    finally:
        file.seek(0)


def _lines(pieces: Iterable[bytes]) -> int:
    """Lines with anything in them."""
    count, rest = 0, b""
    for piece in pieces:
        *lines, rest = (rest + piece).split(b"\n")
        count += sum(1 for line in lines if line.strip(b"\r\0 "))
    return count + bool(rest.strip(b"\r\0 "))


def _found(sought: re.Pattern[bytes], pieces: Iterable[bytes]) -> int:
    return sum(len(sought.findall(piece.replace(b"\0", b""))) for piece in pieces)


def _in_workbook(file: BinaryIO) -> int:
    try:
        with ZipFile(file) as archive:
            members = members_of("", archive)
            sheets = [member for path, member in members.items() if SHEET.fullmatch(path)]
            if not sheets and len(members) == 1:
                return _lines(pieces_of("", archive, next(iter(members.values()))))
            return max((_found(MARKUP, pieces_of("", archive, sheet)) for sheet in sheets[:SHEETS]), default=0)
    except (*BROKEN, StatementRefused):
        return 0  # whoever reads it says what is wrong with it
