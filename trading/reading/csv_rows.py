"""I read delimited text; the delimiter is the one that divides its lines most evenly."""

import csv
import io
import re
from collections.abc import Iterator

from trading.reading.errors import StatementDamaged, StatementTooLarge
from trading.reading.limits import CELLS_PER_ROW, LINES
from trading.reading.rows import Row
from trading.reading.texts import squeezed

DELIMITERS = ",;\t|"
SAMPLE_LINES = 40
TOLD = re.compile(r"\ufeff?\"?sep=(?P<mark>[,;\t|])\"?[ \t]*[\r\n]", re.IGNORECASE)


def csv_rows(name: str, text: str) -> Iterator[Row]:
    """Each filled line as a row, numbered by its line in the file. An unended quote raises StatementDamaged."""
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter(text), skipinitialspace=True)
    before = number = 0
    while True:
        before, number = number, lines.line_num
        try:
            cells = next(lines, None)
        except csv.Error as error:
            reason = f"its cells do not end: {error}"
            raise StatementDamaged(name=name, reason=reason, row=lines.line_num) from error
        if cells is None:
            break
        if lines.line_num > LINES:
            raise StatementTooLarge(name=name, found=f"more than {LINES:,} lines", limit=f"{LINES:,} lines")
        cells = [cell if cell.isalnum() else squeezed(cell) for cell in cells[:CELLS_PER_ROW]]
        if any(cells) and not tells_delimiter(lines.line_num, cells):
            yield Row(lines.line_num, cells)
    if text.count('"') % 2 and (number - before > 1 or text.rstrip("\r\n").rpartition("\n")[2].count('"') % 2):
        raise StatementDamaged(name=name, reason="a quotation mark is never closed", row=before + 1)


def tells_delimiter(number: int, cells: list[str]) -> bool:
    """The line "sep=;", from which Excel learns the delimiter of a file and by which others are confused."""
    return number == 1 and cells[0].lower().startswith("sep=") and len(cells) <= 2


def delimiter(text: str) -> str:
    """The one a first line "sep=;" names, else that of the line, among the first ones, that is cut into most cells."""
    if told := TOLD.match(text):
        return told["mark"]
    best, most = ",", 0
    for line in text[:65_536].splitlines()[:SAMPLE_LINES]:
        bare = "".join(line.split('"')[::2])
        for candidate in DELIMITERS:
            if bare.count(candidate) > most:
                best, most = candidate, bare.count(candidate)
    return best
