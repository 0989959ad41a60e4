"""I show the audit trail: who changed what, from what to what; what was made of it, and whether the chain stands."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string

from aetheris import clock
from aetheris.counting import Unhurried
from compliance import reviewing
from compliance.desk.acts import Act
from compliance.desk.people import emails
from compliance.desk.work import WorkDesk
from compliance.models import AuditEntry, EntryReview
from compliance.models.roles import WORKING
from compliance.watched import watched

ACTIONS = ("INSERT", "UPDATE", "DELETE", "TRUNCATE")


class Period(admin.SimpleListFilter):
    """The last days first: the trail is long, and its months lie apart."""

    title = "period"
    parameter_name = "days"

    def lookups(self, request: HttpRequest, desk: Any) -> list[tuple[str, str]]:
        return [("1", "Last 24 hours"), ("31", "Last 31 days"), ("366", "Last year"), ("all", "Everything")]

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        yield {**first, "display": "Last 7 days"}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        days = self.value() or ("all" if "row_id__exact" in request.GET else "7")
        if days == "all":
            return queryset
        return queryset.filter(occurred_at__gte=clock.now() - timedelta(days=int(days)))


class Table(admin.SimpleListFilter):
    title = "table"
    parameter_name = "table"

    def lookups(self, request: HttpRequest, desk: Any) -> list[tuple[str, str]]:
        return [(name, name) for name in watched()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        return queryset.filter(table_name=self.value()) if self.value() else queryset


class Action(admin.SimpleListFilter):
    title = "action"
    parameter_name = "did"

    def lookups(self, request: HttpRequest, desk: Any) -> list[tuple[str, str]]:
        return [(name, name.lower()) for name in ACTIONS]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        return queryset.filter(action=self.value()) if self.value() else queryset


class Note(forms.Form):
    note = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), max_length=4000, min_length=3)


def review(request: HttpRequest, entry: AuditEntry, told: dict[str, Any]) -> str:
    reviewing.review(sequence=entry.sequence, note=told["note"], by=request.user)  # type: ignore[arg-type]
    return f"Entry {entry.sequence} is reviewed."


def escalate(request: HttpRequest, entry: AuditEntry, told: dict[str, Any]) -> str:
    reviewing.escalate(sequence=entry.sequence, note=told["note"], by=request.user)  # type: ignore[arg-type]
    return f"Entry {entry.sequence} is escalated; somebody else closes it."


@admin.register(AuditEntry)
class TrailDesk(WorkDesk):
    noted_list, noted_row = "list", "entry"
    acts = [Act("review", "Mark reviewed", WORKING, review, Note), Act("escalate", "Escalate", WORKING, escalate, Note)]
    list_display = ["sequence", "occurred_at", "table_name", "action", "row_id", "actor_label", "db_role"]
    list_filter = [Period, Table, Action]
    search_fields = ["row_id"]
    search_help_text = "A row's id, a request's id or the whole e-mail of who did it."
    ordering = ["-sequence"]
    paginator = Unhurried
    fields = [
        "sequence", "occurred_at", "table_name", "row_id", "action", "difference", "actor_label", "actor_id",
        "db_role", "request_id", "ip", "reason", "seal_number", "sealed_at",
    ]  # fmt: skip

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(getattr(request.user, "is_staff", False))

    def beside(self, request: HttpRequest, entry: AuditEntry) -> dict[str, Any]:
        names = emails()
        reviews = [(r, names.get(r.reviewer_id)) for r in
                   EntryReview.objects.filter(sequence=entry.sequence).order_by("created_at")]  # fmt: skip
        return {"beside": "admin/compliance/entry.html", "reviews": reviews, "linked": reviewing.linked(entry)}

    @admin.display(description="what changed")
    def difference(self, entry: AuditEntry) -> str:
        old, new = entry.old_values or {}, entry.new_values or {}
        changed = set(entry.changed_fields)
        lines = [
            {"name": name, "old": old.get(name), "new": new.get(name), "changed": name in changed}
            for name in sorted({*old, *new}, key=lambda name: (name not in changed, name))
        ]
        both = {"has_old": entry.old_values is not None, "has_new": entry.new_values is not None}
        return render_to_string("admin/compliance/difference.html", {"lines": lines, **both})

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Whole words only: the trail is too long to look through for parts of them."""
        if not search_term:
            return queryset, False
        word = search_term.strip()
        try:
            return queryset.filter(row_id=UUID(word)), False
        except ValueError:
            return queryset.filter(Q(actor_label=word) | Q(request_id=word)), False

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """All that happened to the same row."""
        entry = self.get_object(request, object_id)
        if entry is None:
            raise Http404
        return super().history_view(request, str(entry.row_id))
