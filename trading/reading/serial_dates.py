"""I know which cells of a workbook are dates, and write their numbers as the dates Excel shows."""

import re
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

BUILT_IN = {*range(14, 23), *range(27, 37), 45, 46, 47, *range(50, 59)}  # ECMA-376 part 1, 18.8.30
LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]hms][^\]]*\]', re.IGNORECASE)
DATED = re.compile(r"[ymdhs]", re.IGNORECASE)
EPOCHS = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}
DAY_MS = 86_400_000
LAST_DAY = 100_000  # in the year 2173


class Styles:
    """What expat calls while it reads the styles; `dates` are the numbers of the cell styles that show a date."""

    def __init__(self) -> None:
        self.dates: set[str] = set()
        self._formats: dict[str, str] = {}
        self._inside = False
        self._count = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "numFmt":
            self._formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif tag == "cellXfs":
            self._inside = True
        elif tag == "xf" and self._inside:
            if self._is_date(attributes.get("numFmtId", "0")):
                self.dates.add(str(self._count))
            self._count += 1

    def end(self, tag: str) -> None:
        if tag == "cellXfs":
            self._inside = False

    def _is_date(self, number: str) -> bool:
        if number in self._formats:
            return bool(DATED.search(LITERAL.sub("", self._formats[number]).split(";")[0]))
        return number.isascii() and number.isdigit() and int(number) in BUILT_IN


def dated(value: str, *, since_1904: bool) -> str:
    """A serial number as the moment it stands for; a number no date can have stays as it is.

    >>> dated("45000.5", since_1904=False), dated("45000", since_1904=False), dated("0.75", since_1904=False)
    ('2023-03-15 12:00:00', '2023-03-15', '18:00:00')
    """
    try:
        serial = Decimal(value)
    except InvalidOperation:
        return value
    if not serial.is_finite() or not 0 <= serial < LAST_DAY:
        return value
    at = EPOCHS[since_1904] + timedelta(milliseconds=int((serial * DAY_MS).to_integral_value()))
    clock = f"{at:%H:%M:%S}" + (f".{at.microsecond // 1000:03d}" if at.microsecond else "")
    if serial < 1:
        return clock
    return f"{at:%Y-%m-%d}" if clock == "00:00:00" else f"{at:%Y-%m-%d} {clock}"
