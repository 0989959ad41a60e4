"""I find a trader's own things by a few letters: trades, accounts, setups, saved views."""

from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.selectors import accounts, reader
from aetheris.charts import words
from trading import selectors
from trading.models import Trade
from trading.models.saved_view import SavedView

MOST = 6


@login_required
def find(request: HttpRequest) -> HttpResponse:
    """A page of its own; the palette shows its list."""
    sought = request.GET.get("q", "").strip()[:80].replace("\x00", "")
    groups = [group for group in _found(request, sought) if group["hits"]] if sought else []
    return render(request, "find.html", {"sought": sought, "groups": groups})


def _found(request: HttpRequest, sought: str) -> list[dict[str, Any]]:
    views = SavedView.objects.filter(name__icontains=sought).order_by("name")[:MOST]
    own = accounts().filter(Q(account_name__icontains=sought) | Q(broker__icontains=sought))[:MOST]
    trades = selectors.trades().filter(
        Q(symbol__icontains=sought) | Q(setup__icontains=sought) | Q(tags__contains=[sought])
    )[:MOST]
    return [
        {"heading": _("Journal"), "hits": [_hit(
            _("Trades with “{}”").format(sought), "", f"/journal/?{urlencode({'q': sought})}", "nav-journal")]},
        {"heading": _("Views"), "hits": [_hit(v.name, "", f"/journal/?{v.query}", "act-filter") for v in views]},
        {"heading": _("Accounts"), "hits": [
            _hit(a.account_name, a.broker, f"/?account={a.id}", "nav-dashboard") for a in own]},
        {"heading": _("Trades"), "hits": [_trade(trade, request) for trade in trades]},
    ]  # fmt: skip


def _trade(trade: Trade, request: HttpRequest) -> dict[str, str]:
    at = (trade.exit_time or trade.entry_time).astimezone(ZoneInfo(reader(request).timezone))
    result = words.money(trade.pnl, trade.account.currency, 2, signed=True) if trade.pnl is not None else _("open")
    return _hit(f"{trade.symbol} {_(trade.side)}", f"{words.day(at)} {at:%H:%M}, {result}", f"/trades/{trade.id}/",
                "nav-journal")  # fmt: skip


def _hit(label: str, note: str, url: str, symbol: str) -> dict[str, str]:
    return {"label": label, "note": note, "url": url, "symbol": symbol}
