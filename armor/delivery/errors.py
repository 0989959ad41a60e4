"""I name what may be wrong with an address to tell things to."""

from aetheris.errors import AetherisError


class AddressRefused(AetherisError):
    """{url} cannot be told anything: {why}. Give an https:// address on the public internet."""

    code = "webhook_address_refused"
    status = 400


class TooManyEndpoints(AetherisError):
    """You have {count} webhook endpoints, and no more than {count} are kept. Remove one you do not need."""

    code = "too_many_endpoints"
    status = 409


class NothingToTell(AetherisError):
    """No enabled endpoint of yours takes {event_type}. Add one, or enable it and choose this event."""

    code = "no_endpoint"
    status = 409


class EndpointGone(AetherisError):
    """The endpoint of this event was removed or is disabled. Enable it first, then replay the event."""

    code = "endpoint_gone"
    status = 409


class NoAnswer(Exception):
    """Why a receiver was not reached, or did not answer as it should."""
