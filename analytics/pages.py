"""I show the analytics pages: each one tab over the same trades, of the account, period and unit in the address."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import TradingAccount, User
from accounts.selectors import active_accounts, reader
from aetheris import clock
from aetheris.charts import words
from aetheris.charts.interval import draw_interval
from analytics import dashboard, insight, units
from analytics.aggregate import Joined, joined
from analytics.cut_lines import costliest, cut, said
from analytics.cuts import CUTS, LEAST_TRADES, NOTHING, Comparison, compare, parts
from analytics.evidence import EVERYTHING
from analytics.together import together
from analytics.units import SIGNS, Measure, measured

TABS = {
    "overview": "Overview", "setups": "Setups", "timing": "Timing", "excursion": "Excursion",
    "discipline": "Discipline", "compare": "Compare",
}  # fmt: skip
IN_UNITS = ("overview", "setups", "timing", "compare")
READ = {"overview": (*dashboard.READ, "setup", "symbol")}  # all that a tab rests on, where that is little
LINKED = ("setup", "symbol", "side")  # cuts the journal can be narrowed to


@dataclass(frozen=True, slots=True)
class Asked:
    """What an analytics address chooses; `by` is empty where it names no cut."""

    scope: str
    period: str
    unit: str
    by: str

    def accounts(self) -> list[TradingAccount]:
        return [account for account in active_accounts() if not self.scope or str(account.id) == self.scope]

    def span(self, user: User) -> dashboard.Period:
        return dashboard.period_of(self.period, clock.now(), user.timezone)

    def joined(self, user: User, accounts: list[TradingAccount], only: Collection[str] = EVERYTHING) -> Joined:
        base, span = dashboard.base_of(accounts, user.base_currency), self.span(user)
        return joined(accounts, base, start=span.start, end=span.end, zone=user.timezone, only=only)

    def journal(self, user: User) -> str:
        """The journal's address of the same trades, to which one more filter can be added."""
        start = self.span(user).start
        told = {"account": self.scope, "from": start.astimezone(ZoneInfo(user.timezone)).date() if start else ""}
        return "/journal/?" + "".join(f"{urlencode({name: value})}&" for name, value in told.items() if value)


def asked_for(request: HttpRequest) -> Asked:
    by = request.GET.get("by", "")
    return Asked(request.GET.get("account", ""), request.GET.get("period", "30d"),
                 units.asked(request.GET.get("unit", "")), by if by in CUTS else "")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seen:
    """One page being made: who asked for what, the trades found, and how their results are written."""

    request: HttpRequest
    asked: Asked
    found: Joined
    chosen: list[TradingAccount]
    measure: Measure
    journal: str

    def cut(self, by: str) -> list[dict[str, Any]]:
        """A cut's lines, each beside the journal of its trades where there is one."""
        made = cut(self.found.sample, by, self.found.told, self.measure)
        linked = by in LINKED
        return [
            line | {"url": f"{self.journal}{urlencode({by: line['key']})}" if linked and line["key"] != NOTHING else ""}
            for line in made
        ]


def _overview(seen: Seen) -> dict[str, Any]:
    sample, setups = seen.found.sample, seen.cut("setup")
    return {
        "equity": dashboard.equity_chart(together(seen.chosen, seen.found.base)),
        "results": insight.results(sample, seen.measure) if seen.measure.key != "r" else None,
        "multiples": insight.multiples(sample), "scatter": insight.points(sample),
        "heat": insight.hours(sample, seen.measure), "zone": sample.timezone, "months": insight.months(sample),
        "setups": setups[:6], "costly": costliest(sample, seen.found.told, setups),
    }  # fmt: skip


def _setups(seen: Seen) -> dict[str, Any]:
    by = seen.asked.by or "setup"
    return {"by": by, "cuts": sorted(CUTS), "lines": seen.cut(by)}


