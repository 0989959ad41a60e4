"""I am where a user wants to be told, and the outbox of what was to be told."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from aetheris.db.owned import OwnedWith
from aetheris.db.rows import ChangingRow, one_of
from aetheris.db.sealed import SealedTextField
from aetheris.db.tenancy import RowSecurity
from aetheris.db.triggers import append_only, audited, never_deleted, touched

DELIVERY = [
    "retry_count", "next_retry_at", "status", "last_status_code", "last_error", "delivered_at", "updated_at",
    "claimed_until", "last_tried_at",
]  # fmt: skip
SECRETS = ["secret", "old_secret", "url"]  # a chat's address is a key to the chat


class Preset(models.TextChoices):
    STANDARD = "standard"
    DISCORD = "discord"
    SLACK = "slack"
    TELEGRAM = "telegram"


class WebhookEndpoint(ChangingRow):
    """`old_secret` signs beside the new one until `old_secret_until`; `failing_since` is empty after a success."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, db_index=False)
    url = models.TextField()
    secret = SealedTextField()
    event_types = ArrayField(
        models.TextField(), default=list, db_default=models.Value([], ArrayField(models.TextField()))
    )
    is_enabled = models.BooleanField(default=True, db_default=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    preset = models.TextField(choices=Preset, default=Preset.STANDARD, db_default=Preset.STANDARD)
    description = models.CharField(max_length=120, blank=True, default="", db_default="")
    old_secret = SealedTextField(null=True, blank=True)
    old_secret_until = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    disabled_reason = models.TextField(blank=True, default="", db_default="")

    class Meta:
        db_table = "webhook_endpoints"
        constraints = [
            models.UniqueConstraint(fields=["id", "user"], name="endpoints_id_user"),
            one_of("preset", Preset, name="endpoints_preset"),
            RowSecurity(name="endpoints_rows", app="select, insert, update",
                        staff_columns=["id", "user_id", "event_types", "is_enabled", "created_at", "deleted_at"]),
        ]  # fmt: skip
        indexes = [models.Index(fields=["user", "created_at"], name="endpoints_of_user")]
        triggers = [*audited(secrets=SECRETS), touched(), *never_deleted("set deleted_at instead")]

    def __str__(self) -> str:
        return self.description or f"{self.preset} endpoint"


class DeliveryStatus(models.TextChoices):
    PENDING = "pending"
    SUCCESS = "success"
    FAILED = "failed"


class WebhookEvent(ChangingRow):
    """`cause` names what is told, so that no cause is put here twice for one endpoint; a failed event is a dead letter.

    Whoever delivers takes the event until `claimed_until`; who dies with it in hand only lets that time pass.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, db_index=False)
    endpoint = models.ForeignKey(WebhookEndpoint, models.PROTECT, null=True, db_constraint=False, db_index=False)
    event_type = models.TextField()
    webhook_url = models.TextField()
    payload = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    retry_count = models.IntegerField(default=0, db_default=0)
    next_retry_at = models.DateTimeField(null=True, blank=True)
    status = models.TextField(choices=DeliveryStatus, default=DeliveryStatus.PENDING, db_default=DeliveryStatus.PENDING)
    last_status_code = models.IntegerField(null=True, blank=True)
    last_error = models.TextField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    cause = models.TextField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    last_tried_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "webhook_events"
        constraints = [
            OwnedWith(name="events_endpoint_owner", column="endpoint_id", parent="webhook_endpoints"),
            one_of("status", DeliveryStatus, name="events_status"),
            models.UniqueConstraint(fields=["endpoint", "cause"], name="events_cause_once"),
            RowSecurity(
                name="events_rows",
                app=f"select, insert, update ({', '.join(DELIVERY)})",
                door=["user_id", "endpoint_id", "status", "next_retry_at"],
            ),
        ]
        indexes = [
            models.Index(fields=["user", "created_at"], name="events_of_user"),
            models.Index(fields=["user", "endpoint"], name="events_by_endpoint"),
            # What waits to be delivered.
            models.Index(fields=["user", "next_retry_at"], condition=Q(status="pending"), name="events_waiting"),
            # The same for the worker, who looks across users.
            models.Index(fields=["next_retry_at"], condition=Q(status="pending"), name="events_due"),
        ]
        triggers = [touched(), *append_only(but_for=DELIVERY)]
