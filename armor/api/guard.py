"""I am how one account is guarded beside its limits: how long a cooling takes, what level 3 does at the broker."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import selectors as people
from accounts import stepup
from accounts.models import TradingAccount
from aetheris.api.resources import Door, id_in, resource
from armor import lifecycle
from armor.models import AccountGuard


class GuardShape(serializers.ModelSerializer[AccountGuard]):
    flatten_at_level_3 = serializers.BooleanField(
        required=False, help_text="Close every open position at the broker when a limit is broken. Off unless set."
    )
    cooling_minutes = serializers.IntegerField(min_value=1, max_value=1440, required=False)

    class Meta:
        model = AccountGuard
        fields = ["flatten_at_level_3", "cooling_minutes"]


@resource(f"accounts/{id_in('id')}/guard")
class Guard(Door):
    """What happens at an alert of this account. Guarding it less asks for a fresh second factor."""

    key_scope = "manage"

    @extend_schema(responses=GuardShape)
    def get(self, request: Request, id: str) -> Response:
        return Response(GuardShape(lifecycle.guard_of(_account(id))).data)

    @extend_schema(request=GuardShape, responses=GuardShape)
    def patch(self, request: Request, id: str) -> Response:
        shape = GuardShape(data=request.data, partial=True)
        account = _account(id)
        shape.is_valid(raise_exception=True)
        if lifecycle.loosens(lifecycle.guard_of(account), shape.validated_data):
            stepup.require(request)
        return Response(GuardShape(lifecycle.set_guard(account=account, values=shape.validated_data)).data)


def _account(id: str) -> TradingAccount:
    return get_object_or_404(people.accounts(), pk=id)
