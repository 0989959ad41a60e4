"""I show the dashboard."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.models import TradingAccount
from accounts.selectors import active_accounts, reader
from aetheris import clock
from analytics import dashboard
from analytics.open_risk import open_risk
from analytics.together import together
from analytics.worth_now import worth_now
from armor import overview, selectors
from armor.words import city


@login_required
def home(request: HttpRequest) -> HttpResponse:
    user, now = reader(request), clock.now()
    scope = request.GET.get("account") or None
    chosen = [account for account in active_accounts() if not scope or str(account.id) == scope]
    base = dashboard.base_of(chosen, user.base_currency)
    days = together(chosen, base)
    seen = overview.watched(chosen)
    worth = worth_now(seen, base)
    period = dashboard.period_of(request.GET.get("period", "30d"), now, user.timezone)
    cards, note = dashboard.cards(chosen, base, period, user.timezone) if chosen else ([], "")
    risk = open_risk(chosen, base, {one.account.id: one.state.open_positions for one in seen})
    alerts = [selectors.alert(breach, zone=user.timezone) for breach in selectors.breaches()[:5]]
    return render(request, "dashboard.html", {
        "strip": overview.strip(worth.every, base),
        "strip_note": dashboard.lacking(worth.missing),
        "cards": cards,
        "cards_note": note,
        "equity": dashboard.equity_chart(days),
        "calendar": dashboard.calendar(days, dashboard.today_of(chosen, now, user.timezone), scope),
        "open_risk": risk,
        "accounts": [(row, risk.by_account[a.id]) for row, a in zip(overview.rows(seen), chosen, strict=True)],
        "total": overview.total(worth.summed, base),
        "resets_note": resets(chosen),
        "alerts": alerts,
    })  # fmt: skip


def resets(accounts: list[TradingAccount]) -> str:
    """When the accounts' days begin."""
    told = {f"{a.day_starts_at:%H:%M} {city(a.day_timezone)}" for a in accounts}
    return _("day resets {}").format(", ".join(sorted(told))) if told else ""
