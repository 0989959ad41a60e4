"""I am a long delimited file, read from the disk row by row and never whole."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from io import TextIOWrapper
from itertools import chain, islice
from pathlib import Path

from trading.reading.csv_rows import delimiter, tells_delimiter
from trading.reading.document import Document, _codec
from trading.reading.errors import StatementDamaged, StatementTooLarge
from trading.reading.limits import CELLS_PER_ROW, HEAD_ROWS
from trading.reading.numbers import Mark, decimal_mark
from trading.reading.rows import Row
from trading.reading.texts import NUL_REASON, squeezed
from trading.reading.times import DateOrder, date_order

HEAD_BYTES = 256 * 1024
LONG_ROWS = 5_000_000
LINE_CHARACTERS = 1_000_000


@dataclass(frozen=True)
class LongText(Document):
    """`content` is the beginning of the file, enough to recognise it by; the rows come from `path`."""

    path: Path = field(kw_only=True)

    @classmethod
    def at(cls, path: Path, name: str) -> "LongText":
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
        whole = head.rpartition(b"\n")[0] or head  # no half line, and no half character
        return cls(name, whole, path=path)

    def rows(self) -> Iterator[Row]:
        codec, skipped = _codec(self.content)
        with self.path.open("rb") as raw:
            raw.seek(skipped)
            errors = "strict" if codec.startswith("utf") else "replace"
            lines = _Lines(self.name, TextIOWrapper(raw, encoding=codec, errors=errors, newline=""))
            reader = csv.reader(lines, delimiter=delimiter(self.text), skipinitialspace=True)
            try:
                for cells in reader:
                    kept = [cell if cell.isalnum() else squeezed(cell) for cell in cells[:CELLS_PER_ROW]]
                    if any(kept) and not tells_delimiter(reader.line_num, kept):
                        yield Row(reader.line_num, kept)
            except (csv.Error, UnicodeDecodeError) as error:
                raise StatementDamaged(name=self.name, reason=str(error), row=reader.line_num) from error
            if lines.open_quote:
                raise StatementDamaged(name=self.name, reason="a quotation mark is never closed", row=reader.line_num)

    @cached_property
    def head(self) -> list[Row]:
        return list(islice(self.rows(), HEAD_ROWS))

    @cached_property
    def mark(self) -> Mark | None:
        doubtful = (cell for row in self.rows() for cell in row.cells if "," in cell)
        first = next(doubtful, None)
        return "." if first is None else decimal_mark(chain([first], doubtful))

    @cached_property
    def date_order(self) -> DateOrder | None:
        return date_order(
            cell for row in self.rows() for cell in row.cells if "/" in cell or "." in cell or "-" in cell
        )


class _Lines:
    """Lines as the csv reader wants them, none longer than is decent; notes whether a quotation is still open."""

    def __init__(self, name: str, source: TextIOWrapper) -> None:
        self.name, self.source = name, source
        self.open_quote = False

    def __iter__(self) -> Iterator[str]:
        for number, line in enumerate(iter(lambda: self.source.readline(LINE_CHARACTERS), ""), 1):
            if len(line) == LINE_CHARACTERS or number > LONG_ROWS:
                found = "a line without an end" if number <= LONG_ROWS else "more lines"
                raise StatementTooLarge(name=self.name, found=found, limit=f"{LONG_ROWS:,} lines")
            if "\0" in line:
                raise StatementDamaged(name=self.name, reason=NUL_REASON, row=number)
            if line.count('"') % 2:
                self.open_quote = not self.open_quote
            yield line
