"""I show a person's settings: who they are, how it looks, their trading accounts."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import selectors, services, stepup
from accounts.limits import raised
from accounts.models import TradingAccount, User
from accounts.settings_forms import AccountForm, ProfileForm
from aetheris.errors import AetherisError

A_YEAR = 365 * 24 * 3600


@login_required
@require_http_methods(["GET", "POST"])
def settings_page(request: HttpRequest) -> HttpResponse:
    user = selectors.reader(request)
    form = ProfileForm(request.POST if request.method == "POST" else None, user=user)
    if request.method == "POST" and form.is_valid():
        User.objects.filter(pk=user.pk).update(**form.cleaned_data)
        messages.success(request, _("Your profile was saved."))
        return redirect("/settings/")
    shown = {"form": form, "own": selectors.accounts(), "theme": request.COOKIES.get("theme", "")}
    return render(request, "settings.html", shown, status=422 if form.errors else 200)


@require_POST
@login_required
def appearance(request: HttpRequest) -> HttpResponse:
    """Kept in this browser: an office screen and a phone at night differ."""
    reply = redirect("/settings/#appearance")
    theme = request.POST.get("theme", "")
    if theme in ("light", "dark"):
        reply.set_cookie("theme", theme, max_age=A_YEAR, samesite="Lax", httponly=True, secure=request.is_secure())
    else:
        reply.delete_cookie("theme", samesite="Lax")
    return reply


@login_required
@require_http_methods(["GET", "POST"])
def account_new(request: HttpRequest) -> HttpResponse:
    user = selectors.reader(request)
    initial = {"currency": user.base_currency, "day_timezone": user.timezone}
    form = AccountForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        account = services.open_account(user=user, values=form.values())
        messages.success(request, _("{} is open. Import a statement, and it is guarded.").format(account.account_name))
        return redirect(f"/settings/accounts/{account.pk}/")
    return _page(request, form)


@login_required
@require_http_methods(["GET", "POST"])
def account_edit(request: HttpRequest, id: UUID) -> HttpResponse:
    account = _account(id)
    form = AccountForm(request.POST if request.method == "POST" else None, account=account)
    if request.method == "POST" and form.is_valid():
        try:
            values = {name: value for name, value in form.values().items() if getattr(account, name) != value}
            waits = raised(account, values)
            if waits:
                stepup.require(request)
            with transaction.atomic():
                services.change_account(account=account, version=form.cleaned_data["version"], values=values)
        except AetherisError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Saved. The raised limit waits for the next session.") if waits
                             else _("{} was saved.").format(account.account_name))  # fmt: skip
            return redirect(f"/settings/accounts/{id}/")
    return _page(request, form, account)


@require_POST
@login_required
def account_close(request: HttpRequest, id: UUID) -> HttpResponse:
    account = services.close_account(account=_account(id))
    messages.success(request, _("{} is closed. What it holds stays.").format(account.account_name))
    return redirect("/settings/#accounts")


def _page(request: HttpRequest, form: AccountForm, account: TradingAccount | None = None) -> HttpResponse:
    shown: dict[str, Any] = {"form": form, "account": account}
    return render(request, "settings/account.html", shown, status=422 if form.errors else 200)


def _account(id: UUID) -> TradingAccount:
    account = selectors.accounts().filter(pk=id).first()
    if account is None:
        raise Http404
    return account