def _timing(seen: Seen) -> dict[str, Any]:
    tables = (
        (gettext_noop("Session"), "session"), (gettext_noop("Weekday"), "weekday"),
        (gettext_noop("Holding time"), "holding"),
    )  # fmt: skip
    return {
        "heat": insight.hours(seen.found.sample, seen.measure), "zone": seen.found.sample.timezone,
        "tables": [{"name": _(name), "by": by, "lines": seen.cut(by)} for name, by in tables],
    }  # fmt: skip


def _excursion(seen: Seen) -> dict[str, Any]:
    sample = seen.found.sample
    return {"scatter": insight.points(sample), "figures": insight.figures(sample, insight.EXCURSIONS)}


def _discipline(seen: Seen) -> dict[str, Any]:
    return {"figures": insight.figures(seen.found.sample, insight.DISCIPLINE)}


def _compare(seen: Seen) -> dict[str, Any]:
    by, measure = seen.asked.by or "side", seen.measure
    masks = {name: mask & measure.known for name, mask in parts(seen.found.sample, by, seen.found.told).items()}
    names = sorted(masks, key=lambda name: -int(masks[name].sum()))
    one, other = (seen.request.GET.get(key, "") for key in ("one", "other"))
    one = one if one in masks else names[0] if names else ""
    other = other if other in masks else next((name for name in names if name != one), "")
    told: dict[str, Any] = {
        "by": by, "cuts": sorted(CUTS), "names": {name: said(name, by) for name in names},
        "one": (one, said(one, by)), "other": (other, said(other, by)),
    }  # fmt: skip
    if not (one and other):
        return told
    found = compare(measure.values[masks[one]], measure.values[masks[other]])
    won = [_share(seen.found.sample.won[masks[name]]) for name in (one, other)]
    return told | {
        "found": found, "note": _noted(found), "means": [measure.said(mean) for mean in found.expectancy],
        "wins": [words.percent(rate, 0) for rate in won],
        "span": [measure.said(edge) for edge in (found.difference, found.low, found.high)],
        "interval": draw_interval(found.low, found.difference, found.high),
    }  # fmt: skip


def _share(won: Any) -> float | None:
    return float(won.mean()) if won.size else None


def _noted(found: Comparison) -> str:
    """Whether the difference may be taken seriously, in the reader's language."""
    if found.low is None or found.high is None:
        return _("too few to compare: {} and {} trades, {} of each are needed").format(*found.trades, LEAST_TRADES)
    if found.low <= 0 <= found.high:
        return _("the difference could be luck: its 95 % interval contains zero")
    return _("unlikely to be luck alone")


FILLED: dict[str, Callable[[Seen], dict[str, Any]]] = {
    "overview": _overview, "setups": _setups, "timing": _timing, "excursion": _excursion, "discipline": _discipline,
    "compare": _compare,
}  # fmt: skip


@login_required
def page(request: HttpRequest, tab: str = "overview") -> HttpResponse:
    user, asked = reader(request), asked_for(request)
    chosen = asked.accounts()
    found = asked.joined(user, chosen, READ.get(tab, EVERYTHING))
    seen = Seen(request, asked, found, chosen, measured(found.sample, asked.unit), asked.journal(user))
    kept = request.GET.copy()
    for name in ("by", "one", "other"):
        kept.pop(name, None)
    told: dict[str, Any] = {
        "tab": tab, "tabs": TABS, "kept": kept.urlencode(), "kept_items": list(kept.items()), "joined": found,
        "units": _units(request, asked) if tab in IN_UNITS else (), "measure": seen.measure,
        "lacking": dashboard.lacking(found.missing), **FILLED[tab](seen),
    }  # fmt: skip
    return render(request, f"analytics/{tab}.html", told)


def _units(request: HttpRequest, asked: Asked) -> list[dict[str, Any]]:
    """The switch: each unit with its address."""
    names = {"money": _("Money"), "percent": _("Percent of the balance"), "r": _("Multiples of the risk")}
    switch = []
    for key, sign in SIGNS.items():
        there = request.GET.copy()
        there["unit"] = key
        switch.append({"sign": sign, "name": names[key], "url": f"?{there.urlencode()}", "current": key == asked.unit})
    return switch
