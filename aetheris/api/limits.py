"""I count requests by scope, for each person or else each address, in the store that all processes share.

Every answer tells what is left, in the headers of the IETF's draft "RateLimit header fields for HTTP".
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core.cache import cache
from rest_framework.exceptions import Throttled
from rest_framework.request import Request

SAFE = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True, slots=True)
class Left:
    """What one may still ask in this window."""

    limit: int
    remaining: int
    seconds: int

    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.seconds),
        }


def count(request: Request, scope: str | None) -> Left:
    """Count this request; refused with the time to wait when it is one too many."""
    scope = scope or ("read" if request.method in SAFE else "write")
    limit, window = settings.API_RATES[scope]
    used, seconds = cache.count(f"rate:{scope}:{_who(request)}", window)  # type: ignore[attr-defined]
    if used > limit:
        raise Throttled(wait=seconds)
    return Left(limit, limit - used, int(seconds) + 1)


def _who(request: Any) -> str:
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return str(user.pk)
    return sha256(request.META.get("REMOTE_ADDR", "").encode()).hexdigest()
