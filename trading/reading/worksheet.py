"""I am what expat calls while it reads a worksheet; I show each number and each date as Excel would."""

from decimal import Context, Decimal, InvalidOperation

from trading.reading.limits import CELL_CHARACTERS, CELLS_PER_ROW
from trading.reading.rows import Row
from trading.reading.serial_dates import dated
from trading.reading.texts import squeezed

EXCEL_DIGITS = Context(prec=15)


def shown(value: str) -> str:
    """A stored number with the fifteen digits Excel shows: 1.5505500000000001 is 1.55055. Whole numbers stay exact."""
    if value.lstrip("-").isdigit():
        return value
    try:
        number = EXCEL_DIGITS.create_decimal(Decimal(value))
    except InvalidOperation:
        return value
    if not number.is_finite() or abs(number.adjusted()) > 30:
        return value
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


class Worksheet:
    """Collects cells by column until their row ends; `strings` is the workbook's table of shared texts, `dates` are
    the styles of cells that show a date, counted from 1904 in workbooks of old Macs."""

    def __init__(self) -> None:
        self.strings: list[str] = []
        self.dates: set[str] = set()
        self.since_1904 = False
        self.number = 0
        self._done: list[Row] = []
        self._cells: list[str] = []
        self._column = -1
        self._kind = ""
        self._style = ""
        self._parts: list[str] | None = None
        self._value = ""

    def taken(self) -> list[Row]:
        done, self._done = self._done, []
        return done

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "row":
            stated = attributes.get("r", "")
            self.number = int(stated) if stated.isascii() and stated.isdigit() else self.number + 1
            self._cells, self._column = [], -1
        elif tag == "c":
            self._column = _column(attributes.get("r", ""), self._column + 1)
            self._kind, self._value = attributes.get("t", "n"), ""
            self._style = attributes.get("s", "")
        elif tag in {"v", "t"}:
            self._parts = []

    def text(self, data: str) -> None:
        if self._parts is not None:
            self._parts.append(data)

    def end(self, tag: str) -> None:
        if tag in {"v", "t"} and self._parts is not None:
            self._value += "".join(self._parts)
            self._parts = None
        elif tag == "c" and self._value and self._column < CELLS_PER_ROW:
            self._cells.extend([""] * (self._column + 1 - len(self._cells)))
            self._cells[self._column] = self._shown(self._value)
        elif tag == "row" and any(self._cells):
            self._done.append(Row(self.number, self._cells))

    def _shown(self, value: str) -> str:
        if self._kind == "s":
            return self.strings[int(value)]
        if self._kind == "n" and self._style in self.dates:
            return dated(value.strip(), since_1904=self.since_1904)
        if self._kind == "n":
            return shown(value.strip())
        return squeezed(value[:CELL_CHARACTERS])


def _column(reference: str, following: int) -> int:
    """B7 is column 1; a cell without a reference follows the one before it."""
    column = 0
    for letter in reference:
        if not "A" <= letter <= "Z":
            break
        column = column * 26 + ord(letter) - 64
        if column > CELLS_PER_ROW:
            return CELLS_PER_ROW
    return column - 1 if column else following
