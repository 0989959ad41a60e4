"""I show what would have been and what may be: rules over an account's history, the odds of passing a programme."""

from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import TradingAccount
from accounts.selectors import active_accounts
from aetheris.charts import words
from aetheris.errors import AetherisError
from armor import whatif
from armor.models import PropFirmTemplate
from armor.rules import rules
from armor.words import in_unit, named

FLOORS = ("max_daily_loss", "max_total_loss", "trailing_dd", "loss_per_trade")
MOST_LINES = 50


@login_required
def what_if(request: HttpRequest) -> HttpResponse:
    accounts = list(active_accounts())
    programmes = list(PropFirmTemplate.objects.filter(is_published=True).order_by("firm_name", "program", "phase"))
    account = next((one for one in accounts if str(one.pk) == request.GET.get("account")), None)
    template = _chosen(request.GET.get("template", ""))
    shown: dict[str, Any] = {
        "accounts": accounts, "programmes": programmes, "chosen": account, "template": template,
        "rules": [(key, named(key)) for key in FLOORS], "rule": request.GET.get("rule", ""),
        "amount": request.GET.get("amount", ""), "replay": None, "odds": None, "problem": "", "no_odds": "",
    }  # fmt: skip
    if account is not None:
        try:
            told = None if template else _told(request)
            shown["replay"] = _lines(account, whatif.what_if(account, template=template, told=told))
            shown["odds"], shown["no_odds"] = _odds(account, template)
        except AetherisError as refusal:
            shown["problem"] = refusal.message
    return render(request, "armor/whatif.html", shown)


def _chosen(id: str) -> PropFirmTemplate | None:
    try:
        return PropFirmTemplate.objects.filter(pk=id, is_published=True).first() if id else None
    except ValidationError:
        return None


def _told(request: HttpRequest) -> dict[str, Any] | None:
    """One rule by the form, or nothing: then today's rules are replayed."""
    rule, amount = request.GET.get("rule", ""), request.GET.get("amount", "").strip()
    if rule not in FLOORS or not amount:
        return None
    return {"limits": [{"rule": rule, "amount": amount}]}


def _lines(account: TradingAccount, told: dict[str, Any]) -> dict[str, Any]:
    return told | {
        "lines": [_line(account, fired) for fired in told["fired"] if fired["level"] >= 2][:MOST_LINES],
    }


def _line(account: TradingAccount, fired: dict[str, Any]) -> dict[str, Any]:
    rule = rules[fired["rule"]]
    return {
        "day": fired["trading_day"],
        "level": fired["level"],
        "title": named(rule.key),
        "value": in_unit(Decimal(fired["value"]), rule.unit, account.currency),
        "limit": in_unit(Decimal(fired["limit"]), rule.unit, account.currency),
    }


def _odds(account: TradingAccount, template: PropFirmTemplate | None) -> tuple[dict[str, Any] | None, str]:
    """The odds, or why there are none."""
    try:
        told = whatif.pass_odds(account, template=template, seed=1)
    except AetherisError as refusal:
        return None, refusal.message
    shares = {name: words.percent(told[name], 1) for name in ("passed", "failed_daily", "failed_maximum", "unfinished")}
    error = words.percent(2 * told["passed_error"], 1)
    return told | {"labels": shares, "error_label": error}, ""
