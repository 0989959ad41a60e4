"""I narrow a list as its query asks; who asks for nothing of the kind waits for no form to be built."""

from typing import Any

from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.request import Request

OWN = {"limit", "cursor", "ordering", "format", "fields"}  # what every list takes, and no filter


class Filters(DjangoFilterBackend):
    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        if request.query_params.keys() <= OWN:
            return queryset
        return super().filter_queryset(request, queryset, view)
