"""I give out tickets for a WebSocket: good once, for half a minute, so that no token ever stands in an address."""

from hashlib import sha256
from secrets import token_urlsafe
from uuid import UUID

from django.core.cache import cache

from accounts.models import User

SECONDS = 30


def issue(user: User) -> str:
    ticket = token_urlsafe(32)
    cache.set(_name(ticket), str(user.pk), SECONDS)
    return ticket


def redeem(ticket: str) -> UUID | None:
    """Whose ticket it was. `add` lets one redeemer win, on any cache; the mark outlives the ticket."""
    name = _name(ticket)
    whose = cache.get(name)
    if whose is None or not cache.add(f"{name}:used", True, 2 * SECONDS):
        return None
    cache.delete(name)
    return UUID(whose)


def _name(ticket: str) -> str:
    return "ws-ticket:" + sha256(ticket.encode()).hexdigest()
