"""I am what the desk does with a case: take it, ask for more, propose an outcome, raise it, decide."""

from datetime import timedelta
from uuid import UUID

from accounts.models import User
from aetheris import clock
from compliance import decisions
from compliance.errors import StepNotPossible
from compliance.kyc import checklist
from compliance.kyc.applying import missing, shown
from compliance.models import Decision, KycCase
from compliance.models.decision import Kind, NoteKind, Outcome, Verdict
from compliance.models.kyc import CaseState


def take(*, case: KycCase, by: User) -> None:
    """Look at it as the one who answers for it."""
    if case.state == CaseState.SUBMITTED:
        _change(case, state=CaseState.IN_REVIEW, assigned_to=by.pk)
    elif case.state == CaseState.IN_REVIEW:
        _change(case, assigned_to=by.pk)
    else:
        raise _not(case, "taking it")
    decisions.note(case_id=case.pk, kind=NoteKind.ASSIGNED, text=f"Taken by {by.email}.", by=by)


def ask_for_more(*, case: KycCase, told: str, by: User) -> None:
    """Back to the person, who reads what is still wanted."""
    if case.state != CaseState.IN_REVIEW:
        raise _not(case, "asking for more")
    _change(case, state=CaseState.DRAFT, told=decisions.said(told))
    decisions.note(case_id=case.pk, kind=NoteKind.NOTE, text=f"Asked for more: {told}", by=by)


def propose(*, case: KycCase, outcome: Outcome, reason: str, told: str, by: User) -> Decision:
    if case.state != CaseState.IN_REVIEW:
        raise _not(case, "a proposal")
    if outcome == Outcome.VERIFIED and (lacking := missing(case)):
        raise StepNotPossible(thing="case", state=f"without {lacking[0].label.lower()}", what="verification")
    made = decisions.propose(
        kind=Kind.KYC, subject_id=case.user_id, case_id=case.pk, outcome=outcome, reason=reason, by=by
    )
    _change(case, told=told.strip())
    return made


def escalate(*, case: KycCase, reason: str, by: User) -> None:
    """Somebody else decides; the clock runs for half a day more at most."""
    if case.state != CaseState.IN_REVIEW:
        raise _not(case, "an escalation")
    decisions.note(case_id=case.pk, kind=NoteKind.ESCALATED, text=decisions.said(reason), by=by)
    soon = clock.now() + timedelta(hours=12)
    _change(case, due_at=min(case.due_at or soon, soon))


def decide(*, case: KycCase, verdict: Verdict, note: str, by: User) -> Decision:
    return decisions.decide(case_id=case.pk, verdict=verdict, note=note, by=by)


@decisions.effect_of(Kind.KYC)
def _decided(decision: Decision) -> None:
    case = KycCase.objects.get(pk=decision.case_id)
    again = None
    if decision.outcome == Outcome.VERIFIED:
        again = checklist.review_again_on(clock.now().date(), [document.expires_on for document in shown(case)])
    _change(case, state=decision.outcome, review_again_on=again)
    User.objects.filter(pk=decision.subject_id).update(kyc_status=decision.outcome)  # type: ignore[misc]


def run_out(*, case_id: UUID, person: UUID) -> None:
    """By the worker, as that person: the day of the next review has come."""
    KycCase.objects.filter(pk=case_id, state=CaseState.VERIFIED).update(state=CaseState.EXPIRED)
    User.objects.filter(pk=person, kyc_status="verified").update(kyc_status="pending")


def _change(case: KycCase, **values: object) -> None:
    """Only what is named: of a case the desk may not write everything."""
    KycCase.objects.filter(pk=case.pk).update(**values)
    for name, value in values.items():
        setattr(case, name, value)


def _not(case: KycCase, what: str) -> StepNotPossible:
    return StepNotPossible(thing="case", state=case.get_state_display().lower(), what=what)
