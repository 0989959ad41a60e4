"""I show what is connected to which account and how it fares, find brokers, and add, test and remove connections."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts import stepup
from accounts.models import TradingAccount
from aetheris.charts import words
from aetheris.errors import AetherisError
from trading import selectors
from trading.brokers import directory
from trading.connections import add_by_form, issue_push_token, remove_connection
from trading.connectors import connector_for, connectors, is_known
from trading.import_views import is_id
from trading.models import BrokerConnection, Reading
from trading.syncing import begin_sync, test_connection

FOUND = 30


@login_required
@require_http_methods(["GET", "POST"])
def connections_page(request: HttpRequest) -> HttpResponse:
    sought, chosen = request.GET.get("q", "").strip(), request.POST.get("kind") or request.GET.get("kind", "")
    shown: dict[str, Any] = {"sought": sought, "failure": ""}
    if request.method == "POST":
        try:
            return _add(request, chosen)
        except AetherisError as refusal:
            shown["failure"] = refusal.message
    found = directory.search(sought) if sought else []
    shown |= {
        "connections": [_line(one) for one in selectors.connections().select_related("account")],
        "found": found[:FOUND], "found_count": len(found), "brokers_count": len(directory.brokers()),
        "kinds": [{"key": key, "title": one.title, "about": one.about} for key, one in sorted(connectors.items())],
        "chosen": _chosen(chosen, request), "standings": [_standing(one) for one in selectors.standings()],
    }  # fmt: skip
    return render(request, "trading/connections.html", shown, status=422 if shown["failure"] else 200)


def _standing(reading: Reading) -> dict[str, Any]:
    currency = reading.account.currency
    return {
        "account": reading.account, "positions": reading.positions, "read_at": reading.read_at,
        "balance_label": words.money(reading.balance, currency, 2),
        "equity_label": words.money(reading.equity, currency, 2),
    }  # fmt: skip


def _chosen(key: str, request: HttpRequest) -> dict[str, Any] | None:
    if key not in connectors:
        return None
    kind = connectors[key]
    asks = [{"ask": ask, "value": "" if ask.secret else request.POST.get(ask.name, request.GET.get(ask.name, ""))}
            for ask in kind.asks]  # fmt: skip
    return {"key": key, "title": kind.title, "about": kind.about, "asks": asks, "pushed": kind.pushed}


def _add(request: HttpRequest, kind: str) -> HttpResponse:
    wanted = request.POST.get("account", "")
    account = get_object_or_404(TradingAccount, pk=wanted if is_id(wanted) else None)
    made = add_by_form(account=account, broker_type=kind, told=request.POST.dict())
    if connectors[kind].pushed:
        token = issue_push_token(connection=made)
        messages.success(request, f"Connected. Its token, shown only this once: {token}")
    else:
        messages.success(request, f"{connectors[kind].title} is connected to {account.account_name}. Test it now.")
    return redirect("connections")


@login_required
@require_POST
def act(request: HttpRequest, id: UUID, what: str) -> HttpResponse:
    found = get_object_or_404(selectors.connections().select_related("account"), pk=id)
    try:
        if what == "test":
            messages.success(request, test_connection(found))
        elif what == "sync":
            return redirect("import-job", id=begin_sync(account=found.account).id)
        elif what == "token" and found.broker_type in connectors and connectors[found.broker_type].pushed:
            stepup.require(request)
            messages.success(request, f"Its new token, shown only this once: {issue_push_token(connection=found)}")
        elif what == "remove":
            remove_connection(connection=found)
            messages.success(request, "The connection is removed and its keys are gone. Its trades stay.")
    except AetherisError as refusal:
        messages.error(request, refusal.message)
    return redirect("connections")


def _line(of: BrokerConnection) -> dict[str, Any]:
    kind = connector_for(of.broker_type) if is_known(of.broker_type) else None
    return {
        "id": of.id, "title": kind.title if kind else of.broker_type, "account": of.account.account_name,
        "status": of.sync_status, "at": of.last_sync_at, "error": of.last_error or "", "hint": of.key_hint,
        "policy": of.conflict_policy, "every": of.sync_interval, "pushed": bool(kind and kind.pushed),
    }  # fmt: skip
