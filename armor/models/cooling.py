"""I am what a person decided after an alert: to pause an account, to snooze a warning."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from aetheris.db.owned import OwnedWith
from aetheris.db.rows import Row
from aetheris.db.tenancy import RowSecurity
from aetheris.db.triggers import append_only, audited


class Cooling(Row):
    """No new position in this account until `ends_at`; one that is opened all the same is itself flagged."""

    account = models.ForeignKey("accounts.TradingAccount", models.PROTECT, db_constraint=False, db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, db_index=False)
    breach = models.ForeignKey(
        "armor.Breach", models.PROTECT, null=True, blank=True, db_constraint=False, db_index=False
    )
    started_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        db_table = "armor_coolings"
        constraints = [
            OwnedWith(name="coolings_account_owner", column="account_id", parent="accounts"),
            OwnedWith(name="coolings_breach_owner", column="breach_id", parent="armor_breaches"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("started_at")), name="coolings_end_after_start"),
            RowSecurity(name="coolings_rows", app="select, insert"),
        ]
        indexes = [models.Index(fields=["user", "account", "ends_at"], name="coolings_of_account")]
        triggers = [*audited(), *append_only()]


class Snooze(Row):
    """A level 1 alert that stays silent until `until`, then stands in the alert center again."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, db_index=False)
    breach = models.ForeignKey("armor.Breach", models.PROTECT, db_constraint=False, db_index=False)
    until = models.DateTimeField()

    class Meta:
        db_table = "armor_snoozes"
        constraints = [
            OwnedWith(name="snoozes_breach_owner", column="breach_id", parent="armor_breaches"),
            RowSecurity(name="snoozes_rows", app="select, insert"),
        ]
        indexes = [
            models.Index(fields=["user", "until"], name="snoozes_of_user"),
            models.Index(fields=["user", "breach"], name="snoozes_of_breach"),
        ]
        triggers = [*audited(), *append_only()]
