"""I am the asker's own columns: looked at in a file, kept by its header, used for every file with the same one."""

from typing import Any, cast
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.mixins import DestroyModelMixin, ListModelMixin, RetrieveModelMixin
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.fields import ZoneField
from aetheris.api.resources import Collection, Door, resource
from trading import mapping, selectors
from trading.models import ColumnMapping


class MappingShape(serializers.ModelSerializer[ColumnMapping]):
    header = serializers.ListField(child=serializers.CharField(allow_blank=True, max_length=200), max_length=512)
    columns = serializers.DictField(child=serializers.CharField(max_length=200))
    name = serializers.CharField(max_length=120)
    timezone = ZoneField(required=False, allow_blank=True)
    decimal = serializers.ChoiceField(mapping.DECIMALS, required=False, allow_blank=True)
    date_order = serializers.ChoiceField(mapping.ORDERS, required=False, allow_blank=True)

    class Meta:
        model = ColumnMapping
        validators: list[Any] = []  # one for each header: a second one takes its place
        fields = [
            "id", "name", "header", "header_sha256", "columns", "timezone", "decimal", "date_order", "created_at",
            "updated_at",
        ]  # fmt: skip
        read_only_fields = ["id", "header_sha256", "created_at", "updated_at"]


@resource("mappings")
class Mappings(ListModelMixin, RetrieveModelMixin, DestroyModelMixin, Collection):
    """Which column is which, by the header of a file. A new one for the same header takes the old one's place."""

    serializer_class = MappingShape
    ordering = "name"
    ordering_fields = ["name", "created_at"]

    def get_queryset(self) -> QuerySet[ColumnMapping]:
        return selectors.mappings()

    def create(self, request: Request) -> Response:
        shape = MappingShape(data=request.data)
        shape.is_valid(raise_exception=True)
        saved = mapping.save_mapping(user_id=cast(UUID, request.user.pk), **shape.validated_data)
        saved.refresh_from_db()
        return Response(MappingShape(saved).data, status=201)


class LookShape(serializers.Serializer[Any]):
    file = serializers.FileField(max_length=255)


class PreviewShape(serializers.Serializer[Any]):
    header = serializers.ListField(child=serializers.CharField())
    rows = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))
    suggested = serializers.DictField(child=serializers.CharField())
    missing = serializers.ListField(child=serializers.CharField())
    decimal = serializers.CharField(allow_null=True, help_text="As the whole file proves it; null while in doubt.")
    date_order = serializers.CharField(allow_null=True)
    zone_needed = serializers.BooleanField()
    header_sha256 = serializers.CharField()
    saved_id = serializers.UUIDField(allow_null=True, source="saved.id", default=None)


@resource("trades/preview")
class Look(Door):
    """The first five rows of a table and what its columns may be; nothing is written."""

    parser_classes = [MultiPartParser]
    body_limit = 24 * 2**20

    @extend_schema(request={"multipart/form-data": LookShape}, responses=PreviewShape)
    def post(self, request: Request) -> Response:
        shape = LookShape(data=request.data)
        shape.is_valid(raise_exception=True)
        file = shape.validated_data["file"]
        return Response(PreviewShape(mapping.preview(file, file.name)).data)
