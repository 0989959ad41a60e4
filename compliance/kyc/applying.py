"""I am what a person does for their own case: open it, put documents into it, hand it in."""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from accounts.models import User
from aetheris import clock
from aetheris.db.rows import uuid7
from compliance.errors import CaseIncomplete, StepNotPossible
from compliance.kyc import checklist
from compliance.models import KycCase, KycDocument
from compliance.models.kyc import OPEN, CaseState
from compliance.vault import files, keys, viewing

MOST_DOCUMENTS = 20


def current_case(user: User) -> KycCase | None:
    return KycCase.objects.filter(user_id=user.pk).order_by("-created_at").first()


def open_case(*, user: User, country: str, account_type: str, profile: Mapping[str, Any]) -> KycCase:
    """One open case a person; told again, a draft is corrected."""
    case = KycCase.objects.filter(user_id=user.pk, state__in=OPEN).first()
    if case is not None and case.state != CaseState.DRAFT:
        raise StepNotPossible(thing="case", state=case.get_state_display().lower(), what="a change")
    if case is None:
        case = KycCase(user_id=user.pk)
    case.country, case.account_type = country.upper(), account_type
    case.profile = keys.seal(keys.make(user.pk), json.dumps(dict(profile)).encode(), f"kyc_cases.profile.{case.pk}")
    if case._state.adding:
        case.save(force_insert=True)
    else:
        KycCase.objects.filter(pk=case.pk).update(country=case.country, account_type=account_type, profile=case.profile)
    return case


def profile_of(case: KycCase) -> dict[str, Any]:
    """What they said of themselves; empty when they said nothing."""
    if case.profile is None:
        return {}
    opened = keys.unseal(keys.of(case.user_id), bytes(case.profile), f"kyc_cases.profile.{case.pk}")
    return dict(json.loads(opened))


def add_document(*, case: KycCase, kind: str, name: str, content: bytes, expires_on: date | None) -> KycDocument:
    """It is drawn once before it is kept, so that what cannot be looked at is refused at once."""
    if case.state != CaseState.DRAFT:
        raise StepNotPossible(thing="case", state=case.get_state_display().lower(), what="a new document")
    if case.documents.filter(withdrawn_at=None).count() >= MOST_DOCUMENTS:
        raise StepNotPossible(thing="case", state=f"full ({MOST_DOCUMENTS} documents)", what="one more")
    seen = viewing.look(content)
    made = KycDocument(
        id=uuid7(), user_id=case.user_id, case=case, kind=kind, file_type=seen.kind, file_name=name[:200],
        size_bytes=len(content), pages=seen.pages, sha256=sha256(content).hexdigest(), expires_on=expires_on,
    )  # fmt: skip
    made.wrapped_key = files.put(case.user_id, made.pk, content)
    made.save(force_insert=True)
    return made


def withdraw_document(*, document: KycDocument) -> None:
    """The row stays; the file goes, unless the desk has had the case before: then it may be evidence and stays too."""
    if document.case.state != CaseState.DRAFT:
        raise StepNotPossible(thing="case", state=document.case.get_state_display().lower(), what="a withdrawal")
    KycDocument.objects.filter(pk=document.pk, withdrawn_at=None).update(withdrawn_at=clock.now())
    if document.case.submitted_at is None:
        files.remove(document.pk)


def hand_in(*, case: KycCase) -> None:
    if case.state != CaseState.DRAFT:
        raise StepNotPossible(thing="case", state=case.get_state_display().lower(), what="handing it in")
    if lacking := missing(case):
        raise CaseIncomplete(missing="; ".join(item.label for item in lacking))
    now = clock.now()
    due = now + timedelta(hours=checklist.checklist().decide_within_hours)
    KycCase.objects.filter(pk=case.pk).update(state=CaseState.SUBMITTED, submitted_at=now, due_at=due)


def missing(case: KycCase) -> list[checklist.Item]:
    return checklist.missing(case.country, case.account_type, shown(case), clock.now().date())


def shown(case: KycCase) -> list[checklist.Shown]:
    living = case.documents.filter(withdrawn_at=None, erased_at=None)
    return [checklist.Shown(document.kind, document.expires_on) for document in living]
