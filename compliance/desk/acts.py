"""I am one thing staff may do to a row: its name, who may, what it asks for, what it does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import connections
from django.http import HttpRequest

from compliance.errors import NotYours
from compliance.models.roles import Desk

Do = Callable[[HttpRequest, Any, dict[str, Any]], str]


class Nothing(forms.Form):
    """An act that asks for nothing more."""


class Reason(forms.Form):
    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), max_length=4000, min_length=10)


@dataclass(frozen=True)
class Act:
    """`when` says for which rows it is offered; the service and the database say so again."""

    name: str
    label: str
    roles: tuple[str, ...]
    do: Do
    form: type[forms.Form] = Nothing
    when: Callable[[Any], bool] = lambda row: True

    def is_for(self, role: str | None) -> bool:
        return role in self.roles


def desk_role(request: HttpRequest) -> str | None:
    """The database's own word on who asks, looked up once for a request."""
    if not hasattr(request, "_desk_role"):
        if not getattr(request.user, "is_staff", False):
            return None
        with connections["staff"].cursor() as cursor:
            cursor.execute("SELECT door.desk_role()")
            request._desk_role = cursor.fetchone()[0]  # type: ignore[attr-defined]
    return request._desk_role  # type: ignore[attr-defined,no-any-return]


def require(request: HttpRequest, act: Act) -> None:
    role = desk_role(request)
    if not act.is_for(role):
        raise NotYours(role=Desk(role).label.lower() if role else "none", what=act.label.lower())
