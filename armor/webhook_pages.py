"""I show where somebody is told of alerts, how each delivery went, and a new secret once."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.selectors import reader
from aetheris.errors import AetherisError
from armor.delivery import addresses, endpoints
from armor.delivery.events import TYPES
from armor.models import WebhookEndpoint, WebhookEvent
from armor.models.webhook import Preset

HERE = "/armor/webhooks/"
SHOWN = 30
TOLD = {
    "armor_breach": lazy("Alerts"), "trade_created": lazy("Trades recorded"), "metrics_update": lazy("Risk figures"),
}  # fmt: skip


class EndpointForm(forms.Form):
    url = forms.CharField(
        label=lazy("Address"), max_length=2000, strip=False,
        help_text=lazy("It begins with https:// and is reached over the public internet."),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    description = forms.CharField(label=lazy("Name"), max_length=120, required=False)
    preset = forms.ChoiceField(label=lazy("Written for"), choices=Preset.choices, initial=Preset.STANDARD)
    event_types = forms.MultipleChoiceField(
        label=lazy("Tell of"), choices=[(name, TOLD[name]) for name in TYPES], initial=["armor_breach"],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def webhooks(request: HttpRequest) -> HttpResponse:
    form = EndpointForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                made = endpoints.open_endpoint(user=reader(request), values=form.cleaned_data)
            return _page(request, EndpointForm(), secret=made.secret, of=made, status=201)
        except AetherisError as refusal:
            form.add_error("url", refusal.message)
    return _page(request, form, status=422 if form.errors else 200)


@require_POST
@login_required
def act(request: HttpRequest, id: UUID) -> HttpResponse:
    """One of an endpoint's buttons."""
    endpoint = endpoints.endpoints().filter(pk=id).first()
    if endpoint is None:
        raise Http404
    wish = request.POST.get("do", "")
    if wish == "rotate":
        return _page(request, EndpointForm(), secret=endpoints.rotate_secret(endpoint=endpoint).secret, of=endpoint)
    try:
        messages.success(request, _done(endpoint, wish))
    except AetherisError as refusal:
        messages.error(request, refusal.message)
    return redirect(HERE)


def _done(endpoint: WebhookEndpoint, wish: str) -> str:
    if wish == "test":
        endpoints.test(endpoint=endpoint)
        return _("A test is on its way. Its delivery stands below in a moment.")
    if wish in ("enable", "disable"):
        endpoints.change_endpoint(endpoint=endpoint, values={"is_enabled": wish == "enable"})
        return _("Enabled.") if wish == "enable" else _("Disabled. Nothing is sent there until you enable it again.")
    if wish == "remove":
        endpoints.remove_endpoint(endpoint=endpoint)
        return _("Removed. What it was told stays below.")
    raise Http404


@require_POST
@login_required
def replay(request: HttpRequest, id: UUID) -> HttpResponse:
    event = WebhookEvent.objects.select_related("endpoint").filter(pk=id).first()
    if event is None:
        raise Http404
    try:
        endpoints.replay(event=event)
        messages.success(request, _("It is sent again, under the same id."))
    except AetherisError as refusal:
        messages.error(request, refusal.message)
    return redirect(HERE)


def _page(
    request: HttpRequest, form: EndpointForm, *, secret: str = "", of: WebhookEndpoint | None = None, status: int = 200
) -> HttpResponse:
    """An answer with a secret in it is kept nowhere on the way."""
    events = list(WebhookEvent.objects.select_related("endpoint").order_by("-created_at", "-id")[:SHOWN])
    answer = render(request, "armor/webhooks.html", {
        "form": form, "secret": secret, "secret_of": of, "events": events,
        "endpoints": [_shown(endpoint, events) for endpoint in endpoints.endpoints()],
    }, status=status)  # fmt: skip
    answer["Cache-Control"] = "no-store" if secret else "private"
    return answer


def _shown(endpoint: WebhookEndpoint, events: list[WebhookEvent]) -> dict[str, Any]:
    return {
        "it": endpoint, "address": addresses.shown(endpoint.url),
        "told": [TOLD[name] for name in endpoint.event_types if name in TOLD],
        "last": next((event for event in events if event.endpoint_id == endpoint.pk), None),
    }  # fmt: skip
