"""I am one way trades reach an account: a broker's API, a file, a stream; my secrets are sealed."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from aetheris.db.owned import OwnedWith
from aetheris.db.rows import ChangingRow, one_of
from aetheris.db.sealed import SealedTextField
from aetheris.db.tenancy import RowSecurity
from aetheris.db.triggers import audited, never_deleted, touched

SECRETS = ["api_key", "api_secret", "extra_config"]


class ConflictPolicy(models.TextChoices):
    IGNORE = "ignore"
    OVERWRITE = "overwrite"


class SyncStatus(models.TextChoices):
    PENDING = "pending"
    SUCCESS = "success"
    FAILED = "failed"


class BrokerConnection(ChangingRow):
    account = models.ForeignKey("accounts.TradingAccount", models.PROTECT, db_constraint=False, db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, db_index=False)
    broker_type = models.TextField()
    api_key = SealedTextField(null=True, blank=True)
    api_secret = SealedTextField(null=True, blank=True)
    extra_config = SealedTextField(null=True, blank=True)
    key_hint = models.CharField(max_length=4, blank=True, default="", db_default="")
    conflict_policy = models.TextField(
        choices=ConflictPolicy, default=ConflictPolicy.IGNORE, db_default=ConflictPolicy.IGNORE
    )
    sync_interval = models.DurationField(null=True, blank=True)
    last_sync_at = models.DateTimeField(null=True, blank=True)
    sync_cursor = models.TextField(null=True, blank=True)
    sync_status = models.TextField(choices=SyncStatus, default=SyncStatus.PENDING, db_default=SyncStatus.PENDING)
    last_error = models.TextField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "broker_connections"
        constraints = [
            models.UniqueConstraint(fields=["id", "user"], name="connections_id_user"),
            OwnedWith(name="connections_account_owner", column="account_id", parent="accounts"),
            one_of("conflict_policy", ConflictPolicy, name="connections_conflict_policy"),
            one_of("sync_status", SyncStatus, name="connections_sync_status"),
            models.CheckConstraint(condition=~Q(broker_type__regex=r"^\s*$"), name="connections_broker_type"),
            RowSecurity(
                name="connections_rows",
                app="select, insert, update",
                staff_columns=["id", "account_id", "user_id", "broker_type", "key_hint", "conflict_policy",
                               "last_sync_at", "sync_status", "last_error", "created_at", "updated_at", "deleted_at"],
                door=["id", "user_id", "sync_interval", "last_sync_at", "deleted_at"],
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["user", "account"], name="connections_of_account")]
        triggers = [*audited(secrets=SECRETS), touched(), *never_deleted("set deleted_at instead")]

    def __str__(self) -> str:
        return f"{self.broker_type} connection"
