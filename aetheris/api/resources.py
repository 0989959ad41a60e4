"""I am what every API resource is made of: its registration, its address, its guards."""

from datetime import UTC
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.module_loading import module_has_submodule
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from aetheris.api.errors import BodyTooLarge, FieldUnknown, ListTooLong
from aetheris.api.export import MOST_ROWS, CsvRenderer, wanted
from aetheris.api.fields import only
from aetheris.api.idempotency import Idempotent
from aetheris.api.limits import Left, count
from aetheris.api.permissions import check_key
from aetheris.registry import Registry

ID = "[0-9a-fA-F-]{36}"


class Resources(Registry[type[APIView]]):
    """Address under /api/v1/ → view; the files of every app's `api` package register themselves."""

    def load(self) -> None:
        if self._loaded:
            return
        self._loaded = True
        for app in apps.get_app_configs():
            if _is_ours(app) and module_has_submodule(app.module, "api"):
                package = import_module(f"{app.name}.api")
                for module in iter_modules(package.__path__):
                    import_module(f"{package.__name__}.{module.name}")


def _is_ours(app: AppConfig) -> bool:
    return Path(app.path).parent == settings.ROOT and app.name != "aetheris"


resources = Resources("API address", "")
resource = resources.named


def id_in(name: str) -> str:
    """The part of an address that names one thing, given to the view as `name`."""
    return f"(?P<{name}>{ID})"


class Guarded(Idempotent):
    """What every view does before its own work."""

    body_limit: int | None = None  # None: the setting for ordinary bodies
    throttle_scope: str | None = None  # None: read or write, by the method
    versioned = False  # what is changed here tells its version, which If-Match may guard
    key_scope: str | None = "trade"  # what an API key needs to write here; None: no key comes in
    _left: Left | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Programs read and write UTC, whatever zone their person lives in."""
        with timezone.override(UTC):
            return super().dispatch(request, *args, **kwargs)  # type: ignore[misc,no-any-return]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.check_size(request)
        self._left = count(request, self.throttle_scope)
        check_key(request, self.key_scope)
        super().initial(request, *args, **kwargs)  # type: ignore[misc]

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Nothing that a person is told stays in a cache between us."""
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "no-store")
        for name, value in (self._left.headers() if self._left else {}).items():
            response.headers[name] = value
        return response

    def check_size(self, request: Request) -> None:
        """Refuse a body by what its header says, before a byte of it is read."""
        limit = self.body_limit or settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        told = request.META.get("CONTENT_LENGTH") or "0"
        if told.isdigit() and int(told) > limit:
            raise BodyTooLarge(sent=f"{int(told) / 1e6:.1f} MB", limit=f"{limit / 1e6:.0f} MB")


class Door(Guarded, APIView):
    """One address with a purpose of its own."""


class Collection(Guarded, GenericViewSet):  # type: ignore[type-arg]
    """A list of things and each of them by its id."""

    lookup_url_kwarg = "id"
    lookup_value_regex = ID
    renderer_classes = [JSONRenderer, CsvRenderer]
    _whole = False

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """A kind that is not there is a 404, also when its name is empty."""
        if not force and request.query_params.get("format") == "":
            raise Http404
        return super().perform_content_negotiation(request, force)

    def paginate_queryset(self, queryset: Any) -> Any:
        """A page; or every row, as a page of its own or as bare lines."""
        if not wanted(self.request):
            return super().paginate_queryset(queryset)
        if self.paginator is not None:
            self.paginator.get_page_size(self.request)  # type: ignore[attr-defined]  # refused here, too
        if queryset[: MOST_ROWS + 1].count() > MOST_ROWS:
            raise ListTooLong(limit=MOST_ROWS)
        self._whole = True
        return queryset

    def get_paginated_response(self, data: Any) -> Response:
        if not self._whole:
            return super().get_paginated_response(data)
        bare = self.request.accepted_renderer.format == "csv"
        return Response(data if bare else {"next": None, "previous": None, "results": data})

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        if request.method == "GET" and response.status_code == 200 and request.query_params.get("fields"):
            try:
                response.data = only(response.data, request.query_params["fields"])
            except FieldUnknown as unknown:
                response = self.handle_exception(unknown)
        response = super().finalize_response(request, response, *args, **kwargs)
        if self._whole and response.status_code == 200:
            name = f"{request.path.strip('/').rpartition('/')[2]}.{request.accepted_renderer.format}"
            response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
