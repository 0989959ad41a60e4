"""I show the journal, and take broker files."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.models import TradingAccount
from accounts.selectors import reader
from aetheris.errors import AetherisError
from trading import journal, selectors, services
from trading.models import Trade

PAGE = 50
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FILTERS = ("q", "account", "symbol", "side", "status", "from", "to", "tag")


@login_required
def trades(request: HttpRequest) -> HttpResponse:
    zone = ZoneInfo(reader(request).timezone)
    found = filtered(selectors.journal(), request.GET, zone)
    page, links = _page(request, found)
    active = any(request.GET.get(name) for name in FILTERS)
    figures = journal.figures(found)
    return render(request, "journal.html", {
        "filters": {
            **{name: request.GET.get(name, "") for name in FILTERS},
            "active": active,
            "hidden_note": f"{selectors.trades().count()} trades are hidden by these filters." if active else "",
        },
        "summary": journal.summary(figures),
        "totals": journal.totals(figures),
        "trades": [journal.row(trade, zone) for trade in page],
        "page": links | {"count_label": f"{figures.count:,} trade{'' if figures.count == 1 else 's'} match"},
    })  # fmt: skip


def filtered(trades: QuerySet[Trade], asked: Any, zone: ZoneInfo) -> QuerySet[Trade]:
    """What the address asks for; a value that makes no sense finds nothing rather than everything."""
    if words := asked.get("q"):
        trades = trades.filter(Q(symbol__icontains=words) | Q(tags__contains=[words]) | Q(trade_notes__icontains=words))
    if account := asked.get("account"):
        trades = trades.filter(account_id=account) if _is_id(account) else trades.none()
    if symbol := asked.get("symbol"):
        trades = trades.filter(symbol__iexact=symbol)
    if side := asked.get("side"):
        trades = trades.filter(side=side)
    if status := asked.get("status"):
        trades = trades.filter(status=status)
    if tag := asked.get("tag"):
        trades = trades.filter(tags__contains=[tag])
    if asked.get("from"):
        first = _day(asked["from"])
        trades = trades.filter(exit_time__gte=datetime.combine(first, time(0), zone)) if first else trades.none()
    if asked.get("to"):
        last = _day(asked["to"])
        after = datetime.combine(last + timedelta(days=1), time(0), zone) if last else None
        trades = trades.filter(exit_time__lt=after) if after else trades.none()
    return trades


def _page(request: HttpRequest, found: QuerySet[Trade]) -> tuple[list[Trade], dict[str, str]]:
    """By the moment of closing and id: a page begins after the last trade of the one before."""
    cursor = request.GET.get("after", "")
    moment, _, id = cursor.partition("_")
    if moment and _is_id(id):
        at = EPOCH + timedelta(microseconds=int(moment)) if moment.isdigit() and len(moment) < 18 else None
        if at is not None:
            found = found.filter(Q(ended__lt=at) | Q(ended=at, id__lt=id))
    rows = list(found[: PAGE + 1])
    kept = {name: value for name, value in request.GET.items() if name != "after"}
    links = {"previous": f"?{urlencode(kept)}" if cursor else "", "next": ""}
    if len(rows) > PAGE:
        last: Any = rows[PAGE - 1]
        micros = (last.ended - EPOCH) // timedelta(microseconds=1)
        links["next"] = f"?{urlencode(kept | {'after': f'{micros}_{last.id}'})}"
    return rows[:PAGE], links


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@login_required
@require_http_methods(["GET", "POST"])
def import_page(request: HttpRequest) -> HttpResponse:
    values = {"account": request.POST.get("account", ""), "timezone": request.POST.get("timezone", "")}
    shown: dict[str, Any] = {"values": values, "errors": {}, "zones": _zones(), "formats_note": _formats()}
    if request.method == "POST":
        shown |= _take(request, values)
    return render(request, "trading/import.html", shown, status=422 if shown.get("failure") or shown["errors"] else 200)


def _take(request: HttpRequest, values: dict[str, str]) -> dict[str, Any]:
    upload = request.FILES.get("file")
    account = TradingAccount.objects.filter(pk=values["account"]).first() if _is_id(values["account"]) else None
    errors = {}
    if upload is None:
        errors["file"] = "Choose the file your broker exported."
    elif (upload.size or 0) > settings.IMPORT_MAX_BYTES:
        most = settings.IMPORT_MAX_BYTES // 2**20
        errors["file"] = (
            f"{upload.name} has {(upload.size or 0) / 2**20:.0f} MB; the most is {most} MB. Export a shorter period."
        )
    if account is None:
        errors["account"] = "Choose the account these trades belong to."
    if errors or upload is None or account is None:
        return {"errors": errors}
    dry_run = request.POST.get("action") == "dry-run"
    try:
        done = services.import_statement(
            account=account, content=upload.read(), name=upload.name or "the file", dry_run=dry_run,
            timezone=values["timezone"] or None,
        )  # fmt: skip
    except AetherisError as refusal:
        return {"failure": {"message": refusal.message, "reference": getattr(request, "request_id", "")}}
    return {"result": journal.import_result(done, account, dry_run=dry_run)}


def _formats() -> str:
    from trading.importers import formats  # the readers load when somebody imports, not at every start

    return f"Recognised by what is in it: {', '.join(sorted(format.title for format in formats.values()))}."


def _zones() -> list[dict[str, str]]:
    named = sorted(
        zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix/", "right/"))
    )
    return [
        {"name": "", "label": "the account's own clock"},
        {"name": "UTC", "label": "UTC"},
        *({"name": n} for n in named),
    ]
