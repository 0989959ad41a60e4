"""I show the audit trail: who changed what, from what to what; what was made of it, and whether the chain stands."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
from django import forms
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from accounts.models import User
from aetheris import clock
from aetheris.counting import Unhurried
from aetheris.db.places import urls
from aetheris.errors import AetherisError
from armor.models import Breach
from compliance import checking, evidence, readings, reviewing
from compliance import trail as pages
from compliance.desk.acts import Act, Nothing, desk_role
from compliance.desk.people import emails
from compliance.desk.work import WorkDesk
from compliance.models import AuditEntry, EntryReview
from compliance.models.review import ReviewKind
from compliance.models.roles import WORKING, Desk
from compliance.sealing.chapters import SETTINGS
from compliance.watched import watched

# How many statements the plain list looks at; older ones are on the review page, which walks on without end.
MOST = 300
PERIODS = (("1", "Last 24 hours"), ("7", "Last 7 days"), ("31", "Last 31 days"), ("366", "Last year"))
ACTIONS = ("INSERT", "UPDATE", "DELETE", "TRUNCATE")


def chain_state() -> dict[str, Any]:
    """The last check that ended, and the one that runs."""
    newest = checking.newest()
    running = newest if newest is not None and newest.finished_at is None else None
    return {"checked": checking.last_done(), "running": running}


def standing() -> dict[str, Any]:
    """The strip above the list."""
    month = clock.now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    closed = EntryReview.objects.filter(kind=ReviewKind.REVIEWED)
    raised = EntryReview.objects.filter(kind=ReviewKind.ESCALATED).exclude(sequence__in=closed.values("sequence"))
    oldest = raised.order_by("created_at").first()
    return {
        "escalated": raised.values("sequence").distinct().count(), "oldest": oldest.created_at if oldest else None,
        "reviewed": closed.filter(created_at__gte=month).count(),
        "level3": Breach.objects.filter(breach_level=3, created_at__gte=month).count(),
    }  # fmt: skip


def _asked(told: Any) -> pages.Asked:
    """What does not parse is not asked for."""
    days, before = told.get("days", ""), told.get("before", "")
    return pages.Asked(
        table=told.get("table", ""), action=told.get("did", ""), actor=_id(told.get("actor", "")),
        row=_id(told.get("row", "")), before=int(before) if before.isdigit() else None,
        since=clock.now() - timedelta(days=int(days)) if days.isdigit() and len(days) < 5 else None,
    )  # fmt: skip


def _id(told: str) -> UUID | None:
    try:
        return UUID(told)
    except ValueError:
        return None


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


def verify(request: HttpRequest, row: None, told: dict[str, Any]) -> str:
    checking.ask(by=request.user)  # type: ignore[arg-type]
    return "The worker checks everything; this page says how far it is."


@admin.register(AuditEntry)
class TrailDesk(WorkDesk):
    noted_list, noted_row = "list", "entry"
    acts = [Act("review", "Mark reviewed", WORKING, review, Note), Act("escalate", "Escalate", WORKING, escalate, Note)]
    list_display = ["sequence", "occurred_at", "table_name", "action", "row_id", "actor_label", "db_role"]
    list_filter = [Period, Table, Action]
    search_fields = ["row_id"]
    search_help_text = (
        "A row's id, the whole e-mail of who did it, or a request's id of the last days. Of the newest 300 statements; "
        "Audit review goes further back."
    )
    ordering = ["-sequence"]
    paginator = Unhurried
    fields = [
        "sequence", "occurred_at", "table_name", "row_id", "action", "difference", "actor_label", "actor_id",
        "db_role", "request_id", "ip", "reason", "seal_number", "sealed_at",
    ]  # fmt: skip

    list_acts = [Act("verify", "Verify the chain", tuple(Desk.values), verify, Nothing)]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(getattr(request.user, "is_staff", False))

    def beside_list(self, request: HttpRequest) -> dict[str, Any]:
        return {"above": "admin/compliance/chain.html", **chain_state()}

    # What is asked of a long trail is asked by the numbers of its records, which have an index ---------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        found = super().get_queryset(request)
        if not request.path.endswith("/auditentry/"):
            return found
        word = request.GET.get("q", "").strip()
        actor = User.objects.filter(email=word).values_list("pk", flat=True).first() if "@" in word else None
        if word and actor is None and _id(word) is None:
            return found
        days = request.GET.get("days", "7")
        asked = pages.Asked(
            table=request.GET.get("table", ""), action=request.GET.get("did", ""), actor=actor,
            row=_id(request.GET.get("row_id__exact", "") or word),
            since=clock.now() - timedelta(days=int(days)) if days.isdigit() and len(days) < 5 else None,
        )  # fmt: skip
        if asked.row:
            asked = replace(asked, since=None)
        return found.filter(record__in=pages.numbers(asked, MOST))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        return pages.entry(int(object_id)) if object_id.isdigit() and len(object_id) < 19 else None

    # The review page ----------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("review/", view(self.review_page), name="compliance_review"),
            path("evidence/", view(self.evidence_pack), name="compliance_evidence"),
            *super().get_urls(),
        ]

    def review_page(self, request: HttpRequest) -> HttpResponse:
        """One page of the trail, newest first, with what was made of each entry."""
        if desk_role(request) is None:
            return redirect("admin:index")
        readings.note("review", dict(request.GET.items()))
        asked = _asked(request.GET)
        entries, before = pages.page(asked)
        last = pages.reviews_of(entries)
        follow = request.GET.copy()
        follow["before"] = str(before or "")
        told = {
            **self.admin_site.each_context(request), **chain_state(), **standing(), "title": "Audit review",
            **self.panel(request),
            "rows": [(entry, last.get(entry.sequence, "")) for entry in entries],
            "next": follow.urlencode() if before else "", "tables": list(watched()), "actions": ACTIONS,
            "asked": request.GET, "opts": self.opts, "periods": PERIODS,
        }  # fmt: skip
        return TemplateResponse(request, "admin/compliance/review.html", told)

    def panel(self, request: HttpRequest) -> dict[str, Any]:
        """The entry that was chosen, beside the list, with what one's role may do."""
        query = request.GET.copy()
        asked = str((query.pop("entry", None) or [""])[-1])
        told: dict[str, Any] = {"query": query.urlencode()}
        if not asked.isdigit() or len(asked) > 18 or (entry := pages.entry(int(asked))) is None:
            return told
        readings.note("entry", {"sequence": asked})
        acts = [(act, act.form(prefix=act.name), self._address(act, asked)) for act in self.acts
                if act.is_for(desk_role(request))]  # fmt: skip
        return told | {"entry": entry, "difference": self.difference(entry), "acts": acts} | self.beside(request, entry)

    def evidence_pack(self, request: HttpRequest) -> HttpResponse:
        """The chosen entries with everything that proves them, in one archive."""
        chosen = [int(told) for told in request.POST.getlist("sequence") if told.isdigit()]
        if request.method != "POST" or not chosen or desk_role(request) is None:
            messages.error(request, "Choose at least one entry for an evidence pack.")
            return redirect("admin:compliance_review")
        readings.note("evidence pack", {"sequences": chosen})
        try:
            with psycopg.connect(urls()["staff"], connect_timeout=5) as connection:
                connection.execute(SETTINGS)  # type: ignore[call-overload]
                content = evidence.pack(connection, chosen)
        except AetherisError as refusal:
            messages.error(request, refusal.message)
            return redirect("admin:compliance_review")
        answer = HttpResponse(content, content_type="application/zip")
        answer["Content-Disposition"] = f'attachment; filename="evidence-{clock.now():%Y%m%d-%H%M%S}.zip"'
        return answer

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
