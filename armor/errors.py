"""I name what may be wrong with what somebody decides about an alert."""

from aetheris.errors import AetherisError


class NotSnoozable(AetherisError):
    """Only a level 1 alert that is still open can be snoozed. This one needs to be acknowledged."""

    code = "not_snoozable"
    status = 409


class NoCooling(AetherisError):
    """Only a level 2 or 3 alert starts a cooling. This one is a first warning: dismiss it or snooze it."""

    code = "no_cooling"
    status = 409


class ReasonMissing(AetherisError):
    """Say why you go on trading, or take the break."""

    code = "reason_missing"
    status = 422


class ChangeOver(AetherisError):
    """This change does not wait any more: it is {status}."""

    code = "change_over"
    status = 409
