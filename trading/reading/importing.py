"""I am what every format offers: how it knows a file, how it reads one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo

from trading.reading.document import Document
from trading.reading.fields import Manner
from trading.reading.gathering import Gathering
from trading.reading.times import DateOrder
from trading.rows import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the person who uploads the file adds to it."""

    zone: tzinfo | None
    timezone: str
    currency: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    date_order: DateOrder | None = None

    def manner(self, document: Document) -> Manner:
        return Manner(document.name, self.zone, document.mark, self.date_order)

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
    """`title` is how people know the format; `recognises` looks at the content only."""

    title: str
    recognises: Callable[[Document, Wishes], bool]
    read: Callable[[Document, Wishes], Statement]
