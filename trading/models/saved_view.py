"""I am one set of journal filters a trader gave a name."""

from django.conf import settings
from django.db import models

from aetheris.db.rows import ChangingRow
from aetheris.db.tenancy import RowSecurity
from aetheris.db.triggers import audited, touched


class SavedView(ChangingRow):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, db_index=False)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1000, help_text="The journal's address after the question mark.")

    class Meta:
        db_table = "saved_views"
        constraints = [
            models.UniqueConstraint(fields=["user", "name"], name="saved_views_once"),
            # A name for filters is no record: its owner may take it away.
            RowSecurity(name="saved_views_rows", app="select, insert, update, delete"),
        ]
        triggers = [*audited(), touched()]

    def __str__(self) -> str:
        return self.name
