"""I take up to a thousand trades in one request and tell for each what became of it."""

from typing import Any

from django.conf import settings
from django.http import Http404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from aetheris.api.problems import flat
from aetheris.api.resources import Door, resource
from trading.api.shapes import TradeShape
from trading.bulk import add_trades
from trading.models import Trade

MOST = 1000


class Many(serializers.Serializer[Any]):
    trades = serializers.ListField(child=serializers.DictField(), min_length=1, max_length=MOST)


class ManyGiven(serializers.Serializer[Any]):
    trades = TradeShape(many=True)


class FieldErrorShape(serializers.Serializer[Any]):
    field = serializers.CharField(allow_blank=True)
    code = serializers.CharField()
    message = serializers.CharField()


class RowShape(serializers.Serializer[Any]):
    index = serializers.IntegerField(help_text="The row's place in the request, from 0.")
    status = serializers.ChoiceField(["created", "refused"])
    id = serializers.UUIDField(allow_null=True)
    errors = FieldErrorShape(many=True)  # type: ignore[assignment]


class ManyShape(serializers.Serializer[Any]):
    created = serializers.IntegerField()
    refused = serializers.IntegerField()
    results = RowShape(many=True)


EXAMPLE = OpenApiExample(
    "Two trades",
    {"trades": [{"account": "0190a6c4-0000-7000-8000-000000000000", "symbol": "EURUSD", "side": "long",
                 "quantity": "1", "entry_price": "1.1", "entry_time": "2026-01-05T10:00:00Z"}]},
    request_only=True,
)  # fmt: skip


@resource("trades/bulk")
class Bulk(Door):
    """Write up to 1,000 trades. Those that are right are written, in one step; each of the others says why not."""

    body_limit = settings.IMPORT_MAX_BYTES

    @extend_schema(request=ManyGiven, responses=ManyShape, examples=[EXAMPLE])
    def post(self, request: Request) -> Response:
        given = Many(data=request.data)
        given.is_valid(raise_exception=True)
        rows = [_judged(index, row) for index, row in enumerate(given.validated_data["trades"])]
        right = [row for row in rows if "values" in row]
        for row, told in zip(right, add_trades([row.pop("values") for row in right]), strict=True):
            row |= _written(told)
        created = sum(row["status"] == "created" for row in rows)
        return Response({"created": created, "refused": len(rows) - created, "results": rows})


def _judged(index: int, row: dict[str, Any]) -> dict[str, Any]:
    shape = TradeShape(data=row)
    try:
        shape.is_valid(raise_exception=True)
    except ValidationError as error:
        return _refused(index, list(flat(error.get_full_details())))
    except Http404:
        return _refused(index, [_error("account", "not_found", "There is no such account of yours.")])
    return {"index": index, "values": dict(shape.validated_data)}


def _written(told: Any) -> dict[str, Any]:
    if isinstance(told, Trade):
        return {"status": "created", "id": str(told.pk), "errors": []}
    return {"status": "refused", "id": None, "errors": [_error("", told.code, told.message)]}


def _refused(index: int, errors: list[dict[str, str]]) -> dict[str, Any]:
    return {"index": index, "status": "refused", "id": None, "errors": errors}


def _error(field: str, code: str, message: str) -> dict[str, str]:
    return {"field": field, "code": code, "message": message}
