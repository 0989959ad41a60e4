"""I am what a person asks about their own data, and what keeps it: copies, erasures, holds."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from aetheris.db.rows import ChangingRow, Row, one_of
from aetheris.db.tenancy import RowSecurity
from aetheris.db.triggers import Law, append_only, audited, before_update, never_deleted, touched, walks
from compliance.laws import DeskSecurity
from compliance.models.roles import APPROVING, WORKING


class ExportState(models.TextChoices):
    PENDING = "pending"
    READY = "ready"
    FAILED = "failed"
    GONE = "gone"


class DataExport(ChangingRow):
    """One archive of all of a person's data; the file is encrypted with their key and gone after a day."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, related_name="+")
    state = models.TextField(choices=ExportState, default=ExportState.PENDING, db_default=ExportState.PENDING)
    size_bytes = models.BigIntegerField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, default="", db_default="")
    wrapped_key = models.BinaryField(null=True, blank=True, editable=False)
    ready_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True, default="", db_default="")

    class Meta:
        db_table = "data_exports"
        constraints = [
            one_of("state", ExportState, name="data_exports_state"),
            RowSecurity(
                name="data_exports_rows", app="select, insert", service="select, insert, update",
                staff_columns=["id", "user_id", "state", "size_bytes", "ready_at", "expires_at", "created_at"],
                door=["id", "user_id", "state", "expires_at", "created_at"],
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["user", "created_at"], name="data_exports_of_user")]
        triggers = [*audited(secrets=["wrapped_key"]), touched(counts=False), *never_deleted("its file goes, it stays")]

    def __str__(self) -> str:
        return f"export of {self.created_at:%Y-%m-%d}"


class ErasureState(models.TextChoices):
    REQUESTED = "requested"
    APPROVED = "approved"
    DONE = "done"
    WITHDRAWN = "withdrawn"


class ErasureRequest(ChangingRow):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, related_name="+")
    state = models.TextField(choices=ErasureState, default=ErasureState.REQUESTED, db_default=ErasureState.REQUESTED)
    due_at = models.DateTimeField(help_text="One month after it was asked for (GDPR article 12.3).")
    done_at = models.DateTimeField(null=True, blank=True)
    report = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))

    class Meta:
        db_table = "erasure_requests"
        verbose_name = "erasure request"
        constraints = [
            one_of("state", ErasureState, name="erasure_requests_state"),
            models.UniqueConstraint(
                fields=["user"], condition=Q(state__in=["requested", "approved"]), name="erasure_requests_one_open"
            ),
            RowSecurity(
                name="erasure_requests_rows", app="select, insert", service="select, update (state, done_at, report)",
                door=["id", "user_id", "state"],
            ),
            DeskSecurity(name="erasure_requests_desk", read=False, change=APPROVING, columns=["state"]),
        ]  # fmt: skip
        indexes = [models.Index(fields=["user", "created_at"], name="erasure_requests_of_user")]
        triggers = [
            *audited(),
            touched(counts=False),
            *never_deleted("a request is withdrawn or done"),
            walks("state", "requested>approved", "requested>withdrawn", "approved>done"),
            Law(
                name="agreed_by_decision",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("state"),
                function="door.erasure_by_decision",
            ),
        ]

    def __str__(self) -> str:
        return f"erasure asked for {self.created_at:%Y-%m-%d}"


class LegalHold(Row):
    """While it stands, nothing about this person is erased or thinned out."""

    subject = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.TextField()
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "legal_holds"
        verbose_name = "legal hold"
        constraints = [
            models.CheckConstraint(condition=~Q(lifted_by=models.F("placed_by")), name="legal_holds_four_eyes"),
            models.CheckConstraint(condition=Q(lifted_by=None, lifted_at=None)
                                   | Q(lifted_by__isnull=False, lifted_at__isnull=False), name="legal_holds_whole"),
            DeskSecurity(name="legal_holds_desk", add=WORKING, author="placed_by_id", change=APPROVING,
                         columns=["lifted_by_id", "lifted_at"], worker="select", door=["subject_id", "lifted_at"]),
        ]  # fmt: skip
        triggers = [
            *audited(),
            *append_only(but_for=["lifted_by_id", "lifted_at"]),
            Law(name="begins_standing", when=pgtrigger.Before, operation=pgtrigger.Insert,
                function="law.begins_without", arguments=("lifted_at",)),
            before_update("lifted_as_oneself", "law.signed_by", "lifted_by_id"),
            before_update("lifted_once", "law.set_once", "lifted_at"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.reason[:80]
