"""I am what a person shows of who they are: a case with its steps, and the documents in it."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from aetheris.db.owned import OwnedWith
from aetheris.db.rows import ChangingRow, Row, one_of
from aetheris.db.tenancy import RowSecurity
from aetheris.db.triggers import Law, append_only, audited, never_deleted, touched, walks
from compliance.laws import DeskSecurity
from compliance.models.roles import WORKING


class CaseState(models.TextChoices):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    VERIFIED = "verified"
    REJECTED = "rejected"
    EXPIRED = "expired"


OPEN = (CaseState.DRAFT.value, CaseState.SUBMITTED.value, CaseState.IN_REVIEW.value)


class DocumentKind(models.TextChoices):
    PASSPORT = "passport"
    ID_CARD = "id_card"
    DRIVING_LICENCE = "driving_licence"
    PROOF_OF_ADDRESS = "proof_of_address"
    BANK_STATEMENT = "bank_statement"
    SOURCE_OF_FUNDS = "source_of_funds"
    FIRM_AGREEMENT = "firm_agreement"
    TAX_FORM = "tax_form"


def applicants_step() -> list[Law]:
    """The person themselves hands in a draft, and takes no other step."""
    return [
        Law(name="applicants_step", when=pgtrigger.Before, operation=pgtrigger.Update | pgtrigger.Insert,
            function="law.applicants_step"),
        Law(name="closed_by_decision", when=pgtrigger.Before, operation=pgtrigger.UpdateOf("state"),
            function="door.case_by_decision"),
    ]  # fmt: skip


class KycCase(ChangingRow):
    """`profile` is what they say of themselves, under their own key (see compliance.vault)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, related_name="kyc_cases")
    state = models.TextField(choices=CaseState, default=CaseState.DRAFT, db_default=CaseState.DRAFT)
    country = models.CharField(max_length=2, help_text="Where they live, ISO 3166.")
    account_type = models.TextField(default="personal", db_default="personal")
    profile = models.BinaryField(null=True, blank=True, editable=False)
    submitted_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    assigned_to = models.UUIDField(null=True, blank=True, help_text="Who of the desk works on it.")
    review_again_on = models.DateField(null=True, blank=True)
    told = models.TextField(blank=True, default="", db_default="", help_text="What the person is told of the outcome.")

    class Meta:
        db_table = "kyc_cases"
        verbose_name = "KYC case"
        constraints = [
            models.UniqueConstraint(fields=["id", "user"], name="kyc_cases_id_user"),
            models.UniqueConstraint(fields=["user"], condition=Q(state__in=OPEN), name="kyc_cases_one_open"),
            one_of("state", CaseState, name="kyc_cases_state"),
            RowSecurity(
                name="kyc_cases_rows",
                app="select, insert, update (state, country, account_type, profile, submitted_at, due_at, updated_at)",
                service="select, update (state, profile, review_again_on, updated_at)",
                staff_columns=[
                    "id",
                    "user_id",
                    "state",
                    "country",
                    "account_type",
                    "submitted_at",
                    "due_at",
                    "assigned_to",
                    "review_again_on",
                    "told",
                    "created_at",
                    "updated_at",
                    "profile",
                ],
                door=["id", "user_id", "state", "review_again_on"],
            ),
            DeskSecurity(
                name="kyc_cases_desk",
                read=False,
                change=WORKING,
                columns=["state", "assigned_to", "due_at", "review_again_on", "told"],
            ),
        ]
        indexes = [
            # One's own cases, newest first; the desk's queue is short and read whole.
            models.Index(fields=["user", "created_at"], name="kyc_cases_of_user"),
        ]
        triggers = [
            *audited(secrets=["profile"]),
            touched(counts=False),
            *never_deleted("a case is closed by a decision"),
            walks("state", "draft>submitted", "submitted>in_review", "in_review>draft", "in_review>verified",
                  "in_review>rejected", "verified>expired"),
            *applicants_step(),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"KYC {str(self.id)[-6:]}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


class KycDocument(Row):
    """The file itself lies encrypted in the vault; its key, wrapped by its owner's, is here until it is destroyed."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, related_name="+")
    case = models.ForeignKey(KycCase, models.PROTECT, db_constraint=False, db_index=False, related_name="documents")
    kind = models.TextField(choices=DocumentKind)
    file_type = models.TextField()
    file_name = models.TextField(blank=True, default="", db_default="")
    size_bytes = models.BigIntegerField()
    pages = models.IntegerField()
    sha256 = models.CharField(max_length=64)
    expires_on = models.DateField(null=True, blank=True)
    wrapped_key = models.BinaryField(null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "kyc_documents"
        verbose_name = "KYC document"
        constraints = [
            one_of("kind", DocumentKind, name="kyc_documents_kind"),
            OwnedWith(name="kyc_documents_case_owner", column="case_id", parent="kyc_cases"),
            RowSecurity(
                name="kyc_documents_rows",
                app="select, insert, update (withdrawn_at)",
                service="select, update (wrapped_key, erased_at, file_name)",
            ),
        ]
        indexes = [
            # The documents of a case, in the order they came.
            models.Index(fields=["user", "case", "created_at"], name="kyc_documents_of_case"),
        ]
        triggers = [
            *audited(secrets=["wrapped_key", "file_name"]),
            *append_only(but_for=["withdrawn_at", "erased_at", "wrapped_key", "file_name"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.created_at:%Y-%m-%d}"
