"""I am what staff made of entries of the trail, and the checks of the whole chain they asked for."""

import pgtrigger
from django.conf import settings
from django.db import models

from aetheris.db.rows import ChangingRow, Row, one_of
from aetheris.db.triggers import Law, append_only, audited
from compliance.laws import DeskSecurity
from compliance.models.roles import WORKING, Desk


class ReviewKind(models.TextChoices):
    REVIEWED = "reviewed"
    ESCALATED = "escalated"


class EntryReview(Row):
    """Whoever escalated an entry does not close it: another pair of eyes does."""

    sequence = models.BigIntegerField()
    kind = models.TextField(choices=ReviewKind)
    note = models.TextField()
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        db_table = "entry_reviews"
        verbose_name = "review of an entry"
        verbose_name_plural = "reviews of entries"
        constraints = [
            one_of("kind", ReviewKind, name="entry_reviews_kind"),
            DeskSecurity(name="entry_reviews_desk", add=WORKING, author="reviewer_id",
                         door=["sequence", "kind", "reviewer_id"]),
        ]  # fmt: skip
        indexes = [models.Index(fields=["sequence", "created_at"], name="entry_reviews_of_entry")]
        triggers = [
            *audited(),
            *append_only(),
            Law(name="four_eyes", when=pgtrigger.Before, operation=pgtrigger.Insert, function="door.entry_four_eyes"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.sequence}"


class ChainCheck(ChangingRow):
    """One verification of everything, run by the worker: how far it is and what it found."""

    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    entries_done = models.BigIntegerField(default=0, db_default=0)
    entries_expected = models.BigIntegerField(default=0, db_default=0)
    seals = models.BigIntegerField(default=0, db_default=0)
    head = models.TextField(blank=True, default="", db_default="")
    stands = models.BooleanField(null=True)
    findings = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))

    class Meta:
        db_table = "chain_checks"
        verbose_name = "check of the chain"
        verbose_name_plural = "checks of the chain"
        constraints = [
            DeskSecurity(name="chain_checks_desk", add=Desk.values, author="asked_by_id",
                         worker="select, insert, update"),
        ]  # fmt: skip
        indexes = [models.Index(fields=["created_at"], name="chain_checks_newest")]
        triggers = [*audited()]

    def __str__(self) -> str:
        return f"check of {self.created_at:%Y-%m-%d %H:%M}"
