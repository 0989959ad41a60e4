"""I am one breach of one rule on one trading day, with the evidence it was judged on; once written I stay."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from aetheris.db.owned import OwnedWith
from aetheris.db.rows import Row, money
from aetheris.db.tenancy import RowSecurity
from aetheris.db.triggers import after_statements, append_only, audited


class Breach(Row):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, db_index=False)
    account = models.ForeignKey("accounts.TradingAccount", models.PROTECT, db_constraint=False, db_index=False)
    number = models.BigIntegerField(help_text="Rises by one for each user without gaps: the clients' cursor.")
    breach_type = models.TextField()
    breach_level = models.SmallIntegerField()
    breach_value = money()
    breach_limit = money()
    trading_day = models.DateField()
    evidence = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    webhook_triggered = models.BooleanField(default=False, db_default=False)
    acknowledged_note = models.TextField(null=True, blank=True)
    dismissed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "armor_breaches"
        verbose_name_plural = "breaches"
        constraints = [
            models.UniqueConstraint(
                fields=["account", "breach_type", "breach_level", "trading_day"], name="breaches_once_a_day"
            ),
            models.UniqueConstraint(fields=["user", "number"], name="breaches_number"),
            models.UniqueConstraint(fields=["id", "user"], name="breaches_id_user"),
            OwnedWith(name="breaches_account_owner", column="account_id", parent="accounts"),
            models.CheckConstraint(condition=Q(breach_level__in=[1, 2, 3]), name="breaches_level"),
            models.CheckConstraint(condition=Q(number__gt=0), name="breaches_number_positive"),
            RowSecurity(
                name="breaches_rows",
                app="select, insert, update (dismissed_at, webhook_triggered, acknowledged_note)",
            ),
        ]
        indexes = [
            # An account's history, newest first.
            models.Index("user", "account", F("created_at").desc(), name="breaches_by_time"),
            # What still stands: rendered into every page.
            models.Index(
                fields=["user", "breach_level", "number"],
                condition=Q(dismissed_at__isnull=True),
                name="breaches_standing",
            ),
        ]
        triggers = [
            *audited(),
            *append_only(but_for=["dismissed_at", "webhook_triggered", "acknowledged_note"]),
            *after_statements("rings", inserted="law.ring_breaches", updated="law.ring_dismissals"),
        ]

    def __str__(self) -> str:
        return f"{self.breach_type} level {self.breach_level} on {self.trading_day}"


class BreachCounter(models.Model):
    """The last breach number given to a user; locking this row puts a user's breaches in one line.

    `announced_number`: up to there each breach is in every outbox (webhooks, e-mail) it belongs to.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True)
    last_number = models.BigIntegerField(default=0, db_default=0)
    announced_number = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        db_table = "armor_breach_counters"
        constraints = [
            RowSecurity(name="breach_counters_rows", app="select, insert, update", staff="",
                        door=["user_id", "last_number", "announced_number"])
        ]  # fmt: skip
        indexes = [
            # Whom the worker has yet to tell of something.
            models.Index(fields=["user"], condition=Q(last_number__gt=F("announced_number")), name="unannounced"),
        ]
