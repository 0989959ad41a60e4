"""I show the journal."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.selectors import reader
from trading import journal, selectors
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
