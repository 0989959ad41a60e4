"""I make the API's tokens by allauth's own strategy: short access, rotating refresh, both tied to one session."""

from dataclasses import dataclass

from allauth.headless.internal import sessionkit
from allauth.headless.tokens.strategies.jwt import JWTTokenStrategy, internal
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import update_last_login
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session

from accounts.models import User

BACKEND = "accounts.signin.EmailBackend"


@dataclass(frozen=True, slots=True)
class Tokens:
    access: str
    refresh: str


class TokenStrategy(JWTTokenStrategy):
    """A refresh token works once. One that comes again was stolen, or its successor was: the family ends."""

    def refresh_token(self, refresh_token: str) -> tuple[str, str] | None:
        """A new pair, or None. Two refreshes at once take turns at the session's row, so that one is a reuse."""
        payload = internal.decode_token(refresh_token, "refresh")
        key = internal.session_key_from_sid(payload["sid"]) if payload else None
        if payload is None or key is None or not Session.objects.select_for_update().filter(pk=key).exists():
            return None
        session = sessionkit.lookup_session(key)
        if session is None or payload["jti"] not in internal.get_refresh_token_state(session):
            _end(session)
            return None
        return super().refresh_token(refresh_token)


def sign_in(user: User) -> Tokens:
    """A new session that lives in tokens only: no cookie carries it."""
    session = sessionkit.new_session()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    strategy = TokenStrategy()
    tokens = Tokens(
        internal.create_access_token(user, session, strategy.get_claims(user)),
        internal.create_refresh_token(user, session),
    )
    session.save()
    update_last_login(None, user)  # type: ignore[arg-type]
    return tokens


def refreshed(token: str) -> Tokens | None:
    pair = TokenStrategy().refresh_token(token)
    return Tokens(*pair) if pair else None


def sign_out(token: str) -> bool:
    """End the session behind an access or refresh token, and with it every token of the family."""
    payload = internal.decode_token(token, "access") or internal.decode_token(token, "refresh")
    session = internal.get_token_session(payload) if payload else None
    _end(session)
    return session is not None


def _end(session: SessionBase | None) -> None:
    if session is not None:
        session.delete()
