"""I name what may be wrong with a request before anyone has looked at its meaning."""

from aetheris.errors import AetherisError


class BodyTooLarge(AetherisError):
    """The request carries {sent}, where at most {limit} are read. Send it in smaller parts."""

    code = "body_too_large"
    status = 413


class KeyReused(AetherisError):
    """This Idempotency-Key came before with another request. Use a new key for a new request."""

    code = "idempotency_key_reused"
    status = 422


class KeyNotRight(AetherisError):
    """An Idempotency-Key has 1 to 200 printable characters. Use a random UUID."""

    code = "idempotency_key_invalid"
    status = 400


class StillAtWork(AetherisError):
    """The first request with this Idempotency-Key is still at work. Ask again in a second."""

    code = "idempotency_in_progress"
    status = 409


class VersionStale(AetherisError):
    """This was changed meanwhile: it is at version {current}, you sent {sent}. Load it again and repeat the change."""

    code = "version_stale"
    status = 412


class VersionNotRight(AetherisError):
    """{sent} is not a version. Send the number you were given, as If-Match: "3" or "version": 3."""

    code = "version_invalid"
    status = 400


class CursorNotRight(AetherisError):
    """This cursor does not belong to this list. Begin again without one."""

    code = "cursor_invalid"
    status = 400


class LimitNotRight(AetherisError):
    """{sent} is no number of rows. Send a whole number from 1 to 500 as limit, or leave it out."""

    code = "limit_invalid"
    status = 400


class KeyTooNarrow(AetherisError):
    """This API key does not open this address, which takes: {needed}. Use a key with that scope, or sign in."""

    code = "key_too_narrow"
    status = 403


class ListTooLong(AetherisError):
    """This list has more than {limit} rows, which is too long for one answer. Filter it, take it page by page, or
    POST exports for everything."""

    code = "list_too_long"
    status = 422


class FieldUnknown(AetherisError):
    """There is no field “{name}” here. There are: {known}."""

    code = "field_unknown"
    status = 400
