"""I show rows that speak of a person, named by e-mail: of people staff may read some columns only."""

from typing import Any

from django.contrib import admin
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.http import HttpRequest

from accounts.models import User
from compliance.desk.work import WorkDesk


class SubjectDesk(WorkDesk):
    """`about` names the column that holds the person."""

    about = "subject"

    @admin.display(description="person")
    def person(self, row: Any) -> str:
        return str(row.person_email)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(person_email=F(f"{self.about}__email"))


def email_of(column: str) -> Subquery:
    return Subquery(User.objects.filter(pk=OuterRef(column)).values("email")[:1])


def emails() -> dict[Any, str]:
    """Of the staff, who are few."""
    return dict(User.objects.exclude(role="USER").values_list("pk", "email"))
