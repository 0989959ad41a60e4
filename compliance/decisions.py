"""I propose decisions and make them: two people, and what follows from it, in one transaction."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from accounts.models import User
from aetheris import clock
from compliance.errors import CaseNotThere, ReasonNeeded, SecondPersonNeeded
from compliance.models import CaseNote, Decision
from compliance.models.decision import Kind, NoteKind, Verdict

Effect = Callable[[Decision], None]
effects: dict[str, Effect] = {}
SHORTEST = 10


def effect_of(kind: Kind) -> Callable[[Effect], Effect]:
    """What follows from an approved decision of this kind; each kind's own module says it."""

    def known(effect: Effect) -> Effect:
        effects[kind.value] = effect
        return effect

    return known


def propose(*, kind: Kind, subject_id: UUID | None, case_id: UUID, outcome: str, reason: str, by: User) -> Decision:
    decision = Decision(kind=kind, subject_id=subject_id, case_id=case_id, outcome=outcome, reason=said(reason),
                        proposed_by_id=by.pk)  # fmt: skip
    decision.save(force_insert=True)
    return decision


def decide(*, case_id: UUID, verdict: Verdict, note: str, by: User) -> Decision:
    decision = Decision.objects.filter(case_id=case_id, verdict=None).first()
    if decision is None:
        raise CaseNotThere
    if decision.proposed_by_id == by.pk:
        raise SecondPersonNeeded(did="proposed")
    if has_escalated(case_id, by):
        raise SecondPersonNeeded(did="escalated")
    made: dict[str, Any] = {
        "verdict": verdict.value, "decided_by_id": by.pk, "decided_at": clock.now(), "decided_note": note,
    }  # fmt: skip
    if not Decision.objects.filter(pk=decision.pk, verdict=None).update(**made):
        raise CaseNotThere  # somebody else was quicker; what they decided stands
    for name, value in made.items():
        setattr(decision, name, value)
    if verdict == Verdict.APPROVED:
        effects[decision.kind](decision)
    return decision


def waits(case_id: UUID) -> bool:
    """A proposal about it stands, for a second person to decide."""
    return Decision.objects.filter(case_id=case_id, verdict=None).exists()


def has_escalated(case_id: UUID, person: User) -> bool:
    return CaseNote.objects.filter(case_id=case_id, kind=NoteKind.ESCALATED, author_id=person.pk).exists()


def note(*, case_id: UUID, kind: NoteKind, text: str, by: User, link: str = "") -> CaseNote:
    made = CaseNote(case_id=case_id, kind=kind, text=text, link=link, author_id=by.pk)
    made.save(force_insert=True)
    return made


def said(reason: str) -> str:
    if len(reason.strip()) < SHORTEST:
        raise ReasonNeeded
    return reason.strip()
