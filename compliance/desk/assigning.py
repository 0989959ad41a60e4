"""I hand a case from one of the desk to another, with the reason in its notes."""

from typing import Any

from django import forms
from django.http import HttpRequest

from compliance import decisions
from compliance.desk.acts import Act
from compliance.models import AmlCase, DeskRole, KycCase
from compliance.models.decision import NoteKind
from compliance.models.roles import WORKING

COLUMNS = {KycCase: "assigned_to", AmlCase: "assigned_to_id"}


def workers() -> list[tuple[str, str]]:
    found = DeskRole.objects.filter(ended_at=None, role__in=WORKING).order_by("person__email")
    return [
        (str(id), f"{email}, {role}") for id, email, role in found.values_list("person_id", "person__email", "role")
    ]


class Reassigning(forms.Form):
    to = forms.ChoiceField(choices=workers, label="To whom")
    why = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), max_length=4000, min_length=3)


def reassign(request: HttpRequest, case: Any, told: dict[str, Any]) -> str:
    name = dict(workers())[told["to"]]
    type(case).objects.filter(pk=case.pk).update(**{COLUMNS[type(case)]: told["to"]})
    text = f"To {name}: {told['why']}"
    decisions.note(case_id=case.pk, kind=NoteKind.ASSIGNED, text=text, by=request.user)  # type: ignore[arg-type]
    return f"The case is with {name} now."


def handing(when: Any) -> Act:
    return Act("reassign", "Reassign", WORKING, reassign, Reassigning, when=when)
