"""I sign programs in and out: tokens for a password and a code, new tokens for old, a ticket for a socket."""

from typing import Any

from django.contrib.auth import logout
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import admission, entering, links, mails, second, stepup, tickets, tokens
from accounts.api.people import MyselfShape, myself
from accounts.authentication import TenantAuthentication
from accounts.errors import SecondStepNeeded
from accounts.models import User
from accounts.models.sign_in import Way
from accounts.signin import person
from aetheris.api.permissions import CHALLENGE, Open
from aetheris.api.problems import refusal
from aetheris.api.resources import Door, resource
from aetheris.db import tenancy

HEADERS = {"WWW-Authenticate": CHALLENGE}


class Credentials(serializers.Serializer[Any]):
    email = serializers.CharField(max_length=254)
    password = serializers.CharField(max_length=1024, trim_whitespace=False, write_only=True)
    totp = serializers.CharField(required=False, allow_blank=True, max_length=20, write_only=True)


class SecondStep(serializers.Serializer[Any]):
    mfa_token = serializers.CharField(max_length=200, write_only=True)
    code = serializers.CharField(max_length=20, write_only=True, help_text="Of the app, or a recovery code.")


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


SIGNED_IN = OpenApiExample("Signing in", {"email": "ana@example.com", "password": "correct horse battery staple"},
                           request_only=True)  # fmt: skip


@resource("auth/login")
class Login(Open, Door):
    """Sign in by e-mail and password. The answer does not tell whether an e-mail is known here.

    With a second factor on and no `totp`: 401 `mfa_required` and a `mfa_token` for `POST auth/mfa`.
    """

    idempotent = False
    throttle_scope = "sign_in"

    @extend_schema(request=Credentials, responses=SignedInShape, examples=[SIGNED_IN])
    def post(self, request: Request) -> Response:
        given = checked(Credentials, request)
        user = admission.by_password(request._request, given["email"], given["password"])
        if not second.is_on(user):
            return let_in(request, user, Way.PASSWORD)
        if given.get("totp"):
            return let_in(request, user, admission.by_code(request._request, user, given["totp"]))
        return ask_for_code(request, user)


@resource("auth/mfa")
class Mfa(Open, Door):
    """The second step of signing in: a code of the authenticator app, or a recovery code. Each code works once."""

    idempotent = False
    throttle_scope = "sign_in"

    @extend_schema(request=SecondStep, responses=SignedInShape)
    def post(self, request: Request) -> Response:
        given = checked(SecondStep, request)
        whose = links.look("second_step", given["mfa_token"])
        user = person(whose) if whose else None
        if user is None or not user.is_active:
            return _over(request)
        tenancy.become(user)
        way = admission.by_code(request._request, user, given["code"])
        return let_in(request, user, way) if links.redeem("second_step", given["mfa_token"]) else _over(request)


@resource("auth/refresh")
class Refresh(Open, Door):
    """A new pair for a refresh token, which works once: one that comes again ends every token of its sign-in."""

    idempotent = False
    throttle_scope = "sign_in"

    @extend_schema(request=OldRefresh, responses=PairShape)
    def post(self, request: Request) -> Response:
        try:
            renewed = tokens.refreshed(checked(OldRefresh, request)["refresh"])
        except tokens.TokenReused as reuse:
            # An answer, not an exception: the end of the family must not be rolled back.
            _end_family(reuse)
            return _refused(request)
        if renewed is None:
            return _refused(request)
        pair, session = renewed
        entering.seen(session)
        return Response({"access": pair.access, "refresh": pair.refresh})


@resource("auth/logout")
class Logout(Open, Door):
    """End the sign-in behind the bearer token, the refresh token or the cookie; all its tokens die at once."""

    idempotent = False

    @extend_schema(request=Leaving, responses={204: OpenApiResponse(description="Signed out.")})
    def post(self, request: Request) -> Response:
        given = checked(Leaving, request).get("refresh", "")
        bearer = request.headers.get("Authorization", "").partition(" ")[2].strip()
        said = [token for token in (bearer, given) if token]
        if not said:
            _end_browser_session(request)
        elif sum(_sign_out(token) for token in said) == 0:
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
    key_scope = "read"

    @extend_schema(request=None, responses=TicketShape)
    def post(self, request: Request) -> Response:
        session = stepup.sign_in_of(request)
        line = session.get(entering.NAME, "") if session is not None else str(getattr(request.api_key, "pk", ""))  # type: ignore[attr-defined]
        return Response({"ticket": tickets.issue(request.user, line), "expires_in": tickets.SECONDS})  # type: ignore[arg-type]


def let_in(request: Request, user: User, way: Way) -> Response:
    pair = entering.enter_program(request._request, user, way)
    return Response({"access": pair.access, "refresh": pair.refresh, "user": myself(user)})


def ask_for_code(request: Request, user: User) -> Response:
    needed = SecondStepNeeded()
    return refusal(request._request, status=401, code=needed.code, detail=needed.message, headers=HEADERS,
                   mfa_token=links.issue("second_step", str(user.pk)))  # fmt: skip


def checked(shape: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    given = shape(data=request.data)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


def _over(request: Request) -> Response:
    return refusal(request._request, status=401, code="mfa_token_over", headers=HEADERS,
                   detail="This mfa_token is used or too old. Begin again with your password.")  # fmt: skip


def _refused(request: Request) -> Response:
    return refusal(request._request, status=401, code="refresh_refused", headers=HEADERS,
                   detail="This refresh token is used, expired or revoked. Sign in again.")  # fmt: skip


def _end_family(reuse: tokens.TokenReused) -> None:
    user = entering.whose(reuse.session)
    if user is not None:
        tenancy.become(user)
        mails.send("token_reused", user)
    entering.leave(reuse.session, "refresh token reused")


def _sign_out(token: str) -> bool:
    session = tokens.session_of(token) or tokens.session_of(token, "refresh")
    if session is None:
        return False
    if (user := entering.whose(session)) is not None:
        tenancy.become(user)
    entering.leave(session, "signed out")
    return True


def _end_browser_session(request: Request) -> None:
    """The dashboard's own way out asks for its CSRF token like every change by cookie."""
    if TenantAuthentication().authenticate(request) is None or stepup.sign_in_of(request) is None:
        raise NotAuthenticated
    entering.leave(request._request.session, "signed out")
    logout(request._request)
