"""I page every list by cursor: {next, previous, results}; rows that tie are told apart by their id."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import asdict, dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Field, Model, Q, QuerySet
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.utils.urls import remove_query_param, replace_query_param

from aetheris.api.errors import CursorNotRight, LimitNotRight
from aetheris.api.problems import writable


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: just after (or, going back, just before) the row with this value and id."""

    order: str
    value: str | None
    id: str
    back: bool

    def is_written_right(self) -> bool:
        """A cursor comes from outside, where anybody may write one: words are whole words, and there is an id."""
        words = (self.id, "" if self.value is None else self.value)
        return isinstance(self.back, bool) and all(isinstance(word, str) and word == writable(word) for word in words)


class Pages(CursorPagination):
    """DRF's own cursor counts ties by offset and gives up after a thousand; one import ties five thousand rows."""

    page_size = 50
    max_page_size = 500
    page_size_query_param = "limit"
    ordering = "-created_at"

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.address = request.build_absolute_uri()
        self.size = self.get_page_size(request)
        self.order = self.get_ordering(request, queryset, view)[0]
        self.field: Field[Any, Any] = queryset.model._meta.get_field(self.order.lstrip("-"))  # type: ignore[assignment]
        self.place = self._place(request)
        back = self.place is not None and self.place.back
        rows = list(self._ordered(queryset, back=back)[: self.size + 1])
        self.more = len(rows) > self.size
        self.rows = rows[: self.size][::-1] if back else rows[: self.size]
        return self.rows

    def get_page_size(self, request: Request) -> int:
        """As many as asked for, at most 500; what is no number of rows is refused instead of passed over."""
        word = request.query_params.get(self.page_size_query_param)
        if word is None:
            return self.page_size
        if not (word.isascii() and word.isdigit() and int(word[:9])):
            raise LimitNotRight(sent=word[:40])
        return min(int(word[:9]), self.max_page_size)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        told = super().get_schema_operation_parameters(view)
        for one in told:
            if one["name"] == self.page_size_query_param:
                one["schema"] |= {"minimum": 1}
        return told  # type: ignore[no-any-return]

    def get_next_link(self) -> str | None:
        back = self.place is not None and self.place.back
        return self._link(self.rows[-1], back=False) if self.rows and (self.more or back) else None

    def get_previous_link(self) -> str | None:
        if self.place is None or not self.rows or (self.place.back and not self.more):
            return None
        return self._link(self.rows[0], back=True)

    def _place(self, request: Request) -> Place | None:
        word = request.query_params.get(self.cursor_query_param)
        if not word:
            return None
        try:
            place = Place(**json.loads(urlsafe_b64decode(word.encode())))
            self.field.to_python(place.value)
            self.field.model._meta.pk.to_python(place.id)
        except (ValueError, TypeError, ValidationError):
            raise CursorNotRight from None
        if place.order != self.order or not place.is_written_right():
            raise CursorNotRight
        return place

    def _ordered(self, queryset: QuerySet[Any], *, back: bool) -> QuerySet[Any]:
        down = self.order.startswith("-") != back
        last = {"nulls_last": True} if self.field.null and not back else {}
        first = {"nulls_first": True} if self.field.null and back else {}
        column = F(self.field.name)
        ordered = queryset.order_by(
            column.desc(**last, **first) if down else column.asc(**last, **first), "-pk" if down else "pk"
        )
        return ordered.filter(self._beyond(down, back)) if self.place else ordered

    def _beyond(self, down: bool, back: bool) -> Q:
        """Rows that come after the place in the way we walk; rows without a value stand at the end of the list."""
        assert self.place is not None
        name, side = self.field.name, "lt" if down else "gt"
        same_side = Q(**{f"pk__{side}": self.place.id})
        without = Q(**{f"{name}__isnull": True})
        if self.place.value is None:
            return (without & same_side) | ~without if back else without & same_side
        value = self.field.to_python(self.place.value)
        tie = Q(**{name: value}) & same_side
        beyond = Q(**{f"{name}__{side}e": value}) & (Q(**{f"{name}__{side}": value}) | tie)
        return beyond if back or not self.field.null else beyond | without

    def _link(self, row: Model, *, back: bool) -> str:
        value = getattr(row, self.field.name)
        place = Place(self.order, None if value is None else self.field.value_to_string(row), str(row.pk), back)
        word = urlsafe_b64encode(json.dumps(asdict(place)).encode()).decode()
        return replace_query_param(remove_query_param(self.address, self.cursor_query_param), "cursor", word)
