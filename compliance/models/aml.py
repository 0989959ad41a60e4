"""I am what looks like money laundering: alerts of the rules, and the cases that staff make of them."""

import pgtrigger
from django.conf import settings
from django.db import models

from aetheris.db.rows import ChangingRow, Row, one_of
from aetheris.db.triggers import Law, append_only, audited, before_update, never_deleted, touched, walks
from compliance.laws import DeskSecurity
from compliance.models.roles import WORKING


class AlertState(models.TextChoices):
    OPEN = "open"
    IN_CASE = "in_case"
    DISMISSED = "dismissed"


class BehaviourAlert(Row):
    """A rule found a pattern; the same pattern is told once (`pattern`)."""

    rule = models.TextField()
    subject = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sentence = models.TextField()
    evidence = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    pattern = models.CharField(max_length=64, unique=True)
    state = models.TextField(choices=AlertState, default=AlertState.OPEN, db_default=AlertState.OPEN)
    case_id = models.UUIDField(null=True, blank=True)
    resolution = models.TextField(blank=True, default="", db_default="")

    class Meta:
        db_table = "behaviour_alerts"
        verbose_name = "behaviour alert"
        constraints = [
            one_of("state", AlertState, name="behaviour_alerts_state"),
            DeskSecurity(name="behaviour_alerts_desk", change=WORKING, columns=["state", "case_id", "resolution"],
                         worker="select, insert", door=["id", "subject_id", "state"]),
        ]  # fmt: skip
        indexes = [models.Index(fields=["state", "created_at"], name="behaviour_alerts_queue")]
        triggers = [
            *audited(),
            *append_only(but_for=["state", "case_id", "resolution"]),
            before_update("answered_once", "law.answered_once"),
            before_update("case_once", "law.set_once", "case_id"),
            Law(name="dismissed_by_decision", when=pgtrigger.Before, operation=pgtrigger.UpdateOf("state"),
                function="door.alert_by_decision"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.rule}: {self.sentence[:80]}"


class AmlState(models.TextChoices):
    OPEN = "open"
    IN_REVIEW = "in_review"
    ESCALATED = "escalated"
    CLOSED = "closed"
    REPORTED = "reported"


class AmlCase(ChangingRow):
    subject = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    title = models.TextField()
    state = models.TextField(choices=AmlState, default=AmlState.OPEN, db_default=AmlState.OPEN)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    assigned_to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    due_at = models.DateTimeField()
    rating = models.TextField(blank=True, default="", db_default="", help_text="low, medium or high.")
    factors = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "aml_cases"
        verbose_name = "AML case"
        constraints = [
            one_of("state", AmlState, name="aml_cases_state"),
            DeskSecurity(name="aml_cases_desk", add=WORKING, author="opened_by_id", change=WORKING,
                         columns=["state", "assigned_to_id", "due_at", "rating", "factors", "closed_at"]),
        ]  # fmt: skip
        indexes = [models.Index(fields=["state", "due_at"], name="aml_cases_queue")]
        triggers = [
            *audited(),
            touched(counts=False),
            *never_deleted("a case is closed by a decision"),
            walks("state", "open>in_review", "open>escalated", "in_review>escalated", "in_review>closed",
                  "in_review>reported", "escalated>closed", "escalated>reported"),
            Law(name="closed_by_decision", when=pgtrigger.Before, operation=pgtrigger.UpdateOf("state"),
                function="door.inquiry_by_decision"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title
