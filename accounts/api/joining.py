"""I am registration, the links that mails carry, and the password."""

from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import admission, joining, second, stepup
from accounts.api.auth import SignedInShape, ask_for_code, checked, let_in
from accounts.models.sign_in import Way
from accounts.selectors import reader
from aetheris.api.examples import WORDS, sent
from aetheris.api.permissions import Open
from aetheris.api.resources import Door, resource

SENT = "If this address can be used here, a mail is on its way."
DONE = OpenApiResponse(description="Done.")
ASKING = sent("Asking for a mail", email="ana@example.com")
TOKEN = "the token of the mail"  # noqa: S105 - a word in an example


class NewPerson(serializers.Serializer[Any]):
    email = serializers.EmailField(max_length=254)
    password = serializers.CharField(max_length=1024, trim_whitespace=False, write_only=True)
    first_name = serializers.CharField(max_length=150, required=False, allow_blank=True, default="")
    last_name = serializers.CharField(max_length=150, required=False, allow_blank=True, default="")


class TokenGiven(serializers.Serializer[Any]):
    token = serializers.CharField(max_length=200, write_only=True)


class MailOrToken(serializers.Serializer[Any]):
    law: ClassVar[dict[str, Any]] = {"oneOf": [{"required": ["email"]}, {"required": ["token"]}]}

    email = serializers.EmailField(max_length=254, required=False)
    token = serializers.CharField(max_length=200, required=False, write_only=True)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if ("email" in given) == ("token" in given):
            raise ValidationError({"email": ["Send either an email, to get a mail, or the token that it brought."]})
        return given


class ResetGiven(MailOrToken):
    law: ClassVar[dict[str, Any]] = {"oneOf": [{"required": ["email"]}, {"required": ["token", "password"]}]}

    password = serializers.CharField(max_length=1024, required=False, trim_whitespace=False, write_only=True)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if "token" in super().validate(given) and not given.get("password"):
            raise ValidationError({"password": ["Send the new password with the token."]})
        return given


class ChangeGiven(serializers.Serializer[Any]):
    current_password = serializers.CharField(max_length=1024, trim_whitespace=False, write_only=True)
    new_password = serializers.CharField(max_length=1024, trim_whitespace=False, write_only=True)


class SentShape(serializers.Serializer[Any]):
    detail = serializers.CharField()


class ForAnyone(Open, Door):
    idempotent = False
    throttle_scope = "sign_in"


@resource("auth/register")
class Register(ForAnyone):
    """Open an account. The answer is the same whether the address is known here or not; the mail says more."""

    @extend_schema(request=NewPerson, responses={202: SentShape})
    def post(self, request: Request) -> Response:
        given = checked(NewPerson, request)
        admission.asked(request._request, given["email"])
        joining.register(**given)
        return _sent()


@resource("auth/verify-email")
class VerifyEmail(ForAnyone):
    """Confirm an address with the word that the mail brought."""

    @extend_schema(request=TokenGiven, responses={204: DONE})
    def post(self, request: Request) -> Response:
        joining.verify(checked(TokenGiven, request)["token"])
        return Response(status=204)


@resource("auth/magic-link")
class MagicLink(ForAnyone):
    """With `email`: a mail with a link to sign in. With the `token` it brought: tokens, or the second step."""

    @extend_schema(request=MailOrToken, responses={202: SentShape, 200: SignedInShape},
                   examples=[ASKING, sent("Coming back", token=TOKEN)])  # fmt: skip
    def post(self, request: Request) -> Response:
        given = checked(MailOrToken, request)
        if "email" in given:
            admission.asked(request._request, given["email"])
            joining.ask_link(given["email"])
            return _sent()
        user = joining.by_link(given["token"])
        return ask_for_code(request, user) if second.is_on(user) else let_in(request, user, Way.MAGIC_LINK)


@resource("auth/password/reset")
class PasswordReset(ForAnyone):
    """With `email`: a mail with a link. With the `token` it brought and a `password`: that is the password now."""

    @extend_schema(request=ResetGiven, responses={202: SentShape, 204: DONE},
                   examples=[ASKING, sent("Coming back", token=TOKEN, password=WORDS["password"])])  # fmt: skip
    def post(self, request: Request) -> Response:
        given = checked(ResetGiven, request)
        if "email" in given:
            admission.asked(request._request, given["email"])
            joining.ask_reset(given["email"])
            return _sent()
        joining.reset(token=given["token"], password=given["password"])
        return Response(status=204)


@resource("auth/password/change")
class PasswordChange(Door):
    """A new password for the old; every other sign-in ends. Asks for a fresh second factor."""

    idempotent = False
    key_scope = None
    throttle_scope = "sign_in"

    @extend_schema(request=ChangeGiven, responses={204: DONE})
    def post(self, request: Request) -> Response:
        given = checked(ChangeGiven, request)
        stepup.require(request)
        joining.change(user=reader(request._request), current=given["current_password"],
                       password=given["new_password"], here=stepup.sign_in_of(request))  # fmt: skip
        return Response(status=204)


def _sent() -> Response:
    return Response({"detail": SENT}, status=202)
