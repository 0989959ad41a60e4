"""I name what may be wrong with writing trades."""

from aetheris.errors import AetherisError


class AccountClosed(AetherisError):
    """The account {account} is closed; nothing is written into it any more. Choose another account."""

    code = "account_closed"
    status = 409


class CurrencyDiffers(AetherisError):
    """{name} is in {statement} and the account in {account}. Import it into an account that is kept in {statement}."""

    code = "currency_differs"
    status = 422


class NothingToImport(AetherisError):
    """{name} was recognised as {format}, but it holds no trades. Export it again with the whole period chosen."""

    code = "nothing_to_import"
    status = 422


class ChangedMeanwhile(AetherisError):
    """This was changed meanwhile: it is at version {current} and you sent {sent}. Load it again, then repeat the
    change."""

    code = "version_stale"
    status = 412


class NotYoursToChange(AetherisError):
    """{field} of an imported trade comes from the broker and changes only by a sync with conflict policy overwrite."""

    code = "economics_kept"
    status = 422


class TradeKnown(AetherisError):
    """This account already has the trade {id} of broker {broker}. Change that one, or send another broker_trade_id."""

    code = "trade_known"
    status = 409


class SessionOpen(AetherisError):
    """A session is still open at this account. End it before the next one begins."""

    code = "session_open"
    status = 409


class TimeZoneDiffers(AetherisError):
    """These trades are here already, read in another time zone: {count} stand {hours} hours from where this file would
    put them. Nothing was changed. Choose the zone of the first import; if that one was wrong, undo it and import the
    file again."""

    code = "time_zone_differs"
    status = 409


class NotUndoable(AetherisError):
    """The import of {name} is {state}; only one that is done can be undone."""

    code = "not_undoable"
    status = 409


class MappingIncomplete(AetherisError):
    """These columns are still without one of the file's: {missing}. Say which column of the file holds them."""

    code = "mapping_incomplete"
    status = 422


class NoTable(AetherisError):
    """{name} holds no table with a row of column names. Export the trades as CSV, with their header."""

    code = "no_table"
    status = 422


class SyncBroke(AetherisError):
    """Something broke while {broker} was asked. Nothing of its answer was written. Tell support."""

    code = "sync_broke"
    status = 500


class NothingConnected(AetherisError):
    """No broker that can be asked is connected to {account}. Add a connection first, or import a file."""

    code = "nothing_connected"
    status = 409


class ConnectionIncomplete(AetherisError):
    """A connection to {title} also needs: {missing}."""

    code = "connection_incomplete"
    status = 422


class PictureRefused(AetherisError):
    """This picture was not kept: {why}. Send a JPEG, PNG or WEBP of at most 10 MB and 40 million pixels."""

    code = "picture_refused"
    status = 422


class PicturesFull(AetherisError):
    """A trade keeps at most {most} pictures. Remove one first."""

    code = "pictures_full"
    status = 409
