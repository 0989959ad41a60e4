"""I am the lists of sanctioned and exposed persons that staff import, and who of ours resembles whom of theirs."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from aetheris.db.rows import Row, one_of
from aetheris.db.triggers import Law, append_only, audited, before_update
from compliance.laws import DeskSecurity
from compliance.models.roles import APPROVING, RUNNING, WORKING


def texts() -> ArrayField:
    return ArrayField(models.TextField(), default=list, db_default=models.Value([], ArrayField(models.TextField())))


class Source(models.TextChoices):
    OFAC = "ofac"
    EU = "eu"
    UN = "un"
    UK = "uk"
    PEP = "pep"


class WatchList(Row):
    """One imported file; of its source counts the newest that a second person has agreed to."""

    source = models.TextField(choices=Source)
    file_name = models.TextField()
    sha256 = models.CharField(max_length=64)
    published_on = models.DateField(null=True, blank=True)
    entries = models.IntegerField()
    changes = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    screened_at = models.DateTimeField(null=True, blank=True, help_text="When everybody was held against it.")
    activated_at = models.DateTimeField(null=True, blank=True, help_text="When a second person agreed that it counts.")

    class Meta:
        db_table = "watch_lists"
        verbose_name = "watch list"
        constraints = [
            one_of("source", Source, name="watch_lists_source"),
            DeskSecurity(name="watch_lists_desk", add=RUNNING, author="imported_by_id", change=APPROVING,
                         columns=["activated_at"], worker="select, update (screened_at)",
                         door=["id", "imported_by_id", "activated_at"]),
        ]  # fmt: skip
        indexes = [models.Index(fields=["source", "created_at"], name="watch_lists_newest")]
        triggers = [
            *audited(),
            *append_only(but_for=["screened_at", "activated_at"]),
            Law(name="begins_waiting", when=pgtrigger.Before, operation=pgtrigger.Insert,
                function="law.begins_without", arguments=("activated_at",)),
            before_update("activated_once", "law.set_once", "activated_at"),
            Law(name="activated_by_decision", when=pgtrigger.Before, operation=pgtrigger.UpdateOf("activated_at"),
                function="door.list_by_decision"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.source} of {self.created_at:%Y-%m-%d}"


class ListedParty(Row):
    """One entry of one list; `names` holds every spelling the list gives."""

    watch_list = models.ForeignKey(WatchList, models.PROTECT, related_name="parties")
    reference = models.TextField(help_text="The list's own number of the entry.")
    is_person = models.BooleanField(default=True, db_default=True)
    names = ArrayField(models.TextField())
    birth_dates = texts()
    countries = texts()
    programmes = texts()
    digest = models.CharField(max_length=64, help_text="Of what the entry says; the same while it says the same.")

    class Meta:
        db_table = "listed_parties"
        verbose_name = "listed party"
        verbose_name_plural = "listed parties"
        constraints = [
            models.UniqueConstraint(fields=["watch_list", "reference"], name="listed_parties_once"),
            DeskSecurity(name="listed_parties_desk", add=RUNNING, worker="select"),
        ]
        triggers = [
            *append_only(),
            Law(name="list_is_complete", when=pgtrigger.Before, operation=pgtrigger.Insert,
                function="door.list_is_complete"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.names[0]) if self.names else self.reference


class HitState(models.TextChoices):
    OPEN = "open"
    CONFIRMED = "confirmed"
    CLEARED = "cleared"


RESOLVED = ("state", "resolved_by_id", "resolved_at", "resolution", "case_id")


class Hit(Row):
    """A person of ours resembles an entry: by how much, and why. The same entry is not asked about twice."""

    subject = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    source = models.TextField(choices=Source)
    reference = models.TextField()
    digest = models.CharField(max_length=64)
    listed_name = models.TextField()
    score = models.DecimalField(max_digits=5, decimal_places=2)
    why = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    state = models.TextField(choices=HitState, default=HitState.OPEN, db_default=HitState.OPEN)
    case_id = models.UUIDField(null=True, blank=True)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolution = models.TextField(blank=True, default="", db_default="")

    class Meta:
        db_table = "screening_hits"
        verbose_name = "screening hit"
        constraints = [
            one_of("state", HitState, name="screening_hits_state"),
            models.UniqueConstraint(fields=["subject", "source", "reference", "digest"], name="screening_hits_once"),
            models.CheckConstraint(
                condition=Q(state="open", resolved_by=None) | (Q(resolved_by__isnull=False) & ~Q(resolution="")),
                name="screening_hits_resolved_whole",
            ),
            DeskSecurity(
                name="screening_hits_desk",
                change=WORKING,
                columns=RESOLVED,
                worker="select, insert",
                door=["id", "subject_id", "state"],
            ),
        ]
        indexes = [models.Index(fields=["state", "created_at"], name="screening_hits_queue")]
        triggers = [
            *audited(),
            *append_only(but_for=RESOLVED),
            before_update("answered_once", "law.answered_once"),
            before_update("case_once", "law.set_once", "case_id"),
            Law(name="cleared_by_decision", when=pgtrigger.Before, operation=pgtrigger.UpdateOf("state"),
                function="door.hit_by_decision"),
            Law(name="resolved_as_oneself", when=pgtrigger.Before, operation=pgtrigger.Update,
                function="law.signed_by", arguments=("resolved_by_id",)),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.listed_name} ({self.source}, {self.score})"
