"""I read one worksheet of an XLSX file, wherever the workbook keeps it."""

from collections.abc import Iterator
from io import BytesIO
from zipfile import ZipFile, ZipInfo

from trading.reading.archive import BROKEN, members_of, pieces_of
from trading.reading.errors import StatementDamaged, StatementIncomplete
from trading.reading.limits import CELL_CHARACTERS
from trading.reading.markup import walk
from trading.reading.rows import Row
from trading.reading.serial_dates import Styles
from trading.reading.texts import squeezed
from trading.reading.worksheet import Worksheet

Members = dict[str, ZipInfo]


def xlsx_rows(name: str, content: bytes, sheet: int = 0) -> Iterator[Row]:
    """The filled rows of a worksheet, the first one unless another is asked for. Raises StatementDamaged with the row
    reached when the file breaks off."""
    page = Worksheet()
    try:
        with ZipFile(BytesIO(content)) as archive:
            members = members_of(name, archive)
            book = _Book(name, archive, members)
            path = book.sheets[sheet][1]
            page.since_1904 = book.since_1904
            if styles := members.get("xl/styles.xml"):
                page.dates = _date_styles(name, archive, styles)
            if strings := members.get("xl/sharedstrings.xml"):
                page.strings = _shared_strings(name, archive, strings)
            for _ in walk(
                name,
                pieces_of(name, archive, members[path]),
                start=page.start,
                end=page.end,
                text=page.text,
                row=lambda: page.number,
            ):
                yield from page.taken()
    except BROKEN as error:
        raise StatementDamaged(name=name, reason="it is no whole XLSX file", row=page.number) from error


def sheet_names(name: str, content: bytes) -> tuple[str, ...]:
    """The worksheets' titles, in the order in which the workbook shows them."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            return tuple(title for title, _ in _Book(name, archive, members_of(name, archive)).sheets)
    except BROKEN as error:
        raise StatementDamaged(name=name, reason="it is no whole XLSX file") from error


class _Book:
    """The workbook orders and names the sheets, its relations say where each one lies."""

    def __init__(self, name: str, archive: ZipFile, members: Members) -> None:
        self.since_1904 = False
        self._named: list[tuple[str, str]] = []
        self._places: dict[str, str] = {}
        for path, start in (("xl/workbook.xml", self._part), ("xl/_rels/workbook.xml.rels", self._relation)):
            if path in members:
                for _ in walk(name, pieces_of(name, archive, members[path]), start=start):
                    pass
        self.sheets = self._found(members)
        if not self.sheets:
            cure = "Save the report as an Excel workbook (.xlsx) again."
            raise StatementIncomplete(name=name, missing="a worksheet", cure=cure)

    def _part(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "sheet":
            key = next((value for name, value in attributes.items() if name.endswith(":id")), "")
            self._named.append((attributes.get("name", ""), key))
        elif tag == "workbookPr":
            self.since_1904 = attributes.get("date1904", "") in {"1", "true"}

    def _relation(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship":
            self._places[attributes.get("Id", "")] = attributes.get("Target", "").lower()

    def _found(self, members: Members) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        for title, key in self._named:
            target = self._places.get(key, "")
            path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            if path in members:
                found.append((title, path))
        bare = sorted(path for path in members if path.startswith("xl/worksheets/sheet"))
        return found or [("", path) for path in bare[:1]]


def _date_styles(name: str, archive: ZipFile, entry: ZipInfo) -> set[str]:
    styles = Styles()
    for _ in walk(name, pieces_of(name, archive, entry), start=styles.start, end=styles.end):
        pass
    return styles.dates


def _shared_strings(name: str, archive: ZipFile, entry: ZipInfo) -> list[str]:
    strings: list[str] = []
    parts: list[str] = []
    inside = [False, False]  # in a <t>, in a phonetic <rPh>

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "si":
            parts.clear()
        inside[0] = tag == "t"
        inside[1] = inside[1] or tag == "rPh"

    def end(tag: str) -> None:
        inside[0] = False
        if tag == "rPh":
            inside[1] = False
        elif tag == "si":
            strings.append(squeezed("".join(parts)[:CELL_CHARACTERS]))

    def text(data: str) -> None:
        if inside[0] and not inside[1]:
            parts.append(data)

    for _ in walk(name, pieces_of(name, archive, entry), start=start, end=end, text=text):
        pass
    return strings
