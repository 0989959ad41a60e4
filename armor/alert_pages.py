"""I let somebody say how they want to hear of alerts, and how each account is guarded beside its limits."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts import stepup
from accounts.models import TradingAccount
from accounts.selectors import active_accounts, reader
from aetheris.errors import AetherisError
from armor import flattening, lifecycle, limit_changes
from armor.delivery import mails
from armor.models import LimitChange, PropFirmTemplate

HERE = "/armor/settings/"
AGAIN = "/settings/security/again/"
NAMES = {
    "risk_limit": lazy("Daily loss"), "max_drawdown_limit": lazy("Maximum loss"),
    "trailing_dd_limit": lazy("Trailing drawdown"), "starting_balance": lazy("Starting balance"),
    "currency": lazy("Currency"), "day_timezone": lazy("Its day is counted in"),
    "day_starts_at": lazy("Its day starts at"), limit_changes.PROGRAMME: lazy("Programme"),
}  # fmt: skip


class GuardForm(forms.Form):
    cooling_minutes = forms.IntegerField(label=lazy("A cooling takes, in minutes"), min_value=1, max_value=1440)
    flatten_at_level_3 = forms.BooleanField(
        label=lazy("Close every open position at the broker at level 3"), required=False
    )


@login_required
@require_http_methods(["GET", "POST"])
def alert_settings(request: HttpRequest) -> HttpResponse:
    user = reader(request)
    if request.method == "POST":
        levels = [level for level in (2, 3) if request.POST.get(f"mail_{level}")]
        told = {name: bool(request.POST.get(name)) for name in ("sound", "vibration")}
        mails.set_settings(user, told | {"mail_levels": levels})
        messages.success(request, _("Saved."))
        return redirect(HERE)
    return _page(request)


@require_POST
@login_required
def guard(request: HttpRequest, id: UUID) -> HttpResponse:
    account = active_accounts().filter(pk=id).first()
    if account is None:
        raise Http404
    form = GuardForm(request.POST, auto_id=f"id_%s_{id}")
    if not form.is_valid():
        return _page(request, {account.pk: form}, status=422)
    if lifecycle.loosens(lifecycle.guard_of(account), form.cleaned_data) and not stepup.is_fresh(request):
        messages.warning(request, _("Guarding an account less asks for a fresh second factor. Then save it again."))
        return redirect(f"{AGAIN}?{urlencode({'next': HERE})}")
    lifecycle.set_guard(account=account, values=form.cleaned_data)
    messages.success(request, _("{} was saved.").format(account.account_name))
    return redirect(HERE)


@require_POST
@login_required
def withdraw(request: HttpRequest, id: UUID) -> HttpResponse:
    change = LimitChange.objects.filter(pk=id).first()
    if change is None:
        raise Http404
    try:
        limit_changes.withdraw_one(change)
        messages.success(request, _("Withdrawn. The limit stays as it is."))
    except AetherisError as refusal:
        messages.error(request, refusal.message)
    return redirect(HERE)


def _page(request: HttpRequest, forms: dict[UUID, GuardForm] | None = None, status: int = 200) -> HttpResponse:
    told, orders = forms or {}, flattening.last_orders()
    return render(request, "armor/settings.html", {
        "settings": mails.settings_of(reader(request)),
        "guards": [
            (account, told.get(account.pk) or _form(account), orders.get(account.pk)) for account in active_accounts()
        ],
        "waiting": [_waits(change) for change in limit_changes.waiting()],
    }, status=status)  # fmt: skip


def _form(account: TradingAccount) -> GuardForm:
    kept = lifecycle.guard_of(account)
    initial = {"cooling_minutes": kept.cooling_minutes, "flatten_at_level_3": kept.flatten_at_level_3}
    return GuardForm(initial=initial, auto_id=f"id_%s_{account.pk}")


def _waits(change: LimitChange) -> dict[str, Any]:
    old, new = (_plain(change.field, value) for value in (change.old_value, change.new_value))
    return {"it": change, "name": NAMES[change.field], "old": old, "new": new}


def _plain(field: str, text: str | None) -> str:
    if text is not None and field == limit_changes.PROGRAMME:
        return str(PropFirmTemplate.objects.get(pk=text))
    return _("none") if text is None else text.rstrip("0").rstrip(".") if "." in text else text
