"""I am what a trader set out to do on one day: a checklist, mood and energy, and how far to go."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from aetheris.db.rows import ChangingRow, money
from aetheris.db.tenancy import RowSecurity
from aetheris.db.triggers import audited, never_deleted, touched


class DayPlan(ChangingRow):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, db_index=False)
    plan_date = models.DateField(help_text="A day of the trader's own time zone.")
    checklist = models.JSONField(
        default=list, db_default=models.Value([], models.JSONField()), help_text="[{text, done}] in order."
    )
    mood = models.SmallIntegerField(null=True, blank=True, help_text="1 to 5.")
    energy = models.SmallIntegerField(null=True, blank=True, help_text="1 to 5.")
    trades_most = models.IntegerField(null=True, blank=True)
    loss_most = money(null=True, blank=True, help_text="In the trader's base currency.")
    profit_target = money(null=True, blank=True, help_text="In the trader's base currency.")
    intention = models.TextField(blank=True, default="", db_default="")
    version = models.BigIntegerField(default=1, db_default=1, editable=False)

    class Meta:
        db_table = "day_plans"
        constraints = [
            models.UniqueConstraint(fields=["user", "plan_date"], name="day_plans_once"),
            models.CheckConstraint(condition=Q(mood__gte=1, mood__lte=5), name="day_plans_mood"),
            models.CheckConstraint(condition=Q(energy__gte=1, energy__lte=5), name="day_plans_energy"),
            models.CheckConstraint(condition=Q(trades_most__gt=0), name="day_plans_trades_most"),
            models.CheckConstraint(condition=Q(loss_most__gt=0), name="day_plans_loss_most"),
            models.CheckConstraint(condition=Q(profit_target__gt=0), name="day_plans_profit_target"),
            # Moods are nobody else's business: staff have no way in.
            RowSecurity(name="day_plans_rows", app="select, insert, update", staff=""),
        ]
        triggers = [*audited(), touched(), *never_deleted("write it anew instead")]

    def __str__(self) -> str:
        return f"Plan of {self.plan_date}"
