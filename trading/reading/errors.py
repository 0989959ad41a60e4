"""I name every way in which a broker's file can be refused."""

from aetheris.errors import AetherisError


class StatementRefused(AetherisError):
    """The file {name} could not be read. Export it again from the broker and upload the new file."""

    code = "statement_refused"
    status = 422


class StatementEmpty(StatementRefused):
    """The file {name} is empty. Export the statement again and check that it has a size above zero."""

    code = "statement_empty"


class StatementTooLarge(StatementRefused):
    """The file {name} is too large: {found}, where at most {limit} are read.
    Export a shorter period and upload the parts one after another."""

    code = "statement_too_large"
    status = 413


class StatementDamaged(StatementRefused):
    """The file {name} is damaged or cut off ({reason}); {readable}.
    Nothing was imported. Export it again and upload the new file."""

    code = "statement_damaged"

    def __init__(self, *, name: str, reason: str, row: int = 0) -> None:
        readable = f"it was readable up to row {row}" if row else "no row of it could be read"
        super().__init__(name=name, reason=reason, row=row, readable=readable)


class StatementUnsafe(StatementRefused):
    """The file {name} carries a {found}, which no broker's statement needs; it was not opened.
    Export the statement again directly from the broker."""

    code = "statement_unsafe"


class StatementKindUnread(StatementRefused):
    """The file {name} is {found}, which is not read. {cure}"""

    code = "statement_kind_unread"


class StatementNotRecognised(StatementRefused):
    """The file {name} is none of the {count} statements known here. {near} Row 1 reads: {head}.
    The import page lists them all under “What is recognised”: export one of them from your platform, or say there which
    of this file's columns is which."""

    code = "statement_not_recognised"


class StatementAmbiguous(StatementRefused):
    """The file {name} is claimed by more than one reader ({claimed}). Choose the format by hand and upload it again."""

    code = "statement_ambiguous"


class StatementIncomplete(StatementRefused):
    """The file {name} lacks {missing}. {cure}"""

    code = "statement_incomplete"


class FormatUnknown(StatementRefused):
    """There is no statement format called {format}. Known are: {known}; or choose auto."""

    code = "format_unknown"


class WishUnknown(StatementRefused):
    """The {wish} {value} is not known here; known are {known}."""

    code = "wish_unknown"


class TimeZoneUnknown(StatementRefused):
    """The time zone {timezone} is not known. Name one as in Europe/Prague or Etc/GMT-3, or choose UTC."""

    code = "time_zone_unknown"


class TimeZoneNeeded(StatementRefused):
    """The file {name} gives times without a zone (first in row {row}). Say in which zone your broker's server keeps its
    clock, for example Europe/Athens, and upload it again."""

    code = "time_zone_needed"


class CellRefused(ValueError):
    """One cell of one row cannot be taken: which field, and why with its cure."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field} {reason}")
        self.field = field
        self.reason = reason
