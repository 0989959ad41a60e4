"""I am one trader's own benchmark for one KPI; without me the house's default stands."""

from django.conf import settings
from django.db import models

from aetheris.db.rows import ChangingRow, one_of
from aetheris.db.tenancy import RowSecurity
from aetheris.db.triggers import audited, touched


class Kind(models.TextChoices):
    LEAST = "least", "at least"
    MOST = "most", "at most"


class KpiTarget(ChangingRow):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, db_index=False)
    kpi = models.TextField(help_text="Its key in the catalogue.")
    kind = models.TextField(choices=Kind, default=Kind.LEAST, db_default=Kind.LEAST)
    value = models.FloatField(help_text="In the KPI's own unit.")

    class Meta:
        db_table = "kpi_targets"
        constraints = [
            models.UniqueConstraint(fields=["user", "kpi"], name="kpi_targets_once"),
            one_of("kind", Kind, name="kpi_targets_kind"),
            models.CheckConstraint(condition=models.Q(value__gt=-1e300, value__lt=1e300), name="kpi_targets_finite"),
            RowSecurity(name="kpi_targets_rows", app="select, insert, update, delete"),
        ]
        triggers = [*audited(), touched()]

    def __str__(self) -> str:
        return f"{self.kpi} {self.kind} {self.value}"
