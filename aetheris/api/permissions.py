"""I say who may come in: to some doors anyone, whatever stale cookie they carry; an API key only within its scopes."""

from typing import Any

from rest_framework.permissions import AllowAny

from aetheris.api.errors import KeyTooNarrow

CHALLENGE = 'Bearer realm="aetheris"'


class Open:
    """A view for anyone."""

    authentication_classes: Any = ()
    permission_classes: Any = (AllowAny,)

    def get_authenticate_header(self, request: Any) -> str:
        """What such a view refuses is a missing sign-in all the same."""
        return CHALLENGE


# What each scope of a key opens: whoever may trade may read.
ENOUGH = {"read": {"read", "trade", "manage"}, "trade": {"trade", "manage"}, "manage": {"manage"}}
SAFE = ("GET", "HEAD", "OPTIONS")


def check_key(request: Any, scope: str | None) -> None:
    """`scope` is what writing here takes; None keeps every key out."""
    key = getattr(request, "api_key", None)
    if key is None:
        return
    needed = "read" if request.method in SAFE and scope else scope
    if needed is None or not ENOUGH[needed] & set(key.scopes):
        raise KeyTooNarrow(needed=needed or "a person who signs in")
