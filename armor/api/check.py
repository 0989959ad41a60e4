"""I say what a trade would do to each limit, before it is made."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import selectors as people
from aetheris.api.resources import Door, id_in, resource
from armor.planning import checked

ABOVE: dict[str, Any] = {"max_digits": 28, "decimal_places": 12, "min_value": Decimal("0.000000000001")}


class PlanShape(serializers.Serializer[Any]):
    symbol = serializers.CharField(max_length=60)
    side = serializers.ChoiceField(["long", "short"])
    quantity = serializers.DecimalField(**ABOVE)
    entry = serializers.DecimalField(**ABOVE, required=False, allow_null=True, default=None)
    stop = serializers.DecimalField(**ABOVE, required=False, allow_null=True, default=None)
    multiplier = serializers.DecimalField(
        **ABOVE, required=False, allow_null=True, default=None,
        help_text="money in the account's currency for one price unit of one quantity; else read from own trades",
    )  # fmt: skip


class EffectShape(serializers.Serializer[Any]):
    rule = serializers.CharField()
    title = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    unit = serializers.CharField()
    allowed = serializers.BooleanField(allow_null=True)
    level_before = serializers.IntegerField()
    level_after = serializers.IntegerField(allow_null=True)
    used_before = serializers.CharField()
    used_after = serializers.CharField(allow_null=True)
    limit = serializers.CharField()
    fits = serializers.CharField(allow_null=True, help_text="the largest quantity that does not break it at the stop")
    unknown = serializers.CharField()


class CheckShape(serializers.Serializer[Any]):
    account_id = serializers.UUIDField()
    symbol = serializers.CharField()
    side = serializers.CharField()
    quantity = serializers.CharField()
    multiplier = serializers.CharField(allow_null=True)
    multiplier_source = serializers.CharField(allow_null=True)
    risk = serializers.CharField(allow_null=True)
    unknown = serializers.ListField(child=serializers.CharField())
    allowed = serializers.BooleanField(allow_null=True, help_text="null where it cannot be known")
    level = serializers.IntegerField()
    fits = serializers.CharField(allow_null=True)
    limits = EffectShape(many=True)


@resource(f"accounts/{id_in('id')}/check")
class PlanCheck(Door):
    """What a planned trade would do to each limit if it were stopped out. Nothing is written."""

    @extend_schema(request=PlanShape, responses=CheckShape)
    def post(self, request: Request, id: str) -> Response:
        account = get_object_or_404(people.accounts(), pk=id)
        given = PlanShape(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(checked(account, **given.validated_data))
