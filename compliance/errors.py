"""I am what can be wrong with work at the compliance desk, each with the next step."""

from aetheris.errors import AetherisError


class NotYours(AetherisError):
    """Your desk role ({role}) may not {what}. Ask an administrator of the desk, or somebody whose role it is."""

    code = "desk_role_refused"
    status = 403


class SecondPersonNeeded(AetherisError):
    """You {did} this yourself, so somebody else decides: four eyes see more than two."""

    code = "second_person_needed"
    status = 409


class CaseIncomplete(AetherisError):
    """The case cannot be handed in yet. Still missing: {missing}."""

    code = "case_incomplete"
    status = 422


class CaseNotThere(AetherisError):
    """There is no open case like that any more; look at the list again."""

    code = "case_not_there"
    status = 409


class StepNotPossible(AetherisError):
    """This {thing} is {state}; {what} is not its next step. Reload the page to see where it stands."""

    code = "step_not_possible"
    status = 409


class ReasonNeeded(AetherisError):
    """Say why, in at least ten characters: somebody will read it in some years."""

    code = "reason_needed"
    status = 422


class OnHold(AetherisError):
    """A legal hold keeps everything about this person: {reason} Lift it first, by two people."""

    code = "legal_hold"
    status = 409
