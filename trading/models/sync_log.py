"""I am the account of one import or sync: what was read, what was new, what was refused and why."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from aetheris.db.owned import OwnedWith
from aetheris.db.rows import Row
from aetheris.db.tenancy import RowSecurity
from aetheris.db.triggers import append_only


class SyncLog(Row):
    account = models.ForeignKey("accounts.TradingAccount", models.PROTECT, db_constraint=False, db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, db_index=False)
    broker_connection = models.ForeignKey(
        "trading.BrokerConnection", models.PROTECT, null=True, blank=True, db_constraint=False, db_index=False
    )
    broker = models.TextField()
    source = models.TextField()
    file_sha256 = models.CharField(max_length=64, null=True, blank=True)
    sync_timestamp = models.DateTimeField()
    rows_read = models.IntegerField(default=0, db_default=0)
    trades_new = models.IntegerField(default=0, db_default=0)
    trades_updated = models.IntegerField(default=0, db_default=0)
    trades_duplicate = models.IntegerField(default=0, db_default=0)
    trades_error = models.IntegerField(default=0, db_default=0)
    error_messages = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    reconciliation = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    duration_ms = models.IntegerField(default=0, db_default=0)

    class Meta:
        db_table = "sync_logs"
        constraints = [
            models.UniqueConstraint(fields=["id", "user"], name="sync_logs_id_user"),
            OwnedWith(name="sync_logs_account_owner", column="account_id", parent="accounts"),
            OwnedWith(name="sync_logs_connection_owner", column="broker_connection_id", parent="broker_connections"),
            models.CheckConstraint(
                condition=Q(
                    rows_read=F("trades_new") + F("trades_updated") + F("trades_duplicate") + F("trades_error")
                ),
                name="sync_logs_adds_up",
            ),
            RowSecurity(name="sync_logs_rows", app="select, insert"),
        ]
        indexes = [
            # An account's imports, newest first.
            models.Index("user", "account", F("sync_timestamp").desc(), name="sync_logs_by_time"),
            models.Index(fields=["user", "broker_connection"], name="sync_logs_by_connection"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.source}: {self.trades_new} new, {self.trades_duplicate} known"
