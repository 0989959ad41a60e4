"""I show the desk's reports, and give them as CSV and XLSX."""

from datetime import date, timedelta
from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from aetheris import clock
from compliance import readings
from compliance.desk.acts import desk_role
from compliance.desk.work import WorkDesk
from compliance.models import ChainCheck
from compliance.reports.figures import REPORTS, rows
from compliance.reports.writing import as_csv, as_xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@admin.register(ChainCheck)
class CheckDesk(WorkDesk):
    list_display = ["created_at", "stands", "entries_done", "seals", "finished_at"]
    ordering = ["-created_at"]
    fields = ["created_at", "started_at", "finished_at", "stands", "entries_done", "seals", "head", "findings"]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("reports/", view(self.reports), name="compliance_reports"),
            path("reports/<slug:name>.<slug:form>", view(self.report), name="compliance_report"),
            *super().get_urls(),
        ]

    def reports(self, request: HttpRequest) -> HttpResponse:
        if desk_role(request) is None:
            raise Http404
        since, until = _period(request)
        readings.note("reports", dict(request.GET.items()))
        told = {**self.admin_site.each_context(request), "title": "Reports", "since": since, "until": until,
                "opts": self.opts, "reports": [(report, rows(report, since, until)) for report in REPORTS.values()]}  # fmt: skip  # noqa: E501
        return TemplateResponse(request, "admin/compliance/reports.html", told)

    def report(self, request: HttpRequest, name: str, form: str) -> HttpResponse:
        report = REPORTS.get(name)
        if report is None or form not in ("csv", "xlsx") or desk_role(request) is None:
            raise Http404
        readings.note(f"report {name}.{form}", dict(request.GET.items()))
        found = rows(report, *_period(request))
        content = as_csv(report, found) if form == "csv" else as_xlsx(report, found)
        answer = HttpResponse(content, content_type="text/csv; charset=utf-8" if form == "csv" else XLSX)
        answer["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
        return answer


def _period(request: HttpRequest) -> tuple[date, date]:
    """The last thirty days, or what is asked for."""
    today: Any = clock.now().date()
    return _day(request.GET.get("since"), today - timedelta(days=30)), _day(
        request.GET.get("until"), today + timedelta(days=1)
    )


def _day(told: str | None, otherwise: date) -> date:
    try:
        return date.fromisoformat(told or "")
    except ValueError:
        return otherwise
