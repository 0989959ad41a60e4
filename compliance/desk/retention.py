"""I show the schedule of retention with what is due of each table now, and the runs that were made."""

from dataclasses import dataclass
from typing import Any

import psycopg
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from aetheris import clock
from aetheris.db import context
from aetheris.db.places import urls
from compliance import readings
from compliance.desk.acts import desk_role
from compliance.desk.work import WorkDesk
from compliance.models import RetentionRun
from compliance.privacy import plan, retention
from compliance.privacy.due import Due, rows_due

PATIENCE = "SET LOCAL statement_timeout = '3s'"


@dataclass(frozen=True, slots=True)
class Line:
    """One table of the schedule; without counts where the desk may not look, or would have to look too long."""

    table: str
    rule: plan.Treatment
    due: Due | None
    why: str = ""


@admin.register(RetentionRun)
class RetentionDesk(WorkDesk):
    list_display = ["as_of", "removed", "erased", "held", "starts", "finished_at"]
    ordering = ["-created_at"]
    fields = ["as_of", "removed", "erased", "held", "starts", "created_at", "finished_at"]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.schedule)
        return [path("schedule/", view, name="compliance_retention"), *super().get_urls()]

    def schedule(self, request: HttpRequest) -> HttpResponse:
        if desk_role(request) is None:
            raise Http404
        readings.note("retention schedule", {})
        told = {
            **self.admin_site.each_context(request), "title": "Retention", "opts": self.opts, "lines": lines(),
            "runs": RetentionRun.objects.order_by("-created_at")[:5],
        }  # fmt: skip
        return TemplateResponse(request, "admin/compliance/retention.html", told)


def lines() -> list[Line]:
    """Counted as whoever asks, in transactions that may not write."""
    told = context.current()
    with psycopg.connect(urls()["staff"], connect_timeout=5) as connection:
        actor = str(told.actor_id) if told and told.actor_id else ""
        connection.execute("SELECT set_config('aetheris.actor_id', %s, false)", [actor])
        connection.commit()
        connection.read_only = True
        with connection.transaction():
            order = retention.schedule(connection)
        return sorted((_line(connection, table, whose) for table, whose in order), key=lambda line: line.table)


def _line(connection: psycopg.Connection[Any], table: str, whose: str) -> Line:
    rule = plan.of(table)
    try:
        with connection.transaction():
            connection.execute(PATIENCE)
            return Line(table, rule, rows_due(connection, table, whose, clock.now()))
    except psycopg.errors.QueryCanceled:
        return Line(table, rule, None, "too many to count here")
    except psycopg.errors.InsufficientPrivilege:
        return Line(table, rule, None, "not the desk's to read")
