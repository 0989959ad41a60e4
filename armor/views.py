"""I show the guard, and take acknowledgements."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.selectors import active_accounts, reader
from aetheris import clock
from aetheris.errors import AetherisError
from armor import lifecycle, overview, selectors

PAGE = 50


@login_required
def armor(request: HttpRequest) -> HttpResponse:
    seen = overview.watched(list(active_accounts()))
    found, page = _page(request)
    cooling = lifecycle.cooling_until(clock.now())
    states = overview.states(seen)
    for state, one in zip(states, seen, strict=True):
        state["cooling_until"] = cooling.get(one.account.id)
    return render(request, "armor.html", {
        "states": states,
        "rules": overview.rule_rows(seen),
        "breaches": [selectors.alert(breach, zone=reader(request).timezone) for breach in found],
        "page": page,
    })  # fmt: skip


def _page(request: HttpRequest) -> tuple[list[Any], dict[str, Any]]:
    """By number: the next page begins below the last one shown."""
    below = request.GET.get("below", "")
    breaches = selectors.breaches()
    total = breaches.count()
    if below.isdigit():
        breaches = breaches.filter(number__lt=int(below))
    found = list(breaches[: PAGE + 1])
    older = f"?below={found[PAGE - 1].number}" if len(found) > PAGE else ""
    label = ngettext("{} alert", "{} alerts", total).format(total)
    return found[:PAGE], {"previous": "?" if below else "", "next": older, "count_label": label}


@require_GET
@login_required
def missed(request: HttpRequest) -> JsonResponse:
    """For a page whose socket is away: what came after its last number, in its reader's language."""
    since, most = request.GET.get("since", ""), request.GET.get("limit", "")
    found = selectors.breaches().filter(number__gt=int(since) if since.isdigit() else 0).order_by("number")
    told = found[: min(PAGE, int(most))] if most.isdigit() else found[:PAGE]
    zone = reader(request).timezone
    shown = [selectors.alert(breach, whole=breach.breach_level == 3, zone=zone) for breach in told]
    return JsonResponse({"results": shown})


@require_POST
@login_required
def dismiss(request: HttpRequest, id: UUID) -> HttpResponse:
    """Acknowledge, pause, snooze, go on with a reason: JSON for the script, back to the page without it."""
    breach = selectors.breaches().filter(pk=id).first()
    if breach is None:
        raise Http404
    by_script = "application/json" in request.headers.get("Accept", "")
    try:
        lifecycle.decide(breach=breach, choice=request.POST.get("choice", ""), note=request.POST.get("note", ""))
    except AetherisError as refusal:
        if by_script:
            return JsonResponse({"detail": refusal.message, "code": refusal.code}, status=refusal.status)
        messages.error(request, refusal.message)
    else:
        if by_script:
            return JsonResponse({"dismissed": breach.number})
    back = request.headers.get("Referer", "")
    return redirect(back if url_has_allowed_host_and_scheme(back, {request.get_host()}) else "/")
