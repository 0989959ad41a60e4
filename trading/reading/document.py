"""I am a broker's file: its bytes, what kind of file that is, its text, its rows."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from trading.reading.archive import is_archive
from trading.reading.csv_rows import csv_rows, delimiter
from trading.reading.errors import StatementDamaged, StatementKindUnread
from trading.reading.html_rows import html_rows
from trading.reading.limits import HEAD_ROWS, bounded
from trading.reading.numbers import Mark, decimal_mark
from trading.reading.rows import Row
from trading.reading.texts import NUL_REASON
from trading.reading.times import DateOrder, date_order
from trading.reading.xlsx_rows import sheet_names, xlsx_rows

BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
DECLARED = re.compile(rb"charset\s*=\s*[\"']?([A-Za-z0-9_-]{3,20})")
SAFE_CODECS = re.compile(r"utf-8|iso8859-\d+|cp(125\d|874|932|936|949|950|866)|koi8-[ru]|gb\w+|big5|shift_jis|euc_\w+")
HTML = re.compile(r"<(!doctype\s+html|html|head|body|table|div|meta|tr)\b", re.IGNORECASE)
FOREIGN = (
    (b"%PDF", "a PDF", "Export the statement as HTML, XLSX, XML or CSV."),
    (b"\xd0\xcf\x11\xe0", "an old or password-protected Excel file", "Save it as .xlsx without a password."),
    (b"\x1f\x8b", "a gzip archive", "Unpack it and upload the statement inside."),
    (b"\x89PNG", "a picture", "Export the statement as HTML, XLSX, XML or CSV."),
    (b"\xff\xd8\xff", "a picture", "Export the statement as HTML, XLSX, XML or CSV."),
)


@dataclass(frozen=True)
class Document:
    """Rows are read anew each time they are asked for, so that a large file is never held twice. Of a workbook they
    are those of one `sheet`."""

    name: str
    content: bytes
    sheet: int = 0

    @cached_property
    def kind(self) -> str:
        """xlsx, xml, html or text, judged by the content alone."""
        if is_archive(self.content):
            return "xlsx"
        for start, found, cure in FOREIGN:
            if self.content.startswith(start):
                raise StatementKindUnread(name=self.name, found=found, cure=cure)
        opening = _without_comments(self.text[:8192].lstrip("\ufeff \t\r\n"))
        if HTML.match(_without_comments(_without_prolog(opening))):
            return "html"
        return "xml" if opening.startswith(("<?xml", "<Flex", "<!DOCTYPE", "<!ENTITY")) else "text"

    @cached_property
    def text(self) -> str:
        codec, skipped = _codec(self.content)
        try:
            text = self.content[skipped:].decode(codec, "strict" if codec.startswith("utf") else "replace")
        except UnicodeDecodeError as error:
            raise StatementDamaged(name=self.name, reason=f"it breaks off within a {codec} character") from error
        if "\0" in text:
            row = text.count("\n", 0, text.index("\0")) + 1
            raise StatementDamaged(name=self.name, reason=NUL_REASON, row=row)
        return text

    def rows(self) -> Iterator[Row]:
        """The table rows of the file, at most as many as a statement may have."""
        if self.kind == "xlsx":
            return bounded(self.name, xlsx_rows(self.name, self.content, self.sheet))
        if self.kind == "html":
            return bounded(self.name, html_rows(self.name, self.text))
        return bounded(self.name, csv_rows(self.name, self.text) if self.kind == "text" else iter(()))

    @cached_property
    def sheets(self) -> tuple[str, ...]:
        """The titles of a workbook's sheets; no other file has any."""
        return sheet_names(self.name, self.content) if self.kind == "xlsx" else ()

    def sheet_rows(self, title: str) -> Iterator[Row]:
        """The rows of the sheet of this title, should there be one."""
        titles = [found.lower() for found in self.sheets]
        return Document(self.name, self.content, titles.index(title)).rows() if title in titles else iter(())

    @cached_property
    def head(self) -> list[Row]:
        return list(islice(self.rows(), HEAD_ROWS))

    @cached_property
    def mark(self) -> Mark | None:
        """The decimal mark all numbers of this file use; None while nothing in it decides."""
        if self.kind == "xlsx" or "," not in self.text or not self._commas_in_cells:
            return "."  # a workbook stores numbers, not their looks
        return decimal_mark(cell for row in self.rows() for cell in row.cells)

    @property
    def _commas_in_cells(self) -> bool:
        return self.kind != "text" or delimiter(self.text) != "," or '"' in self.text

    @cached_property
    def date_order(self) -> DateOrder | None:
        return date_order(cell for row in self.rows() for cell in row.cells)


def _without_comments(opening: str) -> str:
    while opening.startswith("<!--"):
        opening = opening.partition("-->")[2].lstrip()
    return opening


def _without_prolog(opening: str) -> str:
    return opening.partition("?>")[2].lstrip() if opening.startswith("<?xml") else opening


def _codec(content: bytes) -> tuple[str, int]:
    """The text encoding and how many bytes of byte-order mark to skip."""
    for mark, codec in BOMS:
        if content.startswith(mark):
            return codec, len(mark)
    start = content[:400]
    if len(start) >= 4 and start.count(0) * 3 > len(start):
        return ("utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"), 0
    declared = DECLARED.search(content[:2048])
    try:
        content.decode("utf-8")
        return "utf-8", 0
    except UnicodeDecodeError:
        pass
    try:
        codec = codecs.lookup(declared[1].decode("ascii")).name if declared else "cp1252"
    except LookupError:
        codec = "cp1252"
    return (codec if SAFE_CODECS.fullmatch(codec) and codec != "utf-8" else "cp1252"), 0
