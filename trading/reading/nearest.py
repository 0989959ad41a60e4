"""I say which formats a file that none of them knows comes nearest to, by the words of its header."""

import sys
from collections.abc import Iterable, Iterator

from trading.reading.document import Document
from trading.reading.importing import Importer
from trading.reading.table import Table
from trading.reading.texts import word

SHOWN, LACKING_SHOWN, ENOUGH = 3, 3, 0.5


def nearest(document: Document, importers: Iterable[Importer]) -> str:
    """A sentence on the few formats of whose needed columns the file has half or more; "" when there are none."""
    headers = [{word(cell) for cell in row.filled} for row in document.head] if document.kind != "xml" else []
    found = [(*best, importer.title) for importer in importers if (best := _best(importer, headers))[0] >= ENOUGH]
    told = [f"{title} (lacking {', '.join(lacking[:LACKING_SHOWN])})" if lacking else title
            for _, lacking, title in sorted(found, key=lambda one: (-one[0], len(one[1]), one[2]))[:SHOWN]]  # fmt: skip
    return f"Nearest to it: {'; '.join(told)}." if told else ""


def _best(importer: Importer, headers: list[set[str]]) -> tuple[float, list[str]]:
    """The share of the needed columns that a row has, and which it lacks."""
    tried = (_share(table, words) for table in _tables(importer) for words in headers)
    return max(tried, key=lambda one: one[0], default=(0.0, []))


def _share(table: Table, words: set[str]) -> tuple[float, list[str]]:
    has = {table.names[header] for header in words & table.words}
    lacking = [name for name in table.needed if name not in has]
    return 1 - len(lacking) / len(table.needed), [_header(table, name) for name in lacking]


def _header(table: Table, name: str) -> str:
    """The word the format itself has for a column."""
    return next(header for header, named in table.names.items() if named == name)


def _tables(importer: Importer) -> Iterator[Table]:
    """A format's own tables stand in its module; one that is read otherwise has none."""
    return (value for value in vars(sys.modules[importer.read.__module__]).values() if isinstance(value, Table))
