"""I am every KPI of an account as of one trading day, each a number or null with its reason."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from aetheris.db.owned import OwnedWith
from aetheris.db.rows import ChangingRow
from aetheris.db.tenancy import RowSecurity
from aetheris.db.triggers import touched


class KpiSnapshot(ChangingRow):
    account = models.ForeignKey("accounts.TradingAccount", models.PROTECT, db_constraint=False, db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, db_index=False)
    snapshot_date = models.DateField()
    metrics = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    undefined = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    engine_version = models.TextField()
    trades_count = models.IntegerField(default=0, db_default=0)
    is_stale = models.BooleanField(default=False, db_default=False, help_text="Trades of this day or before changed.")

    class Meta:
        db_table = "kpi_snapshots"
        constraints = [
            models.UniqueConstraint(fields=["account", "snapshot_date"], name="kpi_snapshots_once"),
            OwnedWith(name="kpi_snapshots_account_owner", column="account_id", parent="accounts"),
            RowSecurity(
                name="kpi_snapshots_rows",
                app="select, insert, update, delete",
                door=["account_id", "user_id", "snapshot_date", "engine_version", "is_stale", "updated_at"],
            ),
        ]
        indexes = [
            models.Index(fields=["user", "account", "snapshot_date"], name="kpi_snapshots_by_date"),
            # The round that computes outdated ones anew.
            models.Index(fields=["user", "account"], name="kpi_snapshots_stale", condition=models.Q(is_stale=True)),
            GinIndex(fields=["metrics"], name="kpi_snapshots_metrics"),
        ]
        triggers = [touched()]

    def __str__(self) -> str:
        return f"KPIs of {self.snapshot_date}"
