"""I give a person everything that is kept about them: asked for, made by the worker, fetched by a link that ends."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import stepup
from accounts.selectors import reader
from aetheris.api.permissions import Open
from aetheris.api.resources import Door, id_in, resource
from compliance.models import DataExport
from compliance.models.privacy import ExportState
from compliance.privacy import exports


class ExportShape(serializers.ModelSerializer[DataExport]):
    download_url = serializers.SerializerMethodField(help_text="null until it is ready; valid for 15 minutes.")

    class Meta:
        model = DataExport
        fields = [
            "id",
            "state",
            "size_bytes",
            "sha256",
            "ready_at",
            "expires_at",
            "error",
            "created_at",
            "download_url",
        ]
        read_only_fields = fields

    def get_download_url(self, export: DataExport) -> str | None:
        if export.state != ExportState.READY:
            return None
        return f"/api/v1/exports/{export.pk}/file?token={exports.link(export)}"


@resource("exports")
class Exports(Door):
    """Ask for a copy of everything: JSON and CSV of every table, and your files, in one archive."""

    @extend_schema(request=None, responses={202: ExportShape})
    def post(self, request: Request) -> Response:
        stepup.require(request)
        made = exports.ask(user=reader(request._request))
        return Response(ExportShape(made).data, status=status.HTTP_202_ACCEPTED)


@resource(f"exports/{id_in('id')}")
class Export(Door):
    """How far it is; once ready, with a link."""

    @extend_schema(responses=ExportShape)
    def get(self, request: Request, id: str) -> Response:
        return Response(ExportShape(_found(id)).data)


@resource(f"exports/{id_in('id')}/file")
class ExportFile(Open, Door):
    """The archive, for whoever holds the link."""

    @extend_schema(
        parameters=[OpenApiParameter("token", str, required=True)],
        responses={(200, "application/zip"): OpenApiResponse(OpenApiTypes.BINARY)},
    )
    def get(self, request: Request, id: str) -> HttpResponse:
        content = exports.open_link(_id(id), request.query_params.get("token", ""))
        answer = HttpResponse(content, content_type="application/zip")
        answer["Content-Disposition"] = f'attachment; filename="aetheris-{id}.zip"'
        answer["Cache-Control"] = "no-store"
        return answer


def _found(id: str) -> DataExport:
    found = DataExport.objects.filter(pk=_id(id)).first()
    if found is None:
        raise NotFound
    return found


def _id(told: Any) -> UUID:
    try:
        return UUID(str(told))
    except ValueError:
        raise NotFound from None
