"""I am what a broker said an account stood at, at one moment: balance, equity, open positions."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F

from aetheris.db.owned import OwnedWith
from aetheris.db.rows import Row, money, numbers
from aetheris.db.tenancy import RowSecurity
from aetheris.db.triggers import Law


class Reading(Row):
    """Written every few seconds, so the trail does not copy it; instead nothing in it ever changes, and only what is
    older than two days may be thinned out by the worker."""

    account = models.ForeignKey("accounts.TradingAccount", models.PROTECT, db_constraint=False, db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, db_index=False)
    broker_connection = models.ForeignKey(
        "trading.BrokerConnection", models.PROTECT, null=True, blank=True, db_constraint=False, db_index=False
    )
    read_at = models.DateTimeField()
    balance = money(null=True, blank=True)
    equity = money(null=True, blank=True)
    open_profit = money(null=True, blank=True)
    positions = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    source = models.TextField()

    class Meta:
        db_table = "account_readings"
        constraints = [
            OwnedWith(name="readings_account_owner", column="account_id", parent="accounts"),
            OwnedWith(name="readings_connection_owner", column="broker_connection_id", parent="broker_connections"),
            numbers("balance", "equity", "open_profit", name="readings_numbers"),
            RowSecurity(
                name="readings_rows", app="select, insert", service="select, insert, delete",
                door=["account_id", "user_id", "read_at"],
            ),
        ]  # fmt: skip
        indexes = [
            # Where an account stands now, and the course of its equity.
            models.Index("user", "account", F("read_at").desc(), name="readings_by_time"),
            # Which readings a connection brought.
            models.Index(fields=["user", "broker_connection"], name="readings_by_connection"),
        ]
        triggers = [
            Law(name="append_only", level=pgtrigger.Statement, when=pgtrigger.Before, operation=pgtrigger.Update,
                function="law.refuse", arguments=("a reading stays as it was read",)),
            Law(name="thinned_late", when=pgtrigger.Before, operation=pgtrigger.Delete,
                function="law.keep_fresh_readings"),
            Law(name="never_emptied", level=pgtrigger.Statement, when=pgtrigger.Before, operation=pgtrigger.Truncate,
                function="law.refuse", arguments=("readings are thinned by age, never emptied",)),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.equity} at {self.read_at:%Y-%m-%d %H:%M:%S}"
