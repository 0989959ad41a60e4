"""I am one account of a trader's at a broker, exchange or prop firm, with its own currency and its own day."""

from datetime import time

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from aetheris.db.rows import ChangingRow, money, one_of
from aetheris.db.tenancy import RowSecurity
from aetheris.db.triggers import audited, never_deleted, touched, walks


class AccountType(models.TextChoices):
    PERSONAL = "personal"
    PROP_FIRM = "prop_firm"
    CRYPTO = "crypto"


class AccountStatus(models.TextChoices):
    ACTIVE = "active"
    SUSPENDED = "suspended"
    CLOSED = "closed"


class TradingAccount(ChangingRow):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, related_name="accounts")
    account_name = models.CharField(max_length=120)
    account_type = models.TextField(choices=AccountType, default=AccountType.PERSONAL, db_default=AccountType.PERSONAL)
    broker = models.CharField(max_length=80, blank=True, default="", db_default="")
    broker_account_id = models.CharField(max_length=120, null=True, blank=True)
    account_status = models.TextField(
        choices=AccountStatus, default=AccountStatus.ACTIVE, db_default=AccountStatus.ACTIVE
    )
    currency = models.CharField(max_length=10, default="USD", db_default="USD")
    starting_balance = money(default=0, db_default=0)
    risk_limit = money(null=True, blank=True, help_text="Most that may be lost in one day, in account currency.")
    max_drawdown_limit = models.DecimalField(
        max_digits=9, decimal_places=6, null=True, blank=True, help_text="Static, as a fraction: 0.10 is 10 %."
    )
    trailing_dd_limit = models.DecimalField(
        max_digits=9, decimal_places=6, null=True, blank=True, help_text="Trailing, as a fraction: 0.05 is 5 %."
    )
    prop_firm_rules = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()), blank=True)
    day_timezone = models.TextField(default="UTC", db_default="UTC")
    day_starts_at = models.TimeField(default=time(0), db_default=time(0))
    version = models.BigIntegerField(default=1, db_default=1, editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "accounts"
        constraints = [
            models.UniqueConstraint(fields=["id", "user"], name="accounts_id_user"),
            one_of("account_type", AccountType, name="accounts_type"),
            one_of("account_status", AccountStatus, name="accounts_status"),
            models.CheckConstraint(condition=models.Q(starting_balance__gte=0), name="accounts_starting_balance"),
            models.CheckConstraint(condition=models.Q(risk_limit__gt=0), name="accounts_risk_limit"),
            models.CheckConstraint(
                condition=models.Q(max_drawdown_limit__gt=0, max_drawdown_limit__lte=1), name="accounts_max_drawdown"
            ),
            models.CheckConstraint(
                condition=models.Q(trailing_dd_limit__gt=0, trailing_dd_limit__lte=1), name="accounts_trailing_dd"
            ),
            RowSecurity(
                name="accounts_rows",
                app="select, insert, update",
                door=["id", "user_id", "account_status", "deleted_at"],
            ),
        ]
        indexes = [
            # The list of one's accounts.
            models.Index(fields=["user", "created_at"], name="accounts_of_user"),
            # Which accounts are under a firm's programme.
            GinIndex(fields=["prop_firm_rules"], name="accounts_rules"),
        ]
        triggers = [
            *audited(),
            touched(),
            *never_deleted("close the account instead"),
            walks("account_status", "active>suspended", "suspended>active", "active>closed", "suspended>closed"),
        ]

    def __str__(self) -> str:
        return self.account_name

    @property
    def is_closed(self) -> bool:
        return self.account_status == AccountStatus.CLOSED
