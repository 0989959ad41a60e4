"""I order a list as `?ordering=` asks; a name that orders nothing is refused instead of passed over."""

from typing import Any

from rest_framework.filters import OrderingFilter
from rest_framework.request import Request

from aetheris.api.errors import FieldUnknown


class Ordering(OrderingFilter):
    """The first name orders, rows that tie stand by their id; `-` before it turns the order round."""

    def remove_invalid_fields(self, queryset: Any, fields: Any, view: Any, request: Request) -> list[str]:
        valid = [name for name, _ in self.get_valid_fields(queryset, view, {"request": request})]
        for field in fields:
            if field.removeprefix("-") not in valid:
                raise FieldUnknown(name=field[:80], known=", ".join(valid))
        return list(fields)
