"""I read one table of a file through the columns its header names, for formats that are a table of trades."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo

from trading.reading.columns import has_all
from trading.reading.document import Document
from trading.reading.errors import StatementIncomplete
from trading.reading.fields import Fields, Manner
from trading.reading.rows import Row
from trading.reading.texts import word
from trading.reading.times import offset_zone

ZONE = re.compile(r"\s*\((?P<zone>(?:utc|gmt)[^)]*|e[sd]t|c[sd]t|p[sd]t)\)", re.IGNORECASE)
CURRENCY = re.compile(r"^(?P<name>gross|net|balance)\s+\(?(?P<currency>[a-z]{3,4}|[$€£¥])\)?$")

SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY"}


@dataclass(frozen=True, slots=True)
class Header:
    """Where the fields stand, and what the header says besides: the zone of its times, the currencies of its money."""

    columns: Mapping[str, int]
    zone: tzinfo | None
    currencies: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """`names` gives {header word: our field}, `needed` are the fields without which it is another table; so it is if
    one of the header words in `foreign` appears."""

    names: Mapping[str, str]
    needed: tuple[str, ...]
    foreign: frozenset[str] = frozenset()
    words: frozenset[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", frozenset(self.names))

    def header(self, row: Row) -> Header | None:
        columns: dict[str, int] = {}
        currencies: dict[str, tuple[str, ...]] = {}
        zone: tzinfo | None = None
        if self.words.isdisjoint([cell.lower() for cell in row.cells]):
            return None  # most rows are no header, and this tells so at once
        if len(row.cells) < len(self.needed) or (
            self.foreign and any(word(cell) in self.foreign for cell in row.cells)
        ):
            return None
        for index, cell in enumerate(row.cells):
            header = word(cell)
            if found := ZONE.search(header):
                zone = offset_zone(found["zone"].upper())
                header = ZONE.sub("", header)
            if money := CURRENCY.match(header):
                currency = SIGNS.get(money["currency"], money["currency"].upper())
                header = f"{money['name']} {currency.lower()}"
                currencies[money["name"]] = (*currencies.get(money["name"], ()), currency)
                columns.setdefault(header, index)
                header = money["name"]
            if name := self.names.get(header):
                columns.setdefault(name, index)
        return Header(columns, zone, currencies) if has_all(columns, self.needed) else None

    def within(self, document: Document) -> bool:
        return document.kind != "xml" and any(self.header(row) for row in document.head)

    def rows(self, document: Document, manner: Manner) -> Iterator[tuple[Header, Fields]]:
        """The rows below each such header, up to the title or header of another table."""
        header, met = None, False
        for row in document.rows():
            if found := self.header(row):
                header, met = found, True
                if found.zone:
                    manner.zone, manner.zone_named = found.zone, True
            elif _is_title(row):
                header = None
            elif header:
                yield header, Fields(row, header.columns, manner)
        if not met:
            raise StatementIncomplete(
                name=document.name,
                missing=f"a header row with {', '.join(self.needed)}",
                cure="Export the report again with its header line and all columns.",
            )


def _is_title(row: Row) -> bool:
    """The title or the header of another table: one cell or many, but not one digit among them."""
    wordy = not any(character.isdigit() for cell in row.filled for character in cell)
    return wordy and (len(row.filled) == 1 or len(row.filled) >= 4)
