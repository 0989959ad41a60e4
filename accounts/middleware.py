"""I find out who asks, by session cookie or bearer token, and let the rest of the request work as that person."""

from typing import Any
from zoneinfo import ZoneInfo

from allauth.headless.tokens.strategies.jwt import internal
from django.contrib.auth import get_user
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from accounts.models import User
from aetheris.db import context, tenancy

BEARER = "bearer "
SAFE = ("GET", "HEAD", "OPTIONS")


class TenantMiddleware(AuthenticationMiddleware):
    """Sets `request.user`, `request.signed_in_by` ("token", "session" or "") and the tenant, for this request alone."""

    def process_request(self, request: HttpRequest) -> None:
        user, way = _by_token(request) if _token(request) else _by_session(request)
        request.user = user or AnonymousUser()
        request.signed_in_by = way if user else ""  # type: ignore[attr-defined]
        timezone.deactivate()
        if user is not None:
            tenancy.become(user)
            timezone.activate(ZoneInfo(user.timezone))

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """From here on, the answer to a question changes nothing; the session is kept outside of it."""
        if request.method in SAFE:
            context.enter(context.changed(read_only=True))

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if request.method in SAFE:
            context.enter(context.changed(read_only=False))
        return response


def _token(request: HttpRequest) -> str:
    said = request.headers.get("Authorization", "")
    return said[len(BEARER) :].strip() if said.lower().startswith(BEARER) else ""


def _by_token(request: HttpRequest) -> tuple[User | None, str]:
    """The token's person, as long as its session lives: signing out ends its tokens at once."""
    found = internal.validate_access_token(_token(request))
    return (found[0] if found else None), "token"


def _by_session(request: HttpRequest) -> tuple[User | None, str]:
    user = get_user(request)
    return (user if isinstance(user, User) else None), "session"
