"""I take a broker's file, and tell of every import: what it brought, how far it is, and how to take it back."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django_filters import CharFilter, FilterSet, UUIDFilter
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import selectors as people
from accounts.api.fields import ZoneField
from aetheris.api.belonging import AccountField
from aetheris.api.resources import Collection, Door, resource
from trading import deliveries, jobs, selectors, services
from trading.api.shapes import JobShape, SyncLogShape
from trading.mapping import DECIMALS, ORDERS, wishes_for
from trading.models import Import
from trading.reading.limits import check_length
from trading.reading.weight import rows_about
from trading.undoing import undo_import

FORM_BYTES = 64 * 1024  # what a form weighs beside its file


class Upload(serializers.Serializer[Any]):
    file = serializers.FileField(max_length=255, allow_empty_file=True)
    account = AccountField(people.accounts)
    format = serializers.CharField(required=False, default="auto", max_length=40)
    timezone = ZoneField(required=False, help_text="Of times the file leaves without a zone; the account's by default.")
    mapping = serializers.JSONField(required=False, help_text="{our column: the file's column}, for a table of trades.")
    decimal = serializers.ChoiceField(DECIMALS, required=False)
    date_order = serializers.ChoiceField(ORDERS, required=False)
    dry_run = serializers.BooleanField(required=False, default=False)
    overwrite = serializers.BooleanField(required=False, default=False)

    def validate_mapping(self, told: Any) -> Any:
        if not isinstance(told, dict) or not all(isinstance(name, str) for name in told.values()) or len(told) > 40:
            raise serializers.ValidationError('Give an object such as {"symbol": "Instrument", "pnl": "Net profit"}.')
        return told


class RowErrorShape(serializers.Serializer[Any]):
    row = serializers.IntegerField()
    field = serializers.CharField()  # type: ignore[assignment]
    reason = serializers.CharField()


class ReconciledShape(serializers.Serializer[Any]):
    name = serializers.CharField()
    statement = serializers.CharField()
    ours = serializers.CharField()
    equal = serializers.BooleanField()


class ReportShape(serializers.Serializer[Any]):
    format = serializers.CharField()
    rows = serializers.IntegerField()
    trades = serializers.IntegerField()
    open = serializers.IntegerField()
    new = serializers.IntegerField()
    updated = serializers.IntegerField()
    duplicate = serializers.IntegerField()
    errors = RowErrorShape(many=True)  # type: ignore[assignment]
    errors_count = serializers.IntegerField()
    reconciliation = ReconciledShape(many=True)
    notes = serializers.ListField(child=serializers.CharField())


class ImportedShape(ReportShape):
    sync_log = SyncLogShape(allow_null=True, help_text="null on a dry run, which writes nothing.")
    import_id = serializers.UUIDField(allow_null=True, help_text="null on a dry run; to undo the import by.")
    dry_run = serializers.BooleanField()


@resource("trades/import")
class TakeFile(Door):
    """Read a broker's statement into an account, all or nothing; the same file again changes nothing. A file of more
    than 5,000 rows is read by the worker: 202 and the job."""

    parser_classes = [MultiPartParser]

    @property
    def body_limit(self) -> int:  # type: ignore[override]
        """Wide, so that a file that is too large can be named; it goes to disk and is not read."""
        return 2 * int(settings.IMPORT_MAX_BYTES) + FORM_BYTES

    @extend_schema(request={"multipart/form-data": Upload}, responses={200: ImportedShape, 202: JobShape})
    def post(self, request: Request) -> Response:
        upload = Upload(data=request.data)
        upload.is_valid(raise_exception=True)
        given = dict(upload.validated_data)
        file = given.pop("file")
        check_length(file.name, file.size, settings.IMPORT_MAX_BYTES)
        if given["format"] == "auto" and "mapping" not in given:
            given |= {name: told for name, told in wishes_for(file, file.name).items() if name not in given or
                      name == "format"}  # fmt: skip
        if (rows := rows_about(file)) > jobs.INLINE_ROWS:
            return Response(JobShape(jobs.begin_import(file=file, name=file.name, rows=rows, **given)).data, status=202)
        done = services.import_statement(content=file.read(), name=file.name, **given)
        return Response({
            **deliveries.report(done.statement, done.recorded),
            "sync_log": SyncLogShape(done.log).data if done.log else None,
            "import_id": done.delivery and str(done.delivery.id), "dry_run": done.log is None,
        })  # fmt: skip


class ImportShape(JobShape):
    report = serializers.DictField(allow_null=True, help_text="As POST trades/import answers; {} until it is done.")

    class Meta(JobShape.Meta):
        fields = [
            *JobShape.Meta.fields, "id", "format", "parser_version", "file_sha256", "size", "wishes", "dry_run",
            "report", "sync_log_id", "created_at", "started_at", "finished_at", "undone_at",
        ]  # fmt: skip
        read_only_fields = fields


class UndoneShape(serializers.Serializer[Any]):
    removed = serializers.IntegerField()
    restored = serializers.IntegerField()
    kept = serializers.IntegerField(help_text="Trades a later import has changed since; they stay.")


class ImportFilter(FilterSet):
    account = UUIDFilter(field_name="account_id")
    state = CharFilter()


@resource("imports")
class Imports(ListModelMixin, RetrieveModelMixin, Collection):
    """Every import of the asker, newest first."""

    serializer_class = ImportShape
    filterset_class = ImportFilter
    ordering_fields = ["created_at"]

    def get_queryset(self) -> QuerySet[Import]:
        return selectors.imports()

    @extend_schema(request=None, responses=UndoneShape)
    @action(detail=True, methods=["post"], pagination_class=None, filter_backends=[])
    def undo(self, request: Request, id: str) -> Response:
        """Take out what it brought and restore what it changed; the trail keeps both."""
        return Response(UndoneShape(undo_import(delivery=self.get_object())).data)
