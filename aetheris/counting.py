"""I page tables that are too long to count: I look no further than a few thousand rows ahead."""

from typing import Any

from django.core.paginator import Paginator
from django.utils.functional import cached_property

FAR = 5000


class Unhurried(Paginator):  # type: ignore[type-arg]
    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by()[: FAR + 1].count())
