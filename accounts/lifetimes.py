"""I end a sign-in that has lasted as long as any may, however often it was renewed meanwhile."""

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

from aetheris import clock

BEGAN = "began_at"


def begin(session: SessionBase) -> None:
    """Somebody has just shown who they are; whoever opened the session saves it."""
    session[BEGAN] = clock.now().timestamp()


def is_over(session: SessionBase) -> bool:
    began = session.get(BEGAN)
    return began is not None and clock.now().timestamp() - began >= settings.SIGN_IN_LONGEST.total_seconds()
