"""I am one account's trading day in numbers; the heatmap reads only me."""

from django.conf import settings
from django.db import models

from aetheris.db.owned import OwnedWith
from aetheris.db.rows import ChangingRow, money
from aetheris.db.tenancy import RowSecurity
from aetheris.db.triggers import touched


class DailySnapshot(ChangingRow):
    account = models.ForeignKey("accounts.TradingAccount", models.PROTECT, db_constraint=False, db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, db_index=False)
    snapshot_date = models.DateField()
    gross_profit = money(default=0, db_default=0)
    gross_loss = money(default=0, db_default=0)
    net_pnl = money(default=0, db_default=0)
    trades_count = models.IntegerField(default=0, db_default=0)
    win_rate = models.DecimalField(max_digits=12, decimal_places=8, null=True)
    profit_factor = models.DecimalField(max_digits=20, decimal_places=8, null=True)
    expectancy = money(null=True)
    opening_equity = money()
    closing_equity = money()
    peak_equity = money()
    max_drawdown = money(default=0, db_default=0)
    fees = money(default=0, db_default=0)

    class Meta:
        db_table = "daily_snapshots"
        constraints = [
            models.UniqueConstraint(fields=["account", "snapshot_date"], name="daily_snapshots_once"),
            OwnedWith(name="daily_snapshots_account_owner", column="account_id", parent="accounts"),
            # Rebuilt, never hand-edited: rows may be removed, since they follow from trades.
            RowSecurity(name="daily_snapshots_rows", app="select, insert, update, delete"),
        ]
        indexes = [models.Index(fields=["user", "account", "snapshot_date"], name="daily_snapshots_by_date")]
        triggers = [touched()]

    def __str__(self) -> str:
        return f"{self.snapshot_date}: {self.net_pnl}"
