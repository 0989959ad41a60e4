"""I make a person's archive when the worker comes to it, keep it for a day under their key, and give it by a
signed link."""

import io
import logging
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from django.core import signing
from django.db import connection

from accounts.models import User
from aetheris import clock
from aetheris.db.tenancy import acting_as
from aetheris.errors import AetherisError
from compliance.models import DataExport
from compliance.models.privacy import ExportState
from compliance.privacy import copying
from compliance.vault import files

log = logging.getLogger("aetheris.privacy")
KEPT = timedelta(hours=24)
LINK_SECONDS = 900
MOST_A_DAY = 5
SALT = "compliance.exports"


class TooManyExports(AetherisError):
    """You asked for {count} copies within a day; wait until the first of them is a day old."""

    code = "too_many_exports"
    status = 429


class LinkOver(AetherisError):
    """This link is over or was changed. Ask GET /api/v1/exports/{{id}} for a new one; copies are kept for a day."""

    code = "link_over"
    status = 410


def ask(*, user: User) -> DataExport:
    """The one that is being made already, or a new one."""
    waiting = DataExport.objects.filter(user_id=user.pk, state=ExportState.PENDING).first()
    if waiting is not None:
        return waiting
    today = DataExport.objects.filter(user_id=user.pk, created_at__gte=clock.now() - KEPT).count()
    if today >= MOST_A_DAY:
        raise TooManyExports(count=today)
    made = DataExport(user_id=user.pk)
    made.save(force_insert=True)
    return made


def link(export: DataExport) -> str:
    return signing.dumps([str(export.pk), str(export.user_id)], salt=SALT)


def open_link(id: UUID, token: str) -> bytes:
    """The archive itself; who holds the link holds the archive, for a quarter of an hour."""
    try:
        named, person = signing.loads(token, salt=SALT, max_age=LINK_SECONDS)
    except signing.BadSignature:
        raise LinkOver from None
    if named != str(id):
        raise LinkOver
    with acting_as(UUID(person)):
        export = DataExport.objects.filter(pk=id, state=ExportState.READY, expires_at__gt=clock.now()).first()
        if export is None:
            raise LinkOver
        return files.get(export.user_id, export.pk, bytes(export.wrapped_key or b""))


def work() -> int:
    """By the worker: what was asked for is made, what is a day old goes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT export_id, person, state FROM door.exports_due(%s)", [clock.now()])
        due = cursor.fetchall()
    for export_id, person, state in due:
        if state == ExportState.PENDING:
            _make(export_id, person)
        else:
            _remove(export_id, person)
    return len(due)


def _make(id: UUID, person: UUID) -> None:
    out = io.BytesIO()
    try:
        with acting_as(person, label="export"):
            copying.write(person, out)
            content, now = out.getvalue(), clock.now()
            wrapped = files.put(person, id, content)
            DataExport.objects.filter(pk=id, state=ExportState.PENDING).update(
                state=ExportState.READY, size_bytes=len(content), sha256=sha256(content).hexdigest(),
                wrapped_key=wrapped, ready_at=now, expires_at=now + KEPT,
            )  # fmt: skip
    except (AetherisError, OSError) as broken:
        log.exception("The export %s could not be made", id)
        with acting_as(person, label="export"):
            DataExport.objects.filter(pk=id).update(state=ExportState.FAILED, error=str(broken)[:500])


def _remove(id: UUID, person: UUID) -> None:
    with acting_as(person, label="export"):
        DataExport.objects.filter(pk=id).update(state=ExportState.GONE, wrapped_key=None)
    files.remove(id)
