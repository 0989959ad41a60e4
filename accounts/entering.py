"""I let in whoever has shown who they are: a session or a pair of tokens, a line in their history, a word if it is new.

Everything here works as that person: `tenancy.become` or `acting_as` comes first.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, login
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.http import HttpRequest

from accounts import lifetimes, mails, second, stepup, tokens
from accounts.models import SignIn, User
from accounts.models.sign_in import Way
from accounts.signin import person
from aetheris import clock
from aetheris.db import tenancy
from aetheris.live import ring

NAME = "sign_in"
STRONG = (Way.TOTP, Way.RECOVERY_CODE, Way.PASSKEY)


def enter_program(request: HttpRequest, user: User, way: Way) -> tokens.Tokens:
    """A pair of tokens."""
    tenancy.become(user)
    session = tokens.new_session(user)
    _begin(request, user, session, way, is_program=True)
    return tokens.sign_in(user, session)


def enter_browser(request: HttpRequest, user: User, way: Way) -> None:
    """A session with a new key, so that one known before the sign-in is worth nothing."""
    tenancy.become(user)
    login(request, user, backend=tokens.BACKEND)
    request.session.cycle_key()
    _begin(request, user, request.session, way, is_program=False)
    request.sign_in = request.session  # type: ignore[attr-defined]


def _begin(request: HttpRequest, user: User, session: SessionBase, way: Way, *, is_program: bool) -> None:
    address = request.META.get("REMOTE_ADDR") or None
    agent = request.headers.get("User-Agent", "")[:300]
    mine = SignIn.objects.filter(user=user)
    is_new = mine.exists() and not mine.filter(agent=agent, address=address).exists()
    begun = SignIn.objects.create(
        user=user, way=way, is_program=is_program, session_key=session.session_key or "", address=address, agent=agent,
        seen_at=clock.now(),
    )  # fmt: skip
    session[NAME] = str(begun.pk)
    lifetimes.begin(session)
    if way in STRONG or not second.is_on(user):
        stepup.note(session)
    if is_new:
        mails.send("new_device", user, sign_in=begun, at=begun.seen_at)


def whose(session: SessionBase) -> User | None:
    """The person a session signed in, living or suspended."""
    id = session.get(SESSION_KEY)
    return person(id) if id else None


def seen(session: SessionBase) -> None:
    """A program renewed its tokens."""
    SignIn.objects.filter(pk=_id_in(session), ended_at=None).update(seen_at=clock.now())


def renew(session: SessionBase, user: User) -> None:
    """The session goes on under the new password."""
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()


def living(user: User, now: datetime) -> Any:
    """Sign-ins that still let somebody in, newest first; one whose session ran out is over without a word."""
    since = now - settings.SESSION_LONGEST
    return SignIn.objects.filter(user=user, ended_at=None, seen_at__gt=since).order_by("-created_at")


def leave(session: SessionBase, because: str) -> None:
    """End the sign-in behind a session: its cookie, its tokens and its open lines."""
    begun = SignIn.objects.filter(pk=_id_in(session)).first()
    session.delete()
    if begun is not None:
        _end([begun], because)


def end(user: User, because: str, *, only: Any = None, but: SessionBase | None = None) -> int:
    """End a person's sign-ins from afar: one, or all but the one they speak from. How many there were."""
    found = SignIn.objects.filter(user=user, ended_at=None)
    if only is not None:
        found = found.filter(pk=only)
    if but is not None:
        found = found.exclude(pk=_id_in(but))
    ended = list(found)
    Session.objects.filter(pk__in=[one.session_key for one in ended if one.session_key]).delete()
    _end(ended, because)
    return len(ended)


def _end(ended: list[SignIn], because: str) -> None:
    now = clock.now()
    for one in ended:
        SignIn.objects.filter(pk=one.pk, ended_at=None).update(ended_at=now, ended_because=because, session_key="")
        ring("signed_out", one.user_id, one.pk)


def _id_in(session: SessionBase) -> str:
    """A session of before there was a history has none: then an id of nobody's."""
    return str(session.get(NAME) or UUID(int=0))
