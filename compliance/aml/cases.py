"""I am what the desk does about money laundering: make cases of hits and alerts, rate, raise, close or report."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from accounts.models import User
from aetheris import clock
from compliance import decisions
from compliance.aml import rating
from compliance.errors import StepNotPossible
from compliance.models import AmlCase, BehaviourAlert, CaseNote, Decision, Hit, KycCase
from compliance.models.aml import AlertState, AmlState
from compliance.models.decision import Kind, NoteKind, Outcome
from compliance.models.lists import HitState, Source

TARGET = {"low": timedelta(days=30), "medium": timedelta(days=10), "high": timedelta(days=2)}
LIVING = (AmlState.OPEN, AmlState.IN_REVIEW, AmlState.ESCALATED)


def open_case(*, subject_id: UUID, title: str, by: User) -> AmlCase:
    """The living case of a person, or a new one, with all that is open about them in it."""
    case = AmlCase.objects.filter(subject_id=subject_id, state__in=LIVING).first()
    if case is None:
        case = AmlCase(subject_id=subject_id, title=title, opened_by_id=by.pk, assigned_to_id=by.pk,
                       due_at=clock.now() + TARGET["medium"])  # fmt: skip
        case.save(force_insert=True)
    BehaviourAlert.objects.filter(subject_id=subject_id, state=AlertState.OPEN).update(
        state=AlertState.IN_CASE, case_id=case.pk
    )
    rate(case=case)
    return case


def rate(*, case: AmlCase) -> str:
    """Anew from what is known now; the clock follows the rating."""
    found = factors_of(case.subject_id)
    word, _ = rating.rated(found)
    due = min(case.due_at, case.created_at + TARGET[word])
    change(case, rating=word, factors=rating.told(found), due_at=due)
    return word


def factors_of(subject_id: UUID) -> list[rating.Factor]:
    confirmed = Hit.objects.filter(subject_id=subject_id, state=HitState.CONFIRMED)
    exposed = confirmed.filter(source=Source.PEP).count()
    case = KycCase.objects.filter(user_id=subject_id).order_by("-created_at").first()
    alerts = BehaviourAlert.objects.filter(subject_id=subject_id).exclude(state=AlertState.DISMISSED)
    return rating.factors(
        country=case.country if case else "", sanctions=confirmed.count() - exposed, exposed=exposed,
        kyc_status=str(User.objects.values_list("kyc_status", flat=True).get(pk=subject_id)),
        open_hits=Hit.objects.filter(subject_id=subject_id, state=HitState.OPEN).count(),
        alerts=list(alerts.values_list("rule", flat=True)),
    )  # fmt: skip


def confirm_hit(*, hit: Hit, why: str, by: User) -> AmlCase:
    """It is them: a case is made of it, which two people close."""
    if hit.state != HitState.OPEN:
        raise StepNotPossible(thing="hit", state=hit.get_state_display().lower(), what="another answer")
    case = open_case(subject_id=hit.subject_id, title=f"Resembles {hit.listed_name}", by=by)
    Hit.objects.filter(pk=hit.pk).update(state=HitState.CONFIRMED, case_id=case.pk, resolved_by_id=by.pk,
                                         resolved_at=clock.now(), resolution=decisions.said(why))  # fmt: skip
    rate(case=case)
    return case


def take(*, case: AmlCase, by: User) -> None:
    _living(case, "taking it")
    change(case, assigned_to_id=by.pk, state=AmlState.IN_REVIEW if case.state == AmlState.OPEN else case.state)
    decisions.note(case_id=case.pk, kind=NoteKind.ASSIGNED, text=f"Taken by {by.email}.", by=by)


def escalate(*, case: AmlCase, reason: str, by: User) -> None:
    _living(case, "an escalation")
    decisions.note(case_id=case.pk, kind=NoteKind.ESCALATED, text=decisions.said(reason), by=by)
    if case.state != AmlState.ESCALATED:
        change(case, state=AmlState.ESCALATED, due_at=min(case.due_at, clock.now() + TARGET["high"]))


def propose(*, case: AmlCase, outcome: Outcome, reason: str, by: User) -> Decision:
    if case.state == AmlState.OPEN:
        raise StepNotPossible(thing="case", state="open", what="an outcome; somebody takes it first, which")
    _living(case, "an outcome")
    return decisions.propose(kind=Kind.AML, subject_id=case.subject_id, case_id=case.pk, outcome=outcome, reason=reason, by=by)  # noqa: E501  # fmt: skip


@decisions.effect_of(Kind.AML)
def _decided(decision: Decision) -> None:
    """What is still under review keeps its case open; everything else closes it."""
    case = AmlCase.objects.get(pk=decision.case_id)
    status = "rejected" if decision.outcome == Outcome.REPORTED else decision.outcome
    User.objects.filter(pk=decision.subject_id).update(aml_status=status)  # type: ignore[misc]
    if decision.outcome != Outcome.REVIEW:
        ended = AmlState.REPORTED if decision.outcome == Outcome.REPORTED else AmlState.CLOSED
        change(case, state=ended, closed_at=clock.now())


def report_draft(case: AmlCase) -> dict[str, Any]:
    """A draft of a suspicious activity report, in the order of FinCEN form 111's parts; a person completes it."""
    subject = User.objects.only("id", "email", "first_name", "last_name", "created_at", "kyc_status").get(
        pk=case.subject_id
    )
    alerts = BehaviourAlert.objects.filter(case_id=case.pk).order_by("created_at")
    hits = Hit.objects.filter(case_id=case.pk).order_by("created_at")
    notes = CaseNote.objects.filter(case_id=case.pk).order_by("created_at")
    return {
        "draft": "not filed; check every line",
        "subject": {"id": str(subject.pk), "email": subject.email, "first_name": subject.first_name,
                    "last_name": subject.last_name, "since": subject.created_at.isoformat(), "kyc": subject.kyc_status},
        "suspicious_activity": {
            "case": str(case.pk), "title": case.title, "opened": case.created_at.isoformat(), "rating": case.rating,
            "factors": case.factors, "from": alerts[0].created_at.isoformat() if alerts else None,
        },
        "patterns": [{"rule": a.rule, "sentence": a.sentence, "evidence": a.evidence} for a in alerts],
        "list_hits": [{"source": h.source, "reference": h.reference, "name": h.listed_name, "score": str(h.score),
                       "why": h.why, "state": h.state, "resolution": h.resolution} for h in hits],
        "narrative": [{"at": n.created_at.isoformat(), "kind": n.kind, "text": n.text, "link": n.link} for n in notes],
    }  # fmt: skip


def change(case: AmlCase, **values: Any) -> None:
    AmlCase.objects.filter(pk=case.pk).update(**values)
    for name, value in values.items():
        setattr(case, name, value)


def _living(case: AmlCase, what: str) -> None:
    if case.state not in LIVING:
        raise StepNotPossible(thing="case", state=case.get_state_display().lower(), what=what)
