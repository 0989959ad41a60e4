"""I know whether the person at this sign-in has shown their second factor just now, and ask for it before great steps.

What counts: a TOTP or recovery code, or a passkey; for someone who has none of them yet, the password. It is noted in
the one sign-in that showed it, cookie or token alike. An API key never counts: nobody sits behind it.
"""

from typing import Any

from django.contrib.sessions.backends.base import SessionBase

from accounts.errors import StepUpRequired
from aetheris import clock

SECONDS = 300
NOTE = "stepped_up_at"


def is_fresh(request: Any) -> bool:
    """Within the last five minutes, at this very sign-in."""
    session = sign_in_of(request)
    at = session.get(NOTE, 0) if session is not None else 0
    return 0 <= clock.now().timestamp() - at < SECONDS


def require(request: Any) -> None:
    """Before raising a limit, changing credentials, exporting, deleting or showing a secret."""
    if not is_fresh(request):
        raise StepUpRequired


def note(session: SessionBase) -> None:
    """They have just shown it; whoever opened the session saves it."""
    session[NOTE] = clock.now().timestamp()


def sign_in_of(request: Any) -> SessionBase | None:
    """The session behind the cookie or the token; the same for Django's request and DRF's."""
    return getattr(request, "sign_in", None)
