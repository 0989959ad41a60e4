"""I show what waits for a second person: beside each row, as a filter, and all of it in one list."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from compliance.desk.work import WorkDesk
from compliance.models import Decision

PLACES = {"kyc": "kyccase", "aml": "amlcase", "erasure": "erasurerequest", "hit": "hit", "alert": "behaviouralert",
          "list": "watchlist"}  # fmt: skip


class Waits(admin.SimpleListFilter):
    title = "second person"
    parameter_name = "waits"

    def lookups(self, request: HttpRequest, desk: Any) -> list[tuple[str, str]]:
        return [("1", "Waits for one")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(is_waiting=True) if self.value() else queryset


class Waiting(WorkDesk):
    """A desk whose rows may wait for a second person."""

    @admin.display(description="second person")
    def waits(self, row: Any) -> str:
        return "waits for one" if row.is_waiting else ""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        open_ones = Decision.objects.filter(case_id=OuterRef("pk"), verdict=None)
        return super().get_queryset(request).annotate(is_waiting=Exists(open_ones))


@admin.register(Decision)
class DecisionDesk(WorkDesk):
    list_display = ["what", "person", "outcome", "proposer", "created_at", "stands"]
    list_display_links = ["outcome"]  # the first column leads to what the decision is about
    list_filter = [Waits, "verdict", "kind"]
    ordering = ["-created_at"]
    fields = ["what", "person", "outcome", "reason", "proposer", "created_at", "stands", "decided_at", "decided_note"]

    @admin.display(description="about")
    def what(self, row: Any) -> str:
        where = reverse(f"admin:compliance_{PLACES[row.kind]}_change", args=[row.case_id])
        return format_html('<a href="{}">{}</a>', where, f"{row.get_kind_display()} {str(row.case_id)[-8:]}")

    @admin.display(description="person")
    def person(self, row: Any) -> str:
        return row.person_email or "nobody in particular"

    @admin.display(description="proposed by")
    def proposer(self, row: Any) -> str:
        return str(row.proposer_email)

    @admin.display(description="verdict")
    def stands(self, row: Decision) -> str:
        return row.get_verdict_display() or "waits for a second person"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return (
            super()
            .get_queryset(request)
            .annotate(
                person_email=F("subject__email"), proposer_email=F("proposed_by__email"), is_waiting=Q(verdict=None)
            )
        )
