"""I sign people in by passkey on pages, as only or as second step, and keep the list of their passkeys.

What the browser is asked stands in the page and its answer comes back in a form: scripts hand both over, nothing more.
A challenge is made only when a page is shown, so a page that comes again after a refusal has a new one.
"""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts import admission, entering, forms, mails, passkeys, stepup
from accounts.models.sign_in import Way
from accounts.selectors import reader
from accounts.views.entering import PENDING, pending
from accounts.views.gate import gate, onward, shown, wanted
from accounts.views.security import HERE, fresh
from aetheris.db import tenancy


def enter(request: HttpRequest) -> HttpResponse:
    """By passkey alone; after a password, by one of that person's."""
    if request.user.is_authenticated:
        return onward(request)
    user = pending(request)
    if user is not None:
        tenancy.become(user)

    def work(given: dict[str, Any]) -> HttpResponse:
        who = admission.by_passkey(request, given["answer"], user)
        request.session.pop(PENDING, None)
        entering.enter_browser(request, who, Way.PASSKEY)
        return onward(request)

    return gate(request, "passkey", forms.Passkey, work, after_password=user, next=wanted(request),
                options=lambda: passkeys.ask_to_enter(request, user))  # fmt: skip


@login_required
def again(request: HttpRequest) -> HttpResponse:
    """Step up: show it once more."""
    user = reader(request)
    if not passkeys.has(user):
        return redirect("security-again")

    def work(given: dict[str, Any]) -> HttpResponse:
        admission.by_passkey(request, given["answer"], user)
        stepup.note(request.session)
        return onward(request)

    return gate(request, "passkey_again", forms.Passkey, work, next=wanted(request) or HERE,
                options=lambda: passkeys.ask_to_enter(request, user))  # fmt: skip


@fresh
def add(request: HttpRequest) -> HttpResponse:
    user = reader(request)

    def work(given: dict[str, Any]) -> HttpResponse:
        codes = passkeys.add(request, user, name=given["name"], answer=given["answer"])
        entering.end(user, "second factor set up", but=request.session)
        stepup.note(request.session)
        mails.send("second_factor", user, what=f"A passkey was added: {given['name']}.")
        messages.success(request, "Your passkey is kept. It signs you in from now on.")
        return shown(request, "recovery_codes", codes=codes) if codes else redirect(HERE)

    return gate(request, "passkey_add", forms.NewPasskey, work, options=lambda: passkeys.ask_to_add(request, user))


@require_POST
@fresh
def remove(request: HttpRequest, id: int) -> HttpResponse:
    user = reader(request)
    if not passkeys.remove(user, id):
        raise Http404
    mails.send("second_factor", user, what="A passkey was removed.")
    messages.success(request, "The passkey is removed.")
    return redirect(HERE)
