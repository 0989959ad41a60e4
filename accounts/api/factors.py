"""I set up and remove an authenticator app, with its recovery codes."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import entering, mails, second, stepup
from accounts.api.auth import checked
from accounts.selectors import reader
from aetheris.api.resources import Door, resource


class SetupShape(serializers.Serializer[Any]):
    secret = serializers.CharField()
    otpauth_uri = serializers.CharField()
    qr_svg = serializers.CharField()


class CodeGiven(serializers.Serializer[Any]):
    code = serializers.CharField(max_length=20, write_only=True)


class CodesShape(serializers.Serializer[Any]):
    recovery_codes = serializers.ListField(child=serializers.CharField())


class OwnFactor(Door):
    """Each of these asks for a fresh second factor, or for the password of someone who has none yet."""

    idempotent = False
    key_scope = None
    throttle_scope = "sign_in"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method in ("POST", "DELETE"):
            stepup.require(request)


@resource("auth/totp/setup")
class TotpSetup(OwnFactor):
    """A secret for an authenticator app, as text, address and picture. It counts once a code of it is confirmed."""

    @extend_schema(request=None, responses=SetupShape)
    def post(self, request: Request) -> Response:
        secret, address = second.begin(reader(request._request))
        return Response({"secret": secret, "otpauth_uri": address, "qr_svg": second.qr(address)})


@resource("auth/totp/confirm")
class TotpConfirm(OwnFactor):
    """A first code of the app: from now on it is asked for. Keep the recovery codes; they are shown once."""

    @extend_schema(request=CodeGiven, responses=CodesShape)
    def post(self, request: Request) -> Response:
        user = reader(request._request)
        codes = second.confirm(user, checked(CodeGiven, request)["code"])
        entering.end(user, "second factor set up", but=stepup.sign_in_of(request))
        mails.send("second_factor", user, what="An authenticator app is asked for from now on.")
        return Response({"recovery_codes": codes})


@resource("auth/totp")
class Totp(OwnFactor):
    """Remove the authenticator app."""

    @extend_schema(responses={204: OpenApiResponse(description="It is not asked for any more.")})
    def delete(self, request: Request) -> Response:
        user = reader(request._request)
        if second.remove(user):
            mails.send("second_factor", user, what="The authenticator app is not asked for any more.")
        return Response(status=204)


@resource("auth/recovery-codes")
class RecoveryCodes(OwnFactor):
    """New recovery codes; the old ones are worth nothing from now on."""

    @extend_schema(request=None, responses=CodesShape)
    def post(self, request: Request) -> Response:
        return Response({"recovery_codes": second.fresh_codes(reader(request._request))})
