"""I am one sitting of a trader at an account, from start to stop."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from aetheris.db.owned import OwnedWith
from aetheris.db.rows import ChangingRow, money
from aetheris.db.tenancy import RowSecurity
from aetheris.db.triggers import audited, never_deleted, touched


class TradingSession(ChangingRow):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, db_index=False)
    account = models.ForeignKey("accounts.TradingAccount", models.PROTECT, db_constraint=False, db_index=False)
    session_start = models.DateTimeField()
    session_end = models.DateTimeField(null=True, blank=True)
    tilt_flag = models.BooleanField(default=False, db_default=False)
    trades_count = models.IntegerField(default=0, db_default=0)
    session_pnl = money(default=0, db_default=0)
    notes = models.TextField(blank=True, default="", db_default="")

    class Meta:
        db_table = "sessions"
        constraints = [
            models.UniqueConstraint(fields=["id", "user"], name="sessions_id_user"),
            models.UniqueConstraint(
                fields=["account"], condition=Q(session_end__isnull=True), name="sessions_one_open_per_account"
            ),
            OwnedWith(name="sessions_account_owner", column="account_id", parent="accounts"),
            models.CheckConstraint(condition=Q(session_end__gte=F("session_start")), name="sessions_end_after_start"),
            RowSecurity(name="sessions_rows", app="select, insert, update"),
        ]
        indexes = [models.Index("user", "account", F("session_start").desc(), name="sessions_by_start")]
        triggers = [*audited(), touched(), *never_deleted("end the session instead")]

    def __str__(self) -> str:
        return f"Session of {self.session_start:%Y-%m-%d %H:%M}"
