"""I am what every format offers: how it knows a file, how it reads one."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from decimal import Decimal

from trading.reading.document import Document
from trading.reading.fields import Manner
from trading.reading.gathering import Gathering
from trading.reading.numbers import Mark
from trading.reading.times import DateOrder
from trading.rows import Statement, TradeRow
from trading.trips import Method

HALF_DAY = re.compile(r"[0-9]/[0-9]{2,4},? [0-9]{1,2}:[0-9]{2}(?::[0-9.]+)? ?[AP]M\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the person who uploads the file adds to it."""

    zone: tzinfo | None
    timezone: str
    currency: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    date_order: DateOrder | None = None
    decimal: Mark | None = None
    method: Method = Method.FIFO
    multipliers: Mapping[str, Decimal] = field(default_factory=dict)
    symbol: str = ""
    known: Iterable[TradeRow] = ()

    def manner(self, document: Document) -> Manner:
        return Manner(document.name, self.zone, self.decimal or document.mark, self.date_order)

    def manner_in_utc(self, document: Document) -> Manner:
        """For a format whose maker says that its times are UTC."""
        return Manner(document.name, UTC, self.decimal or document.mark, self.date_order, zone_named=True)

    def order(self, document: Document) -> DateOrder | None:
        """Day or month first: as told, as the file proves, or month first where it writes AM and PM; else in doubt."""
        if self.date_order or document.date_order:
            return self.date_order or document.date_order
        if document.kind == "xlsx":
            return "mdy" if any(HALF_DAY.search(cell) for row in document.head for cell in row.cells) else None
        return "mdy" if HALF_DAY.search(document.text) else None

    def tell_zone(self, manner: Manner, gathering: Gathering) -> None:
        """Say so when the file left the zone open and this one was used."""
        if manner.zone_needed:
            gathering.note(f"times read as {self.timezone}: the file names no zone")

    def tell_currency(self, found: str | None, gathering: Gathering) -> str | None:
        """The statement's currency: the file's own, else the account's; a difference is said aloud."""
        if found and self.currency and found != self.currency:
            gathering.note(f"the file is kept in {found}, the account in {self.currency}: amounts were not converted")
        return found or self.currency


@dataclass(frozen=True, slots=True, kw_only=True)
class Importer:
    """`title` is how people know the format; `recognises` looks at the content only; `streams` says that `read` lets
    go of each trade it has gathered, so that a file of any length can be read."""

    title: str
    recognises: Callable[[Document, Wishes], bool]
    read: Callable[[Document, Wishes], Statement]
    streams: bool = False
