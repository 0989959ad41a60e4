"""I am one line of a news calendar that a trader imported: when, which currency, how much it matters."""

from django.conf import settings
from django.db import models

from aetheris.db.rows import Row, one_of
from aetheris.db.tenancy import RowSecurity
from aetheris.db.triggers import audited


class Impact(models.TextChoices):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class CalendarEntry(Row):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, db_index=False)
    at = models.DateTimeField()
    currency = models.CharField(max_length=10)
    impact = models.TextField(choices=Impact)
    title = models.CharField(max_length=200)

    class Meta:
        db_table = "news_calendar"
        constraints = [
            one_of("impact", Impact, name="calendar_impact"),
            # Also how it is read: one's own news between two moments.
            models.UniqueConstraint(fields=["user", "at", "currency", "title"], name="calendar_once"),
            RowSecurity(name="calendar_rows", app="select, insert, delete"),
        ]
        triggers = [*audited()]

    def __str__(self) -> str:
        return f"{self.currency} {self.title} at {self.at:%Y-%m-%d %H:%M}"
