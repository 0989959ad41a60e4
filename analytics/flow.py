"""I show the trading day as it happens: checklist, mood, session timer, plan against result, live tape."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import TradingAccount, User
from accounts.selectors import accounts, active_accounts, reader
from aetheris import clock
from aetheris.charts import words
from aetheris.charts.usebar import draw_use
from aetheris.errors import AetherisError
from analytics import dashboard
from analytics.views import resets
from trading import journal, planning, selectors, sitting
from trading.errors import ChangedMeanwhile
from trading.journal_filters import is_id
from trading.models import DayPlan

TAPE = 20
FEELINGS = {str(n): n for n in range(1, 6)}
ITEMS_MOST, ITEM_MOST = 20, 140


@login_required
def flow(request: HttpRequest) -> HttpResponse:
    return _page(request)


def _page(request: HttpRequest, *, status: int = 200, **typed: Any) -> HttpResponse:
    user = reader(request)
    zone, now = ZoneInfo(user.timezone), clock.now()
    own = list(accounts())
    traded = [account for account in own if account.account_status == "active"]
    today = dashboard.today_of(traded, now, user.timezone)
    found = selectors.journal().filter(_running(traded, now))
    figures = journal.figures(found, own)
    plan = planning.plan_of(user, today)
    return render(request, "flow.html", {
        "plan": _shown(plan) | typed, "scale": (1, 2, 3, 4, 5), "figures": figures,
        "against": _against(plan, figures, user.base_currency), "sittings": _sittings(zone),
        "tape": [journal.row(trade, zone) for trade in found.select_related("account", "review")[:TAPE]],
        "day_label": words.day(today, year=True), "day_url": f"/journal/?from={today}&to={today}",
        "resets_note": resets(traded),
        "free": active_accounts().exclude(pk__in=selectors.sessions().filter(session_end=None).values("account")),
    }, status=status)  # fmt: skip


def _today(user: User) -> date:
    """The day the plan is of: the accounts' own, as everywhere a day's result stands."""
    return dashboard.today_of(list(active_accounts()), clock.now(), user.timezone)


def _running(traded: Sequence[TradingAccount], now: datetime) -> Q:
    """What closed in the trading day that runs, by each account's own clock."""
    begun = Q(pk=None)
    for account in traded:
        day = clock.trading_day(now, account.day_timezone, account.day_starts_at)
        since, _until = clock.day_bounds(day, account.day_timezone, account.day_starts_at)
        begun |= Q(account_id=account.id, exit_time__gte=since)
    return begun


def _shown(plan: DayPlan) -> dict[str, Any]:
    def plain(value: Decimal | None) -> str:
        return "" if value is None else f"{value.normalize():f}"

    return {
        "version": plan.version if plan.pk and not plan._state.adding else 0, "checklist": plan.checklist,
        "mood": plan.mood, "energy": plan.energy, "trades_most": plan.trades_most or "",
        "loss_most": plain(plan.loss_most), "profit_target": plain(plan.profit_target), "intention": plan.intention,
        "done": sum(bool(item.get("done")) for item in plan.checklist),
    }  # fmt: skip


def _against(plan: DayPlan, of: journal.Figures, base: str) -> list[dict[str, Any]]:
    """Each line of the plan beside the day; money only where the day is in the plan's currency."""
    lines: list[dict[str, Any]] = []
    if plan.trades_most:
        lines.append({"what": _("Trades"), "plan": str(plan.trades_most), "fact": str(of.count), "tone": "",
                      "use": draw_use(of.count / plan.trades_most, (1.0,))})  # fmt: skip
    comparable = of.currency in (None, base) and not (of.currency is None and of.count)
    for what, most, sign in ((_("Loss at most"), plan.loss_most, -1), (_("Target"), plan.profit_target, 1)):
        if most:
            share = float(max(sign * of.net / most, Decimal(0))) if comparable else None
            fact = words.money(of.net, base, signed=True) if comparable else words.MISSING
            lines.append({"what": what, "plan": words.money(most, base), "fact": fact, "tone": words.tone(of.net),
                          "use": draw_use(share, (1.0,)) if sign < 0 else None,
                          "met": sign > 0 and share is not None and share >= 1})  # fmt: skip
    return lines


