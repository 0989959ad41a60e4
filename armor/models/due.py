"""I am an account whose trades or readings changed since it was last judged, or whose hour has come."""

from datetime import datetime

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from aetheris.db.owned import OwnedWith
from aetheris.db.tenancy import RowSecurity
from aetheris.db.triggers import AtCommit


class Due(models.Model):
    """One row for each account, marked by the database in the transaction that wrote the trade.

    The row's lock puts the writers of one account in a line, so that two trades which only together break a rule
    cannot be judged without each other.
    """

    account = models.OneToOneField(
        "accounts.TradingAccount", models.PROTECT, primary_key=True, db_constraint=False, related_name="due"
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, db_index=False)
    due_since = models.DateTimeField(null=True)
    touched_from = models.DateTimeField(null=True, help_text="The earliest moment whose result may have changed.")
    read_from = models.DateTimeField(null=True, help_text="The earliest reading that was not judged yet.")
    wake_at = models.DateTimeField(null=True, help_text="When to look again although nothing happens.")
    trade_ids = ArrayField(
        models.UUIDField(), default=list, db_default=models.Value([], ArrayField(models.UUIDField()))
    )

    class Meta:
        db_table = "armor_due"
        constraints = [
            OwnedWith(name="due_account_owner", column="account_id", parent="accounts"),
            RowSecurity(name="due_rows", app="select, insert, update", staff="",
                        door=["account_id", "user_id", "due_since", "wake_at"]),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["user"], name="due_of_user"),
            # What the worker looks at when rung for, and twice a second; led by time, since it looks across users.
            models.Index(fields=["due_since"], condition=Q(due_since__isnull=False), name="due_now"),
            models.Index(fields=["wake_at"], condition=Q(wake_at__isnull=False), name="due_to_wake"),
        ]
        triggers = [
            # Whoever wrote without judging wakes the worker; in-house writers have judged by then and ring nothing.
            AtCommit(name="rings", operation=pgtrigger.Insert | pgtrigger.UpdateOf("due_since"),
                     condition=pgtrigger.Condition("NEW.due_since IS NOT NULL"), function="law.ring_due")
        ]  # fmt: skip

    def is_due(self, now: datetime) -> bool:
        return self.due_since is not None or (self.wake_at is not None and self.wake_at <= now)
