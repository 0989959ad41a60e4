"""I read the first worksheet of an XLSX file, wherever the workbook keeps it."""

from collections.abc import Iterator
from io import BytesIO
from zipfile import ZipFile, ZipInfo

from trading.reading.archive import BROKEN, members_of, pieces_of
from trading.reading.errors import StatementDamaged, StatementIncomplete
from trading.reading.limits import CELL_CHARACTERS
from trading.reading.markup import walk
from trading.reading.rows import Row
from trading.reading.texts import squeezed
from trading.reading.worksheet import Worksheet


def xlsx_rows(name: str, content: bytes) -> Iterator[Row]:
    """The filled rows of the first worksheet. Raises StatementDamaged with the row reached when the file breaks off."""
    sheet = Worksheet()
    try:
        with ZipFile(BytesIO(content)) as archive:
            members = members_of(name, archive)
            path = _first_sheet(name, archive, members)
            if strings := members.get("xl/sharedstrings.xml"):
                sheet.strings = _shared_strings(name, archive, strings)
            for _ in walk(
                name,
                pieces_of(name, archive, members[path]),
                start=sheet.start,
                end=sheet.end,
                text=sheet.text,
                row=lambda: sheet.number,
            ):
                yield from sheet.taken()
    except BROKEN as error:
        raise StatementDamaged(name=name, reason="it is no whole XLSX file", row=sheet.number) from error


def _first_sheet(name: str, archive: ZipFile, members: dict[str, ZipInfo]) -> str:
    """The worksheet shown first: the workbook orders the sheets, its relations say where each one lies."""
    order: list[str] = []
    places: dict[str, str] = {}

    def sheet(tag: str, attributes: dict[str, str]) -> None:
        if tag == "sheet":
            order.append(attributes.get("r:id", ""))

    def relation(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship":
            places[attributes.get("Id", "")] = attributes.get("Target", "").lower()

    for path, handler in (("xl/workbook.xml", sheet), ("xl/_rels/workbook.xml.rels", relation)):
        if path in members:
            for _ in walk(name, pieces_of(name, archive, members[path]), start=handler):
                pass
    for key in order:
        target = places.get(key, "")
        path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if path in members:
            return path
    sheets = sorted(path for path in members if path.startswith("xl/worksheets/sheet"))
    if not sheets:
        raise StatementIncomplete(
            name=name, missing="a worksheet", cure="Save the report as an Excel workbook (.xlsx) again."
        )
    return sheets[0]


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
