"""I take a broker's file and answer with what became of it."""

from dataclasses import asdict
from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import selectors as people
from accounts.api.fields import ZoneField
from aetheris.api.belonging import AccountField
from aetheris.api.resources import Door, resource
from trading import selectors, services
from trading.api.shapes import SyncLogShape
from trading.reading.limits import check_length

FORM_BYTES = 64 * 1024  # what a form weighs beside its file


class Upload(serializers.Serializer[Any]):
    file = serializers.FileField(max_length=255, allow_empty_file=True)
    account = AccountField(people.accounts)
    format = serializers.CharField(required=False, default="auto", max_length=40)
    timezone = ZoneField(required=False, help_text="Of times the file leaves without a zone; the account's by default.")
    dry_run = serializers.BooleanField(required=False, default=False)
    overwrite = serializers.BooleanField(required=False, default=False)


class RowErrorShape(serializers.Serializer[Any]):
    row = serializers.IntegerField()
    field = serializers.CharField()  # type: ignore[assignment]
    reason = serializers.CharField()


class ReconciledShape(serializers.Serializer[Any]):
    name = serializers.CharField()
    statement = serializers.CharField()
    ours = serializers.CharField()
    equal = serializers.BooleanField()


class ImportedShape(serializers.Serializer[Any]):
    sync_log = SyncLogShape(allow_null=True, help_text="null on a dry run, which writes nothing.")
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
    dry_run = serializers.BooleanField()


@resource("trades/import")
class Import(Door):
    """Read a broker's statement into an account, all or nothing; the same file again changes nothing."""

    parser_classes = [MultiPartParser]

    @property
    def body_limit(self) -> int:  # type: ignore[override]
        """Wide, so that a file that is too large can be named; it goes to disk and is not read."""
        return 10 * int(settings.IMPORT_MAX_BYTES) + FORM_BYTES

    @extend_schema(request={"multipart/form-data": Upload}, responses=ImportedShape)
    def post(self, request: Request) -> Response:
        upload = Upload(data=request.data)
        upload.is_valid(raise_exception=True)
        given = dict(upload.validated_data)
        file = given.pop("file")
        check_length(file.name, file.size, settings.IMPORT_MAX_BYTES)
        imported = services.import_statement(content=file.read(), name=file.name, **given)
        return Response(told(imported, account=given["account"], overwrite=given["overwrite"]))


def told(imported: services.Imported, *, account: Any, overwrite: bool) -> dict[str, Any]:
    statement = imported.statement
    counts = imported.recorded and (len(imported.recorded.new), len(imported.recorded.updated))
    new, updated = counts or selectors.expected(account, statement.trades, overwrite=overwrite)
    return {
        "sync_log": SyncLogShape(imported.log).data if imported.log else None,
        "format": statement.format,
        "rows": statement.rows_read,
        "trades": len(statement.trades),
        "open": statement.open_count,
        "new": new,
        "updated": updated,
        "duplicate": len(statement.trades) - new - updated,
        "errors": services.first_errors(statement.errors),
        "errors_count": len(statement.errors),
        "reconciliation": [{**_plain(asdict(line)), "equal": line.equal} for line in statement.reconciliation],
        "notes": list(statement.notes),
        "dry_run": imported.log is None,
    }


def _plain(line: dict[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in line.items()}
