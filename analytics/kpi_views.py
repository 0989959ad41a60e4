"""I show all KPIs, take a trader's own benchmarks, and hand an account's KPIs out as a file."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts.models import TradingAccount
from accounts.selectors import active_accounts, reader
from aetheris.errors import AetherisError
from analytics import catalogue, download, services
from analytics.benchmarks import benchmarks, set_benchmark
from analytics.kpis import kpis
from analytics.pages import TABS
from analytics.report import Report


def _asked(request: HttpRequest) -> TradingAccount | None:
    """The account of the scope, else the first one."""
    found = list(active_accounts())
    scope = request.GET.get("account")
    return next((one for one in found if str(one.id) == scope), found[0] if found and not scope else None)


@login_required
def kpi_page(request: HttpRequest) -> HttpResponse:
    account, wanted = _asked(request), request.GET.get("q", "")[:80]
    report: Report | None = services.metrics(account) if account else None
    found = catalogue.categories(report, benchmarks(), wanted)
    told: dict[str, Any] = {
        "account": account, "report": report, "categories": found, "wanted": wanted,
        "count": sum(category["count"] for category in found), "all": len(kpis), "tabs": TABS,
        "kept": f"account={account.id}" if account and request.GET.get("account") else "",
    }  # fmt: skip
    return render(request, "analytics/kpis.html", told)


@require_POST
@login_required
def target(request: HttpRequest, key: str) -> HttpResponse:
    try:
        set_benchmark(user_id=reader(request).id, key=key, shown=request.POST.get("value", ""))
    except AetherisError as refusal:
        messages.error(request, refusal.message)
    return redirect(f"/analytics/kpis/?{request.POST.get('back', '')}#{key}")


FILES: dict[str, tuple[Callable[[Report], str | bytes], str]] = {
    "csv": (download.as_csv, "text/csv; charset=utf-8"),
    "json": (download.as_json, "application/json"),
    "parquet": (download.as_parquet, "application/vnd.apache.parquet"),
}


@login_required
def file(request: HttpRequest, kind: str) -> HttpResponse:
    account = _asked(request)
    if account is None or kind not in FILES:
        raise Http404
    write, content_type = FILES[kind]
    response = HttpResponse(write(services.metrics(account)), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="kpis-{account.id}.{kind}"'
    return response
