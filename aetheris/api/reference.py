"""I show what the API offers: the OpenAPI document, a page to read it on, and a plain word for every other address."""

from functools import lru_cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from aetheris.api.schema import Generator

METHODS = ("get", "post", "put", "patch", "delete")


class Schema(SpectacularAPIView):
    """JSON unless YAML is asked for."""

    renderer_classes = [OpenApiJsonRenderer2, OpenApiJsonRenderer, OpenApiYamlRenderer, OpenApiYamlRenderer2]
    authentication_classes = []
    permission_classes = [AllowAny]
    generator_class = Generator


@extend_schema(exclude=True)
class Unknown(APIView):
    """Every address that is nothing."""

    authentication_classes = []
    permission_classes = [AllowAny]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise Http404


def docs(request: HttpRequest) -> HttpResponse:
    return render(request, "api/docs.html", {"groups": _groups()})


@lru_cache(maxsize=1)
def _groups() -> list[tuple[str, list[dict[str, Any]]]]:
    """Operations by the first word of their address."""
    paths = Generator().get_schema(public=True)["paths"]
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, operations in paths.items():
        short = path.removeprefix("/api/v1/")
        for method in METHODS:
            if operation := operations.get(method):
                groups.setdefault(short.partition("/")[0], []).append(_told(method, path, operation))
    return sorted(groups.items())


def _told(method: str, path: str, operation: dict[str, Any]) -> dict[str, Any]:
    return {
        "method": method.upper(),
        "path": path,
        "about": operation.get("description") or operation.get("summary") or "",
        "open": not operation.get("security"),
        "parameters": [given for given in operation.get("parameters", []) if given["in"] == "query"],
        "answers": sorted(operation["responses"]),
    }
