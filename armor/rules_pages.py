"""I let a trader write their own limits for an account on a page, one rule at a time."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import stepup
from accounts.models import TradingAccount
from accounts.selectors import active_accounts
from aetheris.retelling import retold
from armor import rulesets, services
from armor.alert_pages import AGAIN
from armor.ask import Ask
from armor.rules import rules
from armor.ruleset import NOT_FOR_FORMS, faults
from armor.words import named

NOTHING = ("", "–")


class LimitForm(forms.Form):
    """One field for each thing the rule asks for; what may stand is said by the rule set's own check."""

    def __init__(self, rule: str, *args: Any, **told: Any) -> None:
        super().__init__(*args, **told)
        for name, ask in rules[rule].asks.items():
            self.fields[name] = _field(name, ask)

    def limit(self, rule: str) -> dict[str, Any]:
        """As the rule set writes it; what is left empty is left out."""
        told = {name: _value(rules[rule].asks[name], value) for name, value in self.cleaned_data.items() if value}
        return {"rule": rule, **told}


def _field(name: str, ask: Ask) -> forms.Field:
    common: dict[str, Any] = {"label": _label(name), "help_text": retold(ask.help), "required": False}
    if ask.kind == "word":
        return forms.ChoiceField(choices=[NOTHING, *((word, word) for word in ask.choices)], **common)
    kinds = {"number": {"inputmode": "decimal"}, "time": {"placeholder": "17:00"}}
    return forms.CharField(max_length=400, widget=forms.TextInput(kinds.get(ask.kind, {})), **common)


def _label(name: str) -> str:
    return _(name.replace("_", " ").capitalize())


def _value(ask: Ask, value: str) -> Any:
    return [word.strip() for word in value.split(",") if word.strip()] if ask.kind == "words" else value.strip()


@login_required
@require_http_methods(["GET", "POST"])
def own_rules(request: HttpRequest, id: UUID) -> HttpResponse:
    """A limit more, a limit changed, a limit less; what is looser waits for the next session."""
    account = active_accounts().filter(pk=id).first()
    if account is None:
        raise Http404
    rule = (request.POST if request.method == "POST" else request.GET).get("rule", "")
    if rule not in rules or rule in NOT_FOR_FORMS:
        return _page(request, account, status=422 if request.method == "POST" else 200)
    standing = [limit for limit in rulesets.exported(account)["limits"] if limit["rule"] != rule]
    if request.method == "GET":
        return _page(request, account, rule, LimitForm(rule))
    if request.POST.get("do") == "remove":
        return _keep(request, account, standing)
    form = LimitForm(rule, request.POST)
    form.is_valid()
    limits = [*standing, form.limit(rule)]
    for fault in faults({"limits": limits}):
        form.add_error(_named(form, fault.field), retold(fault.message))
    return _page(request, account, rule, form, status=422) if form.errors else _keep(request, account, limits)


def _named(form: LimitForm, field: str) -> str | None:
    name = field.rpartition(".")[2]
    return name if name in form.fields else None


def _keep(request: HttpRequest, account: TradingAccount, limits: list[dict[str, Any]]) -> HttpResponse:
    here, told = f"/armor/rules/{account.pk}/", {"limits": limits}
    waits = rulesets.would_loosen(account, told)
    if waits and not stepup.is_fresh(request):
        messages.warning(request, _("Guarding an account less asks for a fresh second factor. Then save it again."))
        return redirect(f"{AGAIN}?{urlencode({'next': here})}")
    services.keep_rules(account=account, told=told)
    messages.success(request, _("Saved. It holds from the next session on.") if waits else _("Saved."))
    return redirect(here)


def _page(
    request: HttpRequest, account: TradingAccount, rule: str = "", form: LimitForm | None = None, status: int = 200
) -> HttpResponse:
    told = rulesets.exported(account)
    return render(request, "armor/own_rules.html", {
        "account": account, "limits": [_shown(limit) for limit in told["limits"]],
        "next": told["next"] and [_shown(limit) for limit in told["next"]["limits"]],
        "known": sorted(((key, named(key)) for key in rules if key not in NOT_FOR_FORMS),
                        key=lambda pair: pair[1]),
        "rule": rule, "title": named(rule) if rule else "", "form": form,
        "meaning": retold(" ".join((rules[rule].measure.__doc__ or "").split())) if rule else "",
    }, status=status)  # fmt: skip


def _shown(limit: dict[str, Any]) -> dict[str, Any]:
    parts = [f"{_label(name).lower()} {_plain(value)}" for name, value in limit.items() if name != "rule"]
    title = named(limit["rule"]) if limit["rule"] in rules else limit["rule"]
    return {"rule": limit["rule"], "title": title, "told": ", ".join(parts)}


def _plain(value: Any) -> str:
    return ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)
