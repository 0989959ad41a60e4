"""I show the journal: filters in its address, the figures of exactly the filtered set, one trade beside the list."""

from itertools import chain
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext

from accounts.models import TradingAccount
from accounts.selectors import accounts as own_accounts
from accounts.selectors import reader
from aetheris.charts import words
from trading import journal, selectors
from trading.journal_filters import after, asked, chips, cursor_of, is_id, narrowed, query
from trading.models import Trade
from trading.reviewing import saved_views
from trading.trade_words import peeked

PAGE = 50
SUGGESTED_FROM = 400


@login_required
def journal_page(request: HttpRequest) -> HttpResponse:
    return shown(request)


def shown(request: HttpRequest, *, status: int = 200, **beside: Any) -> HttpResponse:
    """The page; `beside` overrules what the peek panel says, after a form that could not be kept."""
    user = reader(request)
    zone, accounts = ZoneInfo(user.timezone), list(own_accounts())
    by = asked(request.GET)
    found = narrowed(selectors.journal(), by, accounts)
    figures = journal.figures(found, accounts)
    rows, links = _page(request, found, by)
    _told_of(rows, accounts)
    active = any(by.values())
    return render(request, "journal.html", {
        "filters": by | {"active": active, "chips": chips(by, accounts), "query": query(by),
                         "more": any(by[name] for name in ("symbol", "status", "tag", "result", "rating", "min_pnl",
                                                           "max_pnl")),
                         "hidden_note": _hidden() if active and not rows else ""},
        "summary": journal.summary(figures), "totals": journal.totals(figures),
        "trades": [journal.row(trade, zone) | {"peek_url": _peek_url(request, trade)} for trade in rows],
        "page": links | {"count_label": _matching(figures.count)},
        "known": _known(), "views": saved_views(), "peek": _peek(request, zone, beside),
    }, status=status)  # fmt: skip


def _page(request: HttpRequest, found: QuerySet[Trade], by: dict[str, str]) -> tuple[list[Trade], dict[str, str]]:
    """By the moment of closing and id: a page begins after the last trade of the one before."""
    cursor = request.GET.get("after", "")
    rows = list(after(found, cursor).select_related("review")[: PAGE + 1])
    links = {"previous": f"?{query(by)}" if cursor else "", "next": ""}
    if len(rows) > PAGE:
        links["next"] = f"?{urlencode({name: v for name, v in by.items() if v} | {'after': cursor_of(rows[PAGE - 1])})}"
    return rows[:PAGE], links


def _told_of(rows: list[Trade], accounts: list[TradingAccount]) -> None:
    """Each trade's account is one of those at hand: a join would sort all trades to show fifty."""
    known = selectors.accounts_of([trade.account_id for trade in rows], accounts)
    for trade in rows:
        trade.account = known[trade.account_id]


def _peek(request: HttpRequest, zone: ZoneInfo, beside: dict[str, Any]) -> dict[str, Any] | None:
    id = request.GET.get("peek", "")
    trade = selectors.trades().select_related("account", "review").filter(pk=id).first() if is_id(id) else None
    if trade is None:
        return {"missing": True} if id else None
    return peeked(trade, zone) | {"close_url": _without_peek(request)} | beside


def _peek_url(request: HttpRequest, trade: Trade) -> str:
    kept = {name: value for name, value in request.GET.items() if name != "peek"}
    return f"?{urlencode(kept | {'peek': str(trade.id)})}#peek"


def _without_peek(request: HttpRequest) -> str:
    return f"?{urlencode({name: value for name, value in request.GET.items() if name != 'peek'})}"


def _matching(count: int) -> str:
    return ngettext("{} trade matches", "{} trades match", count).format(words.number(count))


def _hidden() -> str:
    count = selectors.trades().count()
    return ngettext("{} trade is hidden by these filters.", "{} trades are hidden by these filters.", count).format(
        words.number(count)
    )


def _known() -> dict[str, list[str]]:
    """Setups and tags of the latest trades, to be offered where one is typed."""
    latest = Trade.objects.filter(deleted_at=None).order_by("-entry_time").values_list("setup", "tags")[:SUGGESTED_FROM]
    pairs = list(latest)
    return {
        "setups": sorted({setup for setup, _tags in pairs if setup}),
        "tags": sorted(set(chain.from_iterable(tags for _setup, tags in pairs))),
    }
