"""I learn how a table of trades is to be read: from its owner once, by its header from then on."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, BinaryIO
from uuid import UUID

from trading.errors import MappingIncomplete, NoTable
from trading.models import ColumnMapping
from trading.reading.errors import StatementRefused
from trading.reading.rows import Row

DECIMALS = [(".", "1,234.56"), (",", "1.234,56")]
ORDERS = [("dmy", "day first"), ("mdy", "month first")]
PREVIEW_ROWS = 5
HEADER_CELLS = 3
PREVIEW_BYTES = 20_000_000
HEAD_BYTES = 64 * 1024
# Words brokers head these columns with; a suggestion only, its owner decides.
WORDS: Mapping[str, str] = {
    "symbol": r"symbol|instrument|ticker|market|contract|pair|item|asset",
    "side": r"side|direction|type|b/?s|buy/?sell|long/?short|action|position",
    "quantity": r"quantity|qty|size|volume|lots|amount|shares|contracts",
    "entry_price": r"(entry|open|opening|buy|avg entry|in) ?price|price in|entry",
    "exit_price": r"(exit|close|closing|sell|avg exit|out) ?price|price out|exit",
    "entry_time": r"(entry|open|opening|opened|in) ?(time|date|at)?|(time|date|opened)( in)?",
    "exit_time": r"(exit|close|closing|closed|out) ?(time|date|at)?",
    "pnl": r"(net )?(p&l|p/l|pnl|profit|result|realized p&l|net)( \w{3})?",
    "id": r"(trade |order |position |deal )?(id|no\.?|number|ticket|#)",
    "commissions": r"commissions?|fees?|costs?|comm\.?",
    "swap": r"swap|financing|rollover|interest",
    "stop_loss": r"s/?l|stop ?(loss)?",
    "take_profit": r"t/?p|take ?profit|target",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Preview:
    """The beginning of a table, and what is known or guessed of it. None: nothing in the file decides it."""

    header: list[str]
    rows: list[list[str]]
    suggested: dict[str, str]
    header_sha256: str
    decimal: str | None
    date_order: str | None
    zone_needed: bool
    saved: ColumnMapping | None = None
    needed: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    missing: list[str] = field(default_factory=list)


def preview(file: BinaryIO, name: str) -> Preview:
    """Five rows of the file; decimal mark and date order as the whole file proves them."""
    from trading.importers.generic_csv import NEEDED, OPTIONAL
    from trading.reading.document import Document

    file.seek(0)
    document = Document(name, file.read(PREVIEW_BYTES))
    header, rows = _table(document.head, name)
    saved = ColumnMapping.objects.filter(header_sha256=fingerprint(header)).first()
    suggested = dict(saved.columns) if saved else suggest(header)
    return Preview(
        header, rows, suggested, fingerprint(header), document.mark, document.date_order,
        zone_needed=not any(re.search(r"(Z|[+-]\d\d:?\d\d)$", cell) and ":" in cell for row in rows for cell in row),
        saved=saved, needed=NEEDED, optional=OPTIONAL, missing=[name for name in NEEDED if name not in suggested],
    )  # fmt: skip


def _table(head: list[Row], name: str) -> tuple[list[str], list[list[str]]]:
    """The header is the first row with some words and not one number."""
    for index, row in enumerate(head):
        cells = [cell for cell in row.cells if cell]
        if len(cells) >= HEADER_CELLS and not any(re.fullmatch(r"[-+$€£(]*[\d.,]+[)%]*", cell) for cell in cells):
            return list(row.cells), [list(after.cells) for after in head[index + 1 : index + 1 + PREVIEW_ROWS]]
    raise NoTable(name=name)


def fingerprint(header: list[str]) -> str:
    return sha256("\x1f".join(cell.strip().lower() for cell in header).encode()).hexdigest()


def suggest(header: list[str]) -> dict[str, str]:
    """Our column → theirs, each of theirs once, exact names first."""
    found: dict[str, str] = {}
    for ours, words in WORDS.items():
        for theirs in header:
            told = re.sub(r"[\s_]+", " ", theirs).strip().lower()
            if theirs not in found.values() and (told.replace(" ", "_") == ours or re.fullmatch(words, told)):
                found.setdefault(ours, theirs)
    return found


def save_mapping(*, user_id: UUID, header: list[str], columns: Mapping[str, str], **told: Any) -> ColumnMapping:
    """Kept for the next file with the same header; one that leaves a needed column out is refused."""
    from trading.importers.generic_csv import KNOWN, NEEDED

    kept = {ours: theirs for ours, theirs in columns.items() if ours in KNOWN and theirs in header}
    if missing := [name for name in NEEDED if name not in kept]:
        raise MappingIncomplete(missing=", ".join(missing))
    saved, _ = ColumnMapping.objects.update_or_create(
        user_id=user_id, header_sha256=fingerprint(header), defaults={"header": header, "columns": kept, **told}
    )
    return saved


def wishes_for(file: BinaryIO, name: str) -> dict[str, Any]:
    """What was saved for this header, as an import wants it; {} when nothing was, or when it is no table."""
    from trading.reading.document import Document

    if not ColumnMapping.objects.exists():
        return {}
    file.seek(0)
    start = file.read(HEAD_BYTES)
    file.seek(0)
    try:
        header, _ = _table(Document(name, start.rpartition(b"\n")[0] or start).head, name)
    except (NoTable, StatementRefused):
        return {}
    saved = ColumnMapping.objects.filter(header_sha256=fingerprint(header)).first()
    return {} if saved is None else as_wishes(saved)


def as_wishes(saved: ColumnMapping) -> dict[str, Any]:
    told = {name: getattr(saved, name) for name in ("timezone", "decimal", "date_order")}
    return {"format": "generic_csv", "mapping": saved.columns} | {name: value for name, value in told.items() if value}
