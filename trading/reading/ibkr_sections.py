"""I walk through the sections of an Interactive Brokers statement in CSV, each with headers of its own."""

from collections.abc import Iterator, Mapping

from trading.reading.document import Document
from trading.reading.errors import StatementIncomplete
from trading.reading.fields import Fields, Manner
from trading.reading.texts import word

KINDS = {
    "header": "header",
    "data": "data",
    "subtotal": "subtotal",
    "total": "total",
    "notes": "notes",
    "notizen": "notes",
}
KINDS |= {"daten": "data", "gesamt": "total", "zwischensumme": "subtotal", "kopfzeile": "header"}


def is_statement(document: Document) -> bool:
    """Its second column says what each row is, its first which section that belongs to."""
    if document.kind not in {"text", "xlsx"}:
        return False
    rows = document.head[:30]
    headers = [row for row in rows if word(row.cell(1)) in {"header", "kopfzeile"}]
    return bool(headers) and all(word(row.cell(1)) in KINDS for row in rows)


class Sections:
    """`names` gives {header word: our field}; a section may repeat with another header at any time."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names

    def rows(self, document: Document, manner: Manner) -> Iterator[tuple[str, str, Fields]]:
        """(section, "data" or "total" or "subtotal", its fields)."""
        columns: dict[str, dict[str, int]] = {}
        for row in document.rows():
            section, kind = word(row.cell(0)), KINDS.get(word(row.cell(1)), "")
            if kind == "header":
                columns[section] = self._columns(row.cells)
            elif kind in {"data", "total", "subtotal"}:
                yield section, kind, Fields(row, columns.get(section, {}), manner)
        if not columns:
            raise StatementIncomplete(
                name=document.name, missing="its sections", cure="Export the statement again as CSV, not as Excel."
            )

    def _columns(self, cells: list[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for index, cell in enumerate(cells[2:], 2):
            header = word(cell)
            name = self.names.get(header) or (
                "commission_in_base" if header.startswith(("comm in ", "prov. in ")) else None
            )
            if name:
                found.setdefault(name, index)
        return found
