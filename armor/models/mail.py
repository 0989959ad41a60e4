"""I am one thing to be told by e-mail; several of me may leave in one mail."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from aetheris.db.rows import ChangingRow, one_of
from aetheris.db.tenancy import RowSecurity
from aetheris.db.triggers import append_only, audited, never_deleted, touched

SENDING = ["due_at", "mail_id", "sent_at", "tries", "last_error", "gave_up_at", "updated_at"]


class NoticeKind(models.TextChoices):
    BREACH = "breach"
    ENDPOINT_DISABLED = "endpoint_disabled"


class MailNotice(ChangingRow):
    """`mail_id` is the letter it left in: it stays the same over retries, and so does the letter's Message-ID."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, db_index=False)
    kind = models.TextField(choices=NoticeKind)
    about = models.UUIDField(help_text="The breach or endpoint it tells of.")
    due_at = models.DateTimeField()
    mail_id = models.UUIDField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    tries = models.IntegerField(default=0, db_default=0)
    last_error = models.TextField(blank=True, default="", db_default="")
    gave_up_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "mail_notices"
        constraints = [
            one_of("kind", NoticeKind, name="notices_kind"),
            RowSecurity(
                name="notices_rows", app=f"select, insert, update ({', '.join(SENDING)})",
                door=["user_id", "due_at", "sent_at", "gave_up_at"],
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["user", "sent_at"], name="notices_of_user"),
            # What waits to be sent, for the worker, who looks across users.
            models.Index(
                fields=["due_at"], condition=Q(sent_at__isnull=True, gave_up_at__isnull=True), name="notices_due"
            ),
        ]
        triggers = [touched(), *append_only(but_for=SENDING)]


class AlertSettings(ChangingRow):
    """How a person wants to be told: which levels by e-mail, and whether an open page makes a sound."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT)
    mail_levels = ArrayField(models.SmallIntegerField(), default=list)
    sound = models.BooleanField(default=False, db_default=False)
    vibration = models.BooleanField(default=False, db_default=False)

    class Meta:
        db_table = "alert_settings"
        constraints = [
            models.CheckConstraint(condition=Q(mail_levels__contained_by=[2, 3]), name="alert_settings_levels"),
            RowSecurity(name="alert_settings_rows", app="select, insert, update"),
        ]
        triggers = [*audited(), touched(), *never_deleted("change them instead")]
