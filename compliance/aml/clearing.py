"""I let one propose that a hit or an alert means nothing or that a list counts, and do it when a second agrees."""

from accounts.models import User
from aetheris import clock
from compliance import decisions
from compliance.errors import StepNotPossible
from compliance.models import BehaviourAlert, Decision, Hit, WatchList
from compliance.models.aml import AlertState
from compliance.models.decision import Kind, Outcome
from compliance.models.lists import HitState


def clear_hit(*, hit: Hit, why: str, by: User) -> Decision:
    """It is another person, says the first."""
    if hit.state != HitState.OPEN:
        raise StepNotPossible(thing="hit", state=hit.get_state_display().lower(), what="another answer")
    return decisions.propose(kind=Kind.HIT, subject_id=hit.subject_id, case_id=hit.pk, outcome=Outcome.CLEARED,
                             reason=why, by=by)  # fmt: skip


def dismiss_alert(*, alert: BehaviourAlert, why: str, by: User) -> Decision:
    if alert.state != AlertState.OPEN:
        raise StepNotPossible(thing="alert", state=alert.get_state_display().lower(), what="dismissal")
    return decisions.propose(kind=Kind.ALERT, subject_id=alert.subject_id, case_id=alert.pk,
                             outcome=Outcome.DISMISSED, reason=why, by=by)  # fmt: skip


def activate_list(*, watch_list: WatchList, by: User) -> Decision:
    """By who imported it, in the same breath."""
    return decisions.propose(kind=Kind.LIST, subject_id=None, case_id=watch_list.pk, outcome=Outcome.ACTIVATED,
                             reason=f"imported {watch_list.file_name}", by=by)  # fmt: skip


@decisions.effect_of(Kind.HIT)
def _cleared(decision: Decision) -> None:
    if not Hit.objects.filter(pk=decision.case_id, state=HitState.OPEN).update(
        state=HitState.CLEARED, resolved_by_id=decision.decided_by_id, resolved_at=decision.decided_at,
        resolution=decision.reason,
    ):  # fmt: skip
        raise StepNotPossible(thing="hit", state="answered", what="clearing")


@decisions.effect_of(Kind.ALERT)
def _dismissed(decision: Decision) -> None:
    if not BehaviourAlert.objects.filter(pk=decision.case_id, state=AlertState.OPEN).update(
        state=AlertState.DISMISSED, resolution=decision.reason
    ):
        raise StepNotPossible(thing="alert", state="in a case", what="dismissal")


@decisions.effect_of(Kind.LIST)
def _activated(decision: Decision) -> None:
    WatchList.objects.filter(pk=decision.case_id).update(activated_at=clock.now())
