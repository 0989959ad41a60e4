"""I sign programs in and out: tokens for a password, new tokens for old, a ticket for a socket."""

from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth import authenticate, logout
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import NotAuthenticated, Throttled
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import attempts, tickets, tokens
from accounts.api.people import MyselfShape, myself
from accounts.authentication import TenantAuthentication
from accounts.errors import SecondStepNeeded, SignInRefused
from accounts.models import User
from aetheris.api.permissions import CHALLENGE, Open
from aetheris.api.problems import refusal
from aetheris.api.resources import Door, resource

HEADERS = {"WWW-Authenticate": CHALLENGE}


class Credentials(serializers.Serializer[Any]):
    email = serializers.CharField(max_length=254)
    password = serializers.CharField(max_length=1024, trim_whitespace=False, write_only=True)
    totp = serializers.CharField(required=False, allow_blank=True, max_length=20, write_only=True)


class PairShape(serializers.Serializer[Any]):
    access = serializers.CharField()
    refresh = serializers.CharField()


class SignedInShape(PairShape):
    user = MyselfShape()


class OldRefresh(serializers.Serializer[Any]):
    refresh = serializers.CharField(max_length=4096)


class Leaving(serializers.Serializer[Any]):
    refresh = serializers.CharField(max_length=4096, required=False)


class TicketShape(serializers.Serializer[Any]):
    ticket = serializers.CharField()
    expires_in = serializers.IntegerField(help_text="Seconds.")


@resource("auth/login")
class Login(Open, Door):
    """Sign in by e-mail and password. The answer does not tell whether an e-mail is known here."""

    idempotent = False

    @extend_schema(request=Credentials, responses=SignedInShape)
    def post(self, request: Request) -> Response:
        given = _checked(Credentials, request)
        email, address = given["email"], request.META.get("REMOTE_ADDR", "")
        if wait := attempts.wait_of(email, address):
            raise Throttled(wait=wait)
        user = authenticate(request._request, email=email, password=given["password"])
        if not isinstance(user, User):
            attempts.failed(email, address)
            return _refused(request, SignInRefused())
        attempts.succeeded(email)
        if is_mfa_enabled(user):
            return _refused(request, SecondStepNeeded())
        pair = tokens.sign_in(user)
        return Response({"access": pair.access, "refresh": pair.refresh, "user": myself(user)})


@resource("auth/refresh")
class Refresh(Open, Door):
    """A new pair for a refresh token, which works once: one that comes again ends every token of its sign-in."""

    idempotent = False

    @extend_schema(request=OldRefresh, responses=PairShape)
    def post(self, request: Request) -> Response:
        pair = tokens.refreshed(_checked(OldRefresh, request)["refresh"])
        if pair is None:
            # An answer, not an exception: the end of the family must not be rolled back.
            return refusal(request._request, status=401, code="refresh_refused", headers=HEADERS,
                           detail="This refresh token is used, expired or revoked. Sign in again.")  # fmt: skip
        return Response({"access": pair.access, "refresh": pair.refresh})


@resource("auth/logout")
class Logout(Open, Door):
    """End the sign-in behind the bearer token, the refresh token or the cookie; all its tokens die at once."""

    idempotent = False

    @extend_schema(request=Leaving, responses={204: OpenApiResponse(description="Signed out.")})
    def post(self, request: Request) -> Response:
        given = _checked(Leaving, request).get("refresh", "")
        bearer = request.headers.get("Authorization", "").partition(" ")[2].strip()
        ended = [tokens.sign_out(token) for token in (bearer, given) if token]
        if not ended:
            _end_browser_session(request)
        elif not any(ended):
            raise NotAuthenticated("These tokens are not valid any more.")
        return Response(status=status.HTTP_204_NO_CONTENT)


@resource("auth/me")
class Me(Door):
    """Who am I, as far as this service knows."""

    @extend_schema(responses=MyselfShape)
    def get(self, request: Request) -> Response:
        return Response(myself(request.user))  # type: ignore[arg-type]


@resource("auth/ws-ticket")
class WsTicket(Door):
    """A ticket that opens one WebSocket within half a minute, as `?ticket=`."""

    idempotent = False

    @extend_schema(request=None, responses=TicketShape)
    def post(self, request: Request) -> Response:
        return Response({"ticket": tickets.issue(request.user), "expires_in": tickets.SECONDS})  # type: ignore[arg-type]


def _checked(shape: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    given = shape(data=request.data)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


def _refused(request: Request, error: SignInRefused | SecondStepNeeded) -> Response:
    return refusal(request._request, status=401, code=error.code, detail=error.message, headers=HEADERS)


def _end_browser_session(request: Request) -> None:
    """The dashboard's own way out asks for its CSRF token like every change by cookie."""
    if TenantAuthentication().authenticate(request) is None:
        raise NotAuthenticated
    logout(request._request)
