"""I take trades written, changed, deleted and brought back by hand."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from aetheris.errors import AetherisError
from trading import reviewing, selectors, services
from trading.errors import ChangedMeanwhile
from trading.models import Trade
from trading.trade_form import TradeForm

STALE = gettext_lazy("This trade was changed meanwhile. Your words are kept here: look, then save again.")


@login_required
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    form = TradeForm(request.POST if request.method == "POST" else None,
                     initial={"account": request.GET.get("account", "")})  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                trade = services.add_trade(account=form.cleaned_data["account"], values=form.values())
        except AetherisError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("{} was added.").format(trade.symbol))
            return redirect(f"/trades/{trade.pk}/")
    return _page(request, form)


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, id: UUID) -> HttpResponse:
    trade = standing(id)
    form = TradeForm(request.POST if request.method == "POST" else None, trade=trade)
    if request.method == "POST" and form.is_valid():
        try:
            if values := form.values():
                with transaction.atomic():
                    services.change_trade(trade=trade, version=form.cleaned_data["version"], values=values)
        except ChangedMeanwhile:
            form.add_error(None, STALE)
            form.data = {**form.data.dict(), "version": str(Trade.objects.get(pk=id).version)}  # type: ignore[attr-defined]
        except AetherisError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("{} was changed.").format(trade.symbol))
            return redirect(f"/trades/{id}/")
    return _page(request, form, trade)


def _page(request: HttpRequest, form: TradeForm, trade: Trade | None = None) -> HttpResponse:
    shown: dict[str, Any] = {"form": form, "trade": trade, "zone": request.user.timezone}  # type: ignore[union-attr]
    return render(request, "trading/trade_form.html", shown, status=422 if form.errors else 200)


@require_POST
@login_required
def delete(request: HttpRequest, id: UUID) -> HttpResponse:
    trade = standing(id)
    services.delete_trade(trade=trade)
    messages.success(request, _("{} was deleted: it is out of every figure.").format(trade.symbol),
                     extra_tags=f"undo /trades/{id}/restore/")  # fmt: skip
    return redirect("/journal/")


@require_POST
@login_required
def restore(request: HttpRequest, id: UUID) -> HttpResponse:
    trade = reviewing.restore_trade(trade_id=id)
    if trade is None:
        raise Http404
    messages.success(request, _("{} is back in every figure.").format(trade.symbol))
    return redirect(f"/trades/{id}/")


def standing(id: UUID) -> Trade:
    trade = selectors.trades().select_related("account", "review").filter(pk=id).first()
    if trade is None:
        raise Http404
    return trade
