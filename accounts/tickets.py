"""I give out tickets for a WebSocket: good once, for half a minute, so that no token ever stands in an address."""

from hashlib import sha256
from secrets import token_urlsafe
from uuid import UUID

from django.core.cache import cache

from accounts.models import User

SECONDS = 30


def issue(user: User, line: str = "") -> str:
    """`line` is the sign-in or key that asks: the socket ends with it."""
    ticket = token_urlsafe(32)
    cache.set(_name(ticket), [str(user.pk), line], SECONDS)
    return ticket


def redeem(ticket: str) -> tuple[UUID, str] | None:
    """Whose ticket it was and the line that asked for it, said to one redeemer alone."""
    told = cache.take(_name(ticket))  # type: ignore[attr-defined]
    return (UUID(told[0]), told[1]) if told else None


def _name(ticket: str) -> str:
    return "ws-ticket:" + sha256(ticket.encode()).hexdigest()
