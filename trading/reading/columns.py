"""I find a table's columns by their header, where one name may stand for two columns in turn."""

from collections.abc import Iterable, Mapping

from trading.reading.rows import Row
from trading.reading.texts import word


def columns_of(row: Row, names: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    """Index of each known field. A header word listed with two fields names the first, then the second ("price")."""
    found: dict[str, int] = {}
    for index, cell in enumerate(row.cells):
        for name in names.get(word(cell), ()):
            if name not in found:
                found[name] = index
                break
    return found


def has_all(columns: Mapping[str, int], needed: Iterable[str]) -> bool:
    return all(name in columns for name in needed)
