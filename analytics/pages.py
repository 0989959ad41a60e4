"""I show the analytics pages: each one tab over the same trades, of the account and period in the address."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import TradingAccount, User
from accounts.selectors import active_accounts, reader
from aetheris import clock
from aetheris.charts import words
from analytics import dashboard, insight
from analytics.aggregate import Joined, joined
from analytics.cuts import CUTS, LEAST_TRADES, Comparison, compare, parts
from analytics.together import together

TABS = {
    "overview": "Overview", "setups": "Setups", "timing": "Timing", "excursion": "Excursion",
    "discipline": "Discipline", "compare": "Compare",
}  # fmt: skip


def _overview(request: HttpRequest, found: Joined, chosen: list[TradingAccount]) -> dict[str, Any]:
    return {
        "equity": dashboard.equity_chart(together(chosen, found.base)),
        "results": insight.results(found.sample), "multiples": insight.multiples(found.sample),
        "months": insight.months(found.sample), "setups": insight.cut(found.sample, "setup", found.told)[:6],
    }  # fmt: skip


def _setups(request: HttpRequest, found: Joined, chosen: list[TradingAccount]) -> dict[str, Any]:
    by = _cut(request, "setup")
    return {"by": by, "cuts": sorted(CUTS), "lines": insight.cut(found.sample, by, found.told)}


def _timing(request: HttpRequest, found: Joined, chosen: list[TradingAccount]) -> dict[str, Any]:
    tables = (
        (gettext_noop("Session"), "session"), (gettext_noop("Weekday"), "weekday"),
        (gettext_noop("Holding time"), "holding"),
    )  # fmt: skip
    lines = [{"name": _(name), "lines": insight.cut(found.sample, by, found.told)} for name, by in tables]
    return {"heat": insight.hours(found.sample), "tables": lines, "zone": found.sample.timezone}


def _excursion(request: HttpRequest, found: Joined, chosen: list[TradingAccount]) -> dict[str, Any]:
    return {"scatter": insight.points(found.sample), "figures": insight.figures(found.sample, insight.EXCURSIONS)}


def _discipline(request: HttpRequest, found: Joined, chosen: list[TradingAccount]) -> dict[str, Any]:
    return {"figures": insight.figures(found.sample, insight.DISCIPLINE)}


def _compare(request: HttpRequest, found: Joined, chosen: list[TradingAccount]) -> dict[str, Any]:
    by = _cut(request, "side")
    masks = parts(found.sample, by, found.told)
    names = sorted(masks, key=lambda name: -int(masks[name].sum()))
    one, other = (request.GET.get(key, "") for key in ("one", "other"))
    one = one if one in masks else names[0] if names else ""
    other = other if other in masks else next((name for name in names if name != one), "")
    told: dict[str, Any] = {
        "by": by, "cuts": sorted(CUTS), "names": {name: insight.said(name, by) for name in names},
        "one": (one, insight.said(one, by)), "other": (other, insight.said(other, by)),
    }  # fmt: skip
    if one and other:
        told["found"] = compare(found.sample.pnl[masks[one]], found.sample.pnl[masks[other]])
        told["note"] = _noted(told["found"])
        told["means"] = [words.money(mean, found.base, 2, signed=True) for mean in told["found"].expectancy]
        told["span"] = [
            words.money(edge, found.base, 2, signed=True)
            for edge in (told["found"].difference, told["found"].low, told["found"].high)
        ]
    return told


def _noted(found: Comparison) -> str:
    """Whether the difference may be taken seriously, in the reader's language."""
    if found.low is None or found.high is None:
        return _("too few to compare: {} and {} trades, {} of each are needed").format(*found.trades, LEAST_TRADES)
    if found.low <= 0 <= found.high:
        return _("the difference could be luck: its 95 % interval contains zero")
    return _("unlikely to be luck alone")


FILLED: dict[str, Callable[[HttpRequest, Joined, list[TradingAccount]], dict[str, Any]]] = {
    "overview": _overview, "setups": _setups, "timing": _timing, "excursion": _excursion, "discipline": _discipline,
    "compare": _compare,
}  # fmt: skip


def _cut(request: HttpRequest, usual: str) -> str:
    asked = request.GET.get("by", usual)
    return asked if asked in CUTS else usual


@login_required
def page(request: HttpRequest, tab: str = "overview") -> HttpResponse:
    user, scope = reader(request), request.GET.get("account") or None
    chosen = [account for account in active_accounts() if not scope or str(account.id) == scope]
    found = _joined(request, user, chosen)
    kept = request.GET.copy()
    for name in ("by", "one", "other"):
        kept.pop(name, None)
    told: dict[str, Any] = {
        "tab": tab, "tabs": TABS, "kept": kept.urlencode(), "kept_items": list(kept.items()), "joined": found,
        "lacking": dashboard.lacking(found.missing), **FILLED[tab](request, found, chosen),
    }  # fmt: skip
    return render(request, f"analytics/{tab}.html", told)


def _joined(request: HttpRequest, user: User, chosen: list[TradingAccount]) -> Joined:
    base = dashboard.base_of(chosen, user.base_currency)
    period = dashboard.period_of(request.GET.get("period", "30d"), clock.now(), user.timezone)
    return joined(chosen, base, start=period.start, end=period.end, zone=user.timezone)
