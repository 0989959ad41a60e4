"""I take a person's wish to be erased to the two people who agree to it, and keep the holds that stop it."""

from datetime import timedelta

from accounts.models import User
from aetheris import clock
from compliance import decisions
from compliance.errors import OnHold, SecondPersonNeeded
from compliance.models import Decision, ErasureRequest, LegalHold
from compliance.models.decision import Kind, Outcome, Verdict
from compliance.models.privacy import ErasureState

MONTH = timedelta(days=30)


def ask(*, user: User) -> ErasureRequest:
    """By the person; the one that stands, or a new one."""
    standing = ErasureRequest.objects.filter(user_id=user.pk, state__in=["requested", "approved"]).first()
    if standing is not None:
        return standing
    made = ErasureRequest(user_id=user.pk, due_at=clock.now() + MONTH)
    made.save(force_insert=True)
    return made


def propose(*, request: ErasureRequest, reason: str, by: User) -> Decision:
    _unless_held(request)
    return decisions.propose(kind=Kind.ERASURE, subject_id=request.user_id, case_id=request.pk,
                             outcome=Outcome.ERASED, reason=reason, by=by)  # fmt: skip


def decide(*, request: ErasureRequest, verdict: Verdict, note: str, by: User) -> Decision:
    _unless_held(request)
    return decisions.decide(case_id=request.pk, verdict=verdict, note=note, by=by)


@decisions.effect_of(Kind.ERASURE)
def _decided(decision: Decision) -> None:
    ErasureRequest.objects.filter(pk=decision.case_id).update(state=ErasureState.APPROVED)


def hold(*, subject: User, reason: str, by: User) -> LegalHold:
    made = LegalHold(subject_id=subject.pk, reason=decisions.said(reason), placed_by_id=by.pk)
    made.save(force_insert=True)
    return made


def lift(*, hold: LegalHold, by: User) -> None:
    if hold.placed_by_id == by.pk:
        raise SecondPersonNeeded(did="placed")
    LegalHold.objects.filter(pk=hold.pk, lifted_at=None).update(lifted_by_id=by.pk, lifted_at=clock.now())


def is_proposed(request: ErasureRequest) -> bool:
    return Decision.objects.filter(case_id=request.pk, verdict=None).exists()


def may_be_proposed(request: ErasureRequest) -> bool:
    return request.state == ErasureState.REQUESTED and not is_proposed(request)


def _unless_held(request: ErasureRequest) -> None:
    held = LegalHold.objects.filter(subject_id=request.user_id, lifted_at=None).first()
    if held is not None:
        raise OnHold(reason=held.reason)
