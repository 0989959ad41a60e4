"""I order a list as `?ordering=` asks; a name that orders nothing is refused instead of passed over."""

from typing import Any

from rest_framework.filters import OrderingFilter
from rest_framework.request import Request

from aetheris.api.errors import FieldUnknown


class Ordering(OrderingFilter):
    """The first name orders, rows that tie stand by their id; `-` before it turns the order round."""

    def get_ordering(self, request: Request, queryset: Any, view: Any) -> Any:
        if request.query_params.get(self.ordering_param) == "":
            self.remove_invalid_fields(queryset, [""], view, request)
        return super().get_ordering(request, queryset, view)

    def remove_invalid_fields(self, queryset: Any, fields: Any, view: Any, request: Request) -> list[str]:
        valid = [name for name, _ in self.get_valid_fields(queryset, view, {"request": request})]
        for field in fields:
            if field.removeprefix("-") not in valid:
                raise FieldUnknown(name=field[:80], known=", ".join(valid))
        return list(fields)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Which names order this list."""
        told = super().get_schema_operation_parameters(view)
        names = "|".join(getattr(view, "ordering_fields", None) or [])
        for one in told:
            one["schema"] |= {"pattern": f"^-?(?:{names})(?:,-?(?:{names}))*$"} if names else {}
        return told  # type: ignore[no-any-return]
