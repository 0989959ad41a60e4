"""I tell fields as they are read: which words are decimals, and what in a body depends on what else is in it."""

from decimal import Decimal
from typing import Any

from drf_spectacular.openapi import AutoSchema
from rest_framework.serializers import DecimalField


class Shapes(AutoSchema):
    """A serializer's `law` is JSON Schema for what its `validate` asks of fields together."""

    def get_operation(self, *told: Any, **more: Any) -> Any:
        """Whether a view keeps answers under an Idempotency-Key and reads If-Match; the generator describes both."""
        operation = super().get_operation(*told, **more)
        if operation is not None and self.method in ("POST", "PUT") and getattr(self.view, "idempotent", False):
            operation["x-idempotent"] = True
        if operation is not None and self.method in ("PUT", "PATCH") and getattr(self.view, "versioned", False):
            operation["x-versioned"] = True
        return operation

    def _map_serializer(self, serializer: Any, direction: Any, bypass_extensions: bool = False) -> Any:
        told = super()._map_serializer(serializer, direction, bypass_extensions)
        law = getattr(serializer, "law", None)
        return {**told, **law} if law and direction == "request" else told

    def _map_serializer_field(self, field: Any, direction: Any, bypass_extensions: bool = False) -> Any:
        told = super()._map_serializer_field(field, direction, bypass_extensions)
        if isinstance(field, DecimalField) and isinstance(told, dict) and told.get("format") == "decimal":
            told["pattern"] = _decimal(field, sent=direction == "request")
        return told


def _decimal(field: DecimalField, *, sent: bool) -> str:
    """At least one digit; of one sign where the other is refused, above zero where zero is, up to one where more is."""
    places = field.decimal_places or 0
    least, most = (_bound(field.min_value), _bound(field.max_value)) if sent else (None, None)
    above = "(?=.*[1-9])" if least is not None and least > 0 else ""
    part = rf"(?:\.[0-9]{{1,{places}}})?" if places else ""
    if least is not None and least >= 0 and most == 1:
        return rf"^{above}(?:0{part}|1(?:\.0{{1,{places}}})?)$"
    sign = "-?" if least is None or least < 0 else ""
    return rf"^{above}{sign}[0-9]{{1,{max((field.max_digits or 30) - places, 1)}}}{part}$"


def _bound(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))
