"""I am one run of the retention schedule: as of which day, how far it is, how many rows of which table went."""

from django.db import models

from aetheris.db.rows import ChangingRow
from aetheris.db.triggers import audited, never_deleted, touched
from compliance.laws import DeskSecurity


class RetentionRun(ChangingRow):
    """Written by the machine alone; one that was broken off has no end and is gone on with."""

    as_of = models.DateTimeField()
    removed = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    erased = models.IntegerField(default=0, db_default=0, help_text="People whose names went at the end of the term.")
    held = models.IntegerField(default=0, db_default=0, help_text="People who were left alone: a hold, an open case.")
    starts = models.IntegerField(default=0, db_default=0, help_text="How often it was begun or gone on with.")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "retention_runs"
        verbose_name = "run of retention"
        verbose_name_plural = "runs of retention"
        constraints = [
            DeskSecurity(name="retention_runs_desk"),
        ]
        indexes = [models.Index(fields=["created_at"], name="retention_runs_newest")]
        triggers = [*audited(), touched(counts=False), *never_deleted("what went is told for good")]

    def __str__(self) -> str:
        return f"retention as of {self.as_of:%Y-%m-%d}"