def _sittings(zone: ZoneInfo) -> list[dict[str, Any]]:
    running = selectors.sessions().filter(session_end=None).select_related("account")[:20]
    return [
        {
            "id": one.id, "account": one.account.account_name, "since": one.session_start.isoformat(),
            "since_label": f"{one.session_start.astimezone(zone):%H:%M}",
            "for_label": words.held((clock.now() - one.session_start).total_seconds()),
        }
        for one in running
    ]  # fmt: skip


@require_POST
@login_required
def plan(request: HttpRequest) -> HttpResponse:
    user = reader(request)
    today = _today(user)
    values, errors = _typed(request.POST)
    version = request.POST.get("version", "0")
    if not errors:
        try:
            with transaction.atomic():
                planning.write_plan(
                    user=user, day=today, version=int(version) if version.isdigit() else 0, values=values
                )
        except ChangedMeanwhile as stale:
            errors = [_("The plan was changed meanwhile, perhaps on another device. Look, then save again.")]
            values["version"] = stale.data["current"]
        else:
            messages.success(request, _("The plan of today was saved."))
            return redirect("/flow/")
    return _page(request, status=422, **values, errors=errors)


def _typed(form: QueryDict) -> tuple[dict[str, Any], list[str]]:
    errors = []
    texts = [text.strip()[:ITEM_MOST] for text in form.getlist("item")] + [form.get("new_item", "").strip()[:ITEM_MOST]]
    done = set(form.getlist("done"))
    items = [{"text": text, "done": str(n) in done} for n, text in enumerate(texts) if text][:ITEMS_MOST]
    values: dict[str, Any] = {
        "checklist": items, "intention": form.get("intention", "").strip()[:2000],
        "mood": FEELINGS.get(form.get("mood", "")), "energy": FEELINGS.get(form.get("energy", "")),
    }  # fmt: skip
    for name, label in (("trades_most", _("Trades at most")), ("loss_most", _("Loss at most")),
                        ("profit_target", _("Target"))):  # fmt: skip
        try:
            values[name] = _positive(form.get(name, ""), whole=name == "trades_most")
        except ValueError:
            errors.append(_("{}: write a number above zero, or nothing.").format(label))
            values[name] = None
    if any("\x00" in text for text in (*texts, values["intention"])):
        errors.append(_("A character in this text cannot be kept. Remove it and save again."))
    return values, errors


def _positive(text: str, *, whole: bool) -> Decimal | int | None:
    if not text.strip():
        return None
    try:
        amount = Decimal(text.strip().replace(",", "."))
    except InvalidOperation as wrong:
        raise ValueError(text) from wrong
    if not amount.is_finite() or not 0 < amount < 10**9 or (whole and amount != int(amount)):
        raise ValueError(text)
    return int(amount) if whole else round(amount, 8)


@require_POST
@login_required
def begin(request: HttpRequest) -> HttpResponse:
    id = request.POST.get("account", "")
    account = active_accounts().filter(pk=id).first() if is_id(id) else None
    if account is None:
        messages.warning(request, _("Choose the account you will trade."))
        return redirect("/flow/")
    try:
        with transaction.atomic():
            sitting.begin_session(account=account, values={})
    except AetherisError as refusal:
        messages.warning(request, refusal.message)
    return redirect("/flow/")


@require_POST
@login_required
def end(request: HttpRequest, id: UUID) -> HttpResponse:
    session = selectors.sessions().filter(pk=id, session_end=None).first()
    if session is None:
        raise Http404
    notes = request.POST.get("notes", "").strip()[:20_000].replace("\x00", "")
    ended = planning.end_session(session=session, notes=notes, tilt=bool(request.POST.get("tilt")))
    brought = words.money(ended.session_pnl, session.account.currency, 2, signed=True)
    messages.success(request, _("Session ended: {} trades, {}.").format(ended.trades_count, brought))
    return redirect("/flow/")


urlpatterns = [
    path("", flow, name="flow"),
    path("plan/", plan, name="flow-plan"),
    path("sessions/", begin, name="flow-begin"),
    path("sessions/<uuid:id>/end/", end, name="flow-end"),
]
