"""I am how one person's table of trades is to be read: which of its columns is which of ours."""

from django.conf import settings
from django.db import models

from aetheris.db.rows import ChangingRow
from aetheris.db.tenancy import RowSecurity
from aetheris.db.triggers import audited, touched


class ColumnMapping(ChangingRow):
    """Found again by its header: `header_sha256` is the fingerprint of the file's column names in their order."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, db_index=False)
    name = models.TextField()
    header_sha256 = models.CharField(max_length=64)
    header = models.JSONField(default=list)
    columns = models.JSONField(help_text="{our column: the file's column}")
    timezone = models.TextField(blank=True, default="", db_default="")
    decimal = models.TextField(blank=True, default="", db_default="")
    date_order = models.TextField(blank=True, default="", db_default="")

    class Meta:
        db_table = "column_mappings"
        constraints = [
            models.UniqueConstraint(fields=["user", "header_sha256"], name="column_mappings_one_per_header"),
            RowSecurity(name="column_mappings_rows", app="select, insert, update, delete"),
        ]
        triggers = [*audited(), touched()]

    def __str__(self) -> str:
        return self.name
