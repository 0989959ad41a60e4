"""I am one prop firm's programme and phase as published on a day; a change makes a new version of me."""

import pgtrigger
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from aetheris.db.rows import ChangingRow, money
from aetheris.db.tenancy import RowSecurity
from aetheris.db.triggers import Law, audited, never_deleted, touched


class PropFirmTemplate(ChangingRow):
    firm_name = models.TextField()
    program = models.TextField()
    phase = models.TextField(default="", db_default="")
    version = models.IntegerField(default=1, db_default=1)
    max_daily_loss = money(null=True, blank=True)
    max_trailing_dd = money(null=True, blank=True)
    min_trading_days = models.IntegerField(null=True, blank=True)
    max_loss_per_trade = money(null=True, blank=True)
    profit_target = money(null=True, blank=True)
    rules = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    source_url = models.TextField(blank=True, default="", db_default="")
    verified_on = models.DateField(null=True, blank=True)
    is_published = models.BooleanField(default=False, db_default=False)

    class Meta:
        db_table = "prop_firm_templates"
        constraints = [
            models.UniqueConstraint(fields=["firm_name", "program", "phase", "version"], name="templates_version_once"),
            RowSecurity(
                name="templates_rows", owner=None, app="select", service="select, insert, update",
                staff="select, insert, update",
            ),
        ]  # fmt: skip
        indexes = [GinIndex(fields=["rules"], name="templates_rules")]
        triggers = [
            *audited(),
            touched(counts=False),
            *never_deleted("a published programme stays; publish a new version"),
            Law(
                name="published_kept", when=pgtrigger.Before, operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__is_published=True), function="law.keep_all_but",
                arguments=("updated_at",),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"

    @property
    def name(self) -> str:
        return " ".join(word for word in (self.firm_name, self.program, self.phase) if word)
