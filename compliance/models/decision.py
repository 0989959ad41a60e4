"""I am a decision about a person, a case or a list: proposed by one, approved or declined by another, then fixed."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from aetheris.db.rows import Row, one_of
from aetheris.db.triggers import Law, append_only, audited
from compliance.laws import DeskSecurity
from compliance.models.roles import APPROVING, WORKING


class Kind(models.TextChoices):
    KYC = "kyc"
    AML = "aml"
    ERASURE = "erasure"
    HIT = "hit"
    ALERT = "alert"
    LIST = "list"


class Outcome(models.TextChoices):
    VERIFIED = "verified"
    REJECTED = "rejected"
    PASSED = "passed"
    REVIEW = "review"
    REPORTED = "reported"
    ERASED = "erased"
    CLEARED = "cleared"
    DISMISSED = "dismissed"
    ACTIVATED = "activated"


OUTCOMES = {
    Kind.KYC: (Outcome.VERIFIED, Outcome.REJECTED),
    Kind.AML: (Outcome.PASSED, Outcome.REVIEW, Outcome.REJECTED, Outcome.REPORTED),
    Kind.ERASURE: (Outcome.ERASED,),
    Kind.HIT: (Outcome.CLEARED,),
    Kind.ALERT: (Outcome.DISMISSED,),
    Kind.LIST: (Outcome.ACTIVATED,),
}


class Verdict(models.TextChoices):
    APPROVED = "approved"
    DECLINED = "declined"


DECIDED = ("verdict", "decided_by_id", "decided_at", "decided_note")


class Decision(Row):
    kind = models.TextField(choices=Kind)
    subject = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    case_id = models.UUIDField(help_text="The case, request, hit, alert or list it closes.")
    outcome = models.TextField(choices=Outcome)
    reason = models.TextField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    verdict = models.TextField(choices=Verdict, null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_note = models.TextField(blank=True, default="", db_default="")

    class Meta:
        db_table = "decisions"
        constraints = [
            one_of("kind", Kind, name="decisions_kind"),
            models.CheckConstraint(
                condition=Q(kind="kyc", outcome__in=OUTCOMES[Kind.KYC]) | Q(kind="aml", outcome__in=OUTCOMES[Kind.AML])
                | Q(kind="erasure", outcome__in=OUTCOMES[Kind.ERASURE]) | Q(kind="hit", outcome=Outcome.CLEARED)
                | Q(kind="alert", outcome=Outcome.DISMISSED) | Q(kind="list", outcome=Outcome.ACTIVATED),
                name="decisions_outcome",
            ),
            models.CheckConstraint(
                condition=Q(kind="list", subject=None) | ~Q(kind="list") & Q(subject__isnull=False),
                name="decisions_about_somebody",
            ),
            models.CheckConstraint(condition=~Q(decided_by=F("proposed_by")), name="decisions_four_eyes"),
            models.CheckConstraint(
                condition=Q(verdict=None, decided_by=None, decided_at=None)
                | Q(verdict__in=Verdict.values, decided_by__isnull=False, decided_at__isnull=False),
                name="decisions_verdict_whole",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="decisions_reason"),
            models.UniqueConstraint(fields=["case_id"], condition=Q(verdict=None), name="decisions_one_open"),
            DeskSecurity(
                name="decisions_desk",
                add=WORKING,
                author="proposed_by_id",
                change=APPROVING,
                columns=DECIDED,
                worker="select",
                door=["kind", "subject_id", "case_id", "outcome", "verdict", "decided_at"],
            ),
        ]  # fmt: skip
        indexes = [
            # What was last decided about a person.
            models.Index(fields=["subject", "kind", "decided_at"], name="decisions_of_subject"),
            models.Index(fields=["case_id", "created_at"], name="decisions_of_case"),
        ]
        triggers = [
            *audited(),
            *append_only(but_for=DECIDED),
            Law(name="undecided_at_first", when=pgtrigger.Before, operation=pgtrigger.Insert,
                function="law.undecided_at_first"),
            Law(name="about_its_case", when=pgtrigger.Before, operation=pgtrigger.Insert,
                function="door.about_its_case"),
            Law(name="four_eyes", when=pgtrigger.Before, operation=pgtrigger.Update, function="door.four_eyes"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind}: {self.outcome}"


class NoteKind(models.TextChoices):
    NOTE = "note"
    LINK = "link"
    ASSIGNED = "assigned"
    ESCALATED = "escalated"
    SEEN = "seen"


class CaseNote(Row):
    """What somebody of the desk said or did in a case; it stays."""

    case_id = models.UUIDField()
    kind = models.TextField(choices=NoteKind, default=NoteKind.NOTE, db_default=NoteKind.NOTE)
    text = models.TextField()
    link = models.TextField(blank=True, default="", db_default="", help_text="table:id of what it points at.")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        db_table = "case_notes"
        constraints = [
            one_of("kind", NoteKind, name="case_notes_kind"),
            DeskSecurity(name="case_notes_desk", add=WORKING, author="author_id",
                         door=["case_id", "kind", "author_id"]),
        ]  # fmt: skip
        indexes = [models.Index(fields=["case_id", "created_at"], name="case_notes_of_case")]
        triggers = [*audited(), *append_only()]

    def __str__(self) -> str:
        return f"{self.kind}: {self.text[:60]}"
