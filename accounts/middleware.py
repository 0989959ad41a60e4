"""I find out who asks, by cookie, token or API key, and let the rest of the request work as that person."""

from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.contrib.auth import get_user
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from accounts import keys, lifetimes, tokens
from accounts.models import ApiKey, User
from aetheris.db import context, tenancy

BEARER = "bearer "
SAFE = ("GET", "HEAD", "OPTIONS")


class TenantMiddleware(AuthenticationMiddleware):
    """Sets, for this request alone, the tenant, `request.user` and how they came: `signed_in_by` is "token",
    "session", "key" or ""; `sign_in` the session behind a token or cookie; `api_key` the key."""

    def process_request(self, request: HttpRequest) -> None:
        known = self._known(request)
        request.user = known.user or AnonymousUser()
        request.signed_in_by = known.way if known.user else ""  # type: ignore[attr-defined]
        request.sign_in, request.api_key = known.session, known.key  # type: ignore[attr-defined]
        timezone.deactivate()
        if known.user is not None:
            tenancy.become(known.user)
            timezone.activate(ZoneInfo(known.user.timezone))

    def _known(self, request: HttpRequest) -> "Known":
        said = request.headers.get("X-API-Key", "").strip() or _bearer(request)
        if not said:
            return _by_session(request)
        return _by_key(said) if said.startswith(keys.PREFIX) else _by_token(said)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """From here on, the answer to a question changes nothing; the session is kept outside of it.

        But for a browser that comes back from a provider: OAuth2 lets it come with a GET, its `state` guards it.
        """
        if request.method in SAFE and not getattr(view, "comes_back", False):
            context.enter(context.changed(read_only=True))

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if request.method in SAFE:
            context.enter(context.changed(read_only=False))
        return response


class Known(NamedTuple):
    user: User | None = None
    way: str = ""
    session: SessionBase | None = None
    key: ApiKey | None = None


def _bearer(request: HttpRequest) -> str:
    said = request.headers.get("Authorization", "")
    return said[len(BEARER) :].strip() if said.lower().startswith(BEARER) else ""


def _by_token(token: str) -> Known:
    """The token's person, as long as its session lives: signing out ends its tokens at once."""
    found = tokens.bearer_of(token)
    return Known(found[0], "token", found[1]) if found else Known()


def _by_key(key: str) -> Known:
    found = keys.holder(key)
    return Known(found[0], "key", key=found[1]) if found else Known()


def _by_session(request: HttpRequest) -> Known:
    user = get_user(request)
    lives = isinstance(user, User) and not lifetimes.is_over(request.session)
    return Known(user, "session", request.session) if lives else Known()  # type: ignore[arg-type]
