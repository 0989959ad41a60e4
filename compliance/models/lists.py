"""I am the lists of sanctioned and exposed persons that staff import, and who of ours resembles whom of theirs."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from aetheris.db.rows import Row, one_of
from aetheris.db.triggers import Law, append_only, audited, before_update
from compliance.laws import DeskSecurity
from compliance.models.roles import RUNNING, WORKING


def texts() -> ArrayField:
    return ArrayField(models.TextField(), default=list, db_default=models.Value([], ArrayField(models.TextField())))


class Source(models.TextChoices):
    OFAC = "ofac"
    EU = "eu"
    UN = "un"
    UK = "uk"
    PEP = "pep"


class WatchList(Row):
    """One imported file; the newest of its source is the one that counts."""

    source = models.TextField(choices=Source)
    file_name = models.TextField()
    sha256 = models.CharField(max_length=64)
    published_on = models.DateField(null=True, blank=True)
    entries = models.IntegerField()
    changes = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    screened_at = models.DateTimeField(null=True, blank=True, help_text="When everybody was held against it.")

    class Meta:
        db_table = "watch_lists"
        verbose_name = "watch list"
        constraints = [
            one_of("source", Source, name="watch_lists_source"),
            DeskSecurity(name="watch_lists_desk", add=RUNNING, author="imported_by_id",
                         worker="select, insert, update (screened_at)"),
        ]  # fmt: skip
        indexes = [models.Index(fields=["source", "created_at"], name="watch_lists_newest")]
        triggers = [*audited(), *append_only(but_for=["screened_at"])]

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
            DeskSecurity(name="listed_parties_desk", add=RUNNING, worker="select, insert"),
        ]
        triggers = [*append_only()]

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
            DeskSecurity(name="screening_hits_desk", change=WORKING, columns=RESOLVED, worker="select, insert"),
        ]
        indexes = [models.Index(fields=["state", "created_at"], name="screening_hits_queue")]
        triggers = [
            *audited(),
            *append_only(but_for=RESOLVED),
            before_update("answered_once", "law.answered_once"),
            Law(name="resolved_as_oneself", when=pgtrigger.Before, operation=pgtrigger.Update,
                function="law.signed_by", arguments=("resolved_by_id",)),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.listed_name} ({self.source}, {self.score})"
