"""I make the API's tokens by allauth's own strategy: short access, rotating refresh, both tied to one session.

A token names whom it was made for (`aud`) and by (`iss`), and lives no longer than the session: whoever ends that ends
every token of the sign-in at once.
"""

from dataclasses import dataclass
from functools import lru_cache
from time import time
from typing import Any
from uuid import UUID

from allauth.account.internal.userkit import user_id_to_str
from allauth.headless import app_settings
from allauth.headless.internal import sessionkit
from allauth.headless.tokens.strategies.jwt import JWTTokenStrategy, internal
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import update_last_login
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.utils.crypto import constant_time_compare

from accounts import lifetimes
from accounts.models import User
from accounts.signin import person_with_session

BACKEND = "accounts.signin.EmailBackend"
CLAIMS = {"iss": "aetheris", "aud": "aetheris-api"}


@dataclass(frozen=True, slots=True)
class Tokens:
    access: str
    refresh: str


class TokenReused(Exception):
    """A refresh token came a second time; `session` is its family's, still living."""

    def __init__(self, session: SessionBase) -> None:
        self.session = session


class TokenStrategy(JWTTokenStrategy):
    """allauth's own doors for tokens stay shut: ours say whom a token is for."""

    def get_claims(self, user: Any) -> dict[str, Any]:
        return dict(CLAIMS)


class NotOurs(Exception):
    """Not signed by us, or said something that no token of ours says."""


def payload_of(token: str, use: str) -> dict[str, Any] | None:
    """What a token says, if it is one of ours, for us, and still counts."""
    try:
        payload = _verified(token, use)
    except NotOurs:
        return None
    return payload if payload.get("exp", 0) > time() else None


@lru_cache(maxsize=2048)
def _verified(token: str, use: str) -> dict[str, Any]:
    """A program brings the same token for a quarter of an hour: its signature is looked at once in each process.
    What is refused is never kept, for it may only have come too early."""
    payload = internal.decode_token(token, use)
    if payload is None or any(payload.get(name) != value for name, value in CLAIMS.items()):
        raise NotOurs
    return payload


def session_of(token: str, use: str = "access") -> SessionBase | None:
    """The session that a token hangs on, while both live."""
    payload = payload_of(token, use)
    return internal.get_token_session(payload) if payload else None


def bearer_of(token: str) -> tuple[User, SessionBase] | None:
    """Whose access token it is and the session behind it, as long as that lives."""
    payload = payload_of(token, "access")
    key = internal.session_key_from_sid(payload["sid"]) if payload else None
    found = person_with_session(UUID(payload["sub"]), key) if payload and key and _is_id(payload["sub"]) else None
    if found is None or key is None:
        return None
    user, session = found[0], sessionkit.session_store(key)
    session._session_cache = session.decode(found[1])
    return (user, session) if _is_of(session, user) else None


def _is_id(word: str) -> bool:
    try:
        return bool(UUID(word))
    except ValueError:
        return False


def _is_of(session: SessionBase, user: User) -> bool:
    """As Django asks of a cookie's session: this person's, let in by us, since they last changed their password."""
    told = session.get(SESSION_KEY), session.get(BACKEND_SESSION_KEY)
    same = constant_time_compare(session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())
    return told == (str(user.pk), BACKEND) and same and user.is_active and not lifetimes.is_over(session)


def new_session(user: User) -> SessionBase:
    """A session that lives in tokens only: no cookie carries it."""
    session = sessionkit.new_session()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return session


def sign_in(user: User, session: SessionBase | None = None) -> Tokens:
    """A first pair of tokens for a session; without one, for a new one."""
    session = new_session(user) if session is None else session
    tokens = _pair(user, session)
    session.save()
    update_last_login(None, user)  # type: ignore[arg-type]
    return tokens


def refreshed(token: str) -> tuple[Tokens, SessionBase] | None:
    """A new pair for a refresh token, which works once; None for what is none, `TokenReused` for one that comes again.

    Two refreshes at once take turns at the session's row, so that one of them is a reuse.
    """
    payload = payload_of(token, "refresh")
    key = internal.session_key_from_sid(payload["sid"]) if payload else None
    if payload is None or key is None or not Session.objects.select_for_update().filter(pk=key).exists():
        return None
    session = sessionkit.lookup_session(key)
    user = internal.validate_token_user(payload, session) if session is not None else None
    if session is None or not isinstance(user, User) or lifetimes.is_over(session):
        return None
    if payload["jti"] not in internal.get_refresh_token_state(session):
        raise TokenReused(session)
    internal.invalidate_refresh_token(session, payload)
    if lifetimes.BEGAN not in session:  # signed in before the start was noted
        lifetimes.begin(session)
    tokens = _pair(user, session)
    session.save()
    return tokens, session


def _pair(user: User, session: SessionBase) -> Tokens:
    assert session.session_key
    refresh, payload = internal.create_token(
        "refresh", sub=user_id_to_str(user), sid=internal.session_key_to_sid(session.session_key), claims=CLAIMS,
        expires_in=app_settings.JWT_REFRESH_TOKEN_EXPIRES_IN,
    )  # fmt: skip
    internal.get_refresh_token_state(session)[payload["jti"]] = payload["exp"]
    return Tokens(internal.create_access_token(user, session, CLAIMS), refresh)
