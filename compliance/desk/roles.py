"""I give and end desk roles."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest

from accounts.models import User
from aetheris import clock
from compliance.desk.acts import Act, Nothing
from compliance.desk.people import emails
from compliance.desk.work import WorkDesk
from compliance.errors import SecondPersonNeeded
from compliance.models import DeskRole
from compliance.models.roles import RUNNING, Desk


class Giving(forms.Form):
    email = forms.EmailField(label="Whose (somebody of the staff)")
    role = forms.ChoiceField(choices=Desk.choices)

    def clean_email(self) -> User:
        found = User.objects.only("id", "email", "role").filter(email__iexact=self.cleaned_data["email"]).first()
        if found is None or found.role == "USER":
            raise forms.ValidationError("No staff member has this e-mail. manage.py appoint makes one.")
        return found


def give(request: HttpRequest, row: None, told: dict[str, Any]) -> str:
    person = told["email"]
    if person.pk == request.user.pk:
        raise SecondPersonNeeded(did="would gain by")
    DeskRole.objects.filter(person_id=person.pk, ended_at=None).update(ended_at=clock.now())
    DeskRole(person_id=person.pk, role=told["role"], given_by_id=request.user.pk).save(force_insert=True)
    return f"{person.email} is {Desk(told['role']).label.lower()} now."


def end(request: HttpRequest, row: DeskRole, told: dict[str, Any]) -> str:
    DeskRole.objects.filter(pk=row.pk, ended_at=None).update(ended_at=clock.now())
    return "The role has ended; without another its holder reads only."


@admin.register(DeskRole)
class RoleDesk(WorkDesk):
    list_display = ["person_email", "role", "created_at", "ended_at"]
    list_filter = ["role"]
    ordering = ["-created_at"]
    fields = ["person_email", "role", "given_by_email", "created_at", "ended_at"]
    acts = [Act("end", "End this role", RUNNING, end, Nothing, when=lambda row: row.ended_at is None)]
    list_acts = [Act("give", "Give a role", RUNNING, give, Giving)]

    @admin.display(description="person")
    def person_email(self, row: Any) -> str:
        return str(row.email)

    @admin.display(description="given by")
    def given_by_email(self, row: DeskRole) -> str:
        return emails().get(row.given_by_id, "at the machine")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(email=F("person__email"))
