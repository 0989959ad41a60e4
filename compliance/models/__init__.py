"""What can be shown later."""

from compliance.models.aml import AmlCase, BehaviourAlert
from compliance.models.audit import AuditEntry
from compliance.models.decision import CaseNote, Decision
from compliance.models.kyc import KycCase, KycDocument
from compliance.models.lists import Hit, ListedParty, WatchList
from compliance.models.payments import Payment
from compliance.models.privacy import DataExport, ErasureRequest, LegalHold
from compliance.models.retention import RetentionRun
from compliance.models.review import ChainCheck, EntryReview
from compliance.models.roles import DeskRole

__all__ = [
    "AmlCase", "AuditEntry", "BehaviourAlert", "CaseNote", "ChainCheck", "DataExport", "Decision", "DeskRole",
    "EntryReview", "ErasureRequest", "Hit", "KycCase", "KycDocument", "LegalHold", "ListedParty", "Payment",
    "RetentionRun", "WatchList",
]  # fmt: skip
