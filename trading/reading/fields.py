"""I am one row seen through a table's columns: ask me for a field, get a number, a moment or a clear refusal."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import Decimal

from trading.reading.errors import CellRefused, TimeZoneNeeded
from trading.reading.numbers import NOTHING, Mark, NotANumber, number
from trading.reading.rows import Row
from trading.reading.texts import plain
from trading.reading.times import DateOrder, NotAMoment, in_order, naive_moment

SHOWN = 40


@dataclass(slots=True)
class Manner:
    """How one file writes numbers and times; whether it names their zone itself, else whether ours was ever needed."""

    name: str
    zone: tzinfo | None
    mark: Mark | None = "."
    order: DateOrder | None = None
    zone_named: bool = False
    zone_needed: bool = False

    def number(self, name: str, text: str) -> Decimal:
        try:
            return number(text, self.mark)
        except NotANumber as error:
            raise CellRefused(name, f"{text[:SHOWN]!r} {error}") from error

    def moment(self, name: str, text: str, row: int) -> datetime:
        if not text:
            raise CellRefused(name, "is blank; a trade needs this time")
        try:
            written = naive_moment(text, self.order)
        except NotAMoment as error:
            raise CellRefused(name, f"{text[:SHOWN]!r} {error}") from error
        if written.tzinfo is None:
            if self.zone is None:
                raise TimeZoneNeeded(name=self.name, row=row)
            self.zone_needed = not self.zone_named
            written = written.replace(tzinfo=self.zone)
        return written.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Fields:
    """`columns` says at which index each field stands."""

    row: Row
    columns: Mapping[str, int]
    manner: Manner

    def text(self, name: str) -> str:
        return plain(self.bare(name))

    def bare(self, name: str) -> str:
        """The cell as it stands in the file, for numbers and times."""
        return self.row.cell(self.columns.get(name, -1))

    def needed(self, name: str) -> str:
        found = self.text(name)
        if not found:
            raise CellRefused(name, "is blank; a trade needs it")
        return found

    def number(self, name: str) -> Decimal:
        text = self.bare(name)
        if text in NOTHING:
            raise CellRefused(name, "is blank; a trade needs this number")
        return self.manner.number(name, text)

    def amount(self, name: str) -> Decimal:
        """A cost or result that counts as zero where the broker leaves it blank."""
        return self.optional(name) or Decimal(0)

    def optional(self, name: str) -> Decimal | None:
        text = self.bare(name)
        return None if text in NOTHING else self.manner.number(name, text)

    def level(self, name: str) -> Decimal | None:
        """A stop or a target: blank or zero means that none was set."""
        return self.optional(name) or None

    def moment(self, name: str) -> datetime:
        return self.manner.moment(name, self.bare(name), self.row.number)

    def moment_after(self, name: str, entry: datetime) -> datetime:
        """A later moment, read an hour later where the clock went back in between and shows that hour twice."""
        found = self.moment(name)
        return in_order(entry, found, self.manner.zone) if self.manner.zone else found

    def raw(self) -> dict[str, str]:
        """The broker's own words, cleaned, as far as the row has any."""
        return {name: text for name in self.columns if (text := self.text(name))}
