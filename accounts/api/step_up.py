"""I take a fresh second factor before a great step: raising a limit, exporting, deleting, showing a secret."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import admission, stepup
from accounts.api.auth import checked
from accounts.errors import StepUpRequired
from accounts.selectors import reader
from aetheris.api.examples import sent
from aetheris.api.resources import Door, resource


class Shown(serializers.Serializer[Any]):
    code = serializers.CharField(max_length=20, required=False, default="", allow_blank=True, write_only=True)
    password = serializers.CharField(
        max_length=1024, required=False, default="", allow_blank=True, trim_whitespace=False, write_only=True,
        help_text="For someone who has no second factor.",
    )  # fmt: skip


class FreshShape(serializers.Serializer[Any]):
    fresh_for = serializers.IntegerField(help_text="Seconds.")


@resource("auth/step-up")
class StepUp(Door):
    """Show a code of the authenticator app (or the password, without one): this sign-in is fresh for five minutes."""

    idempotent = False
    key_scope = None
    throttle_scope = "sign_in"

    @extend_schema(request=Shown, responses=FreshShape, examples=[sent("With the app", code="287082")])
    def post(self, request: Request) -> Response:
        given = checked(Shown, request)
        session = stepup.sign_in_of(request)
        if session is None:
            raise StepUpRequired
        admission.again(request._request, reader(request._request), **given)
        stepup.note(session)
        session.save()
        return Response({"fresh_for": stepup.SECONDS})
