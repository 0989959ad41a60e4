"""I sign people in and out on pages: password, then the code; or a link by mail."""

import time
from typing import Any

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters

from accounts import admission, entering, forms, joining, passkeys, second, social
from accounts.models import User
from accounts.models.sign_in import Way
from accounts.signin import person
from accounts.views.gate import gate, onward, shown, wanted, with_next
from aetheris.db import tenancy

PENDING, PENDING_SECONDS = "second_step", 300


@sensitive_post_parameters()
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return onward(request)

    def work(given: dict[str, Any]) -> HttpResponse:
        user = admission.by_password(request, given["login"], given["password"])
        return let_in_or_ask(request, user, Way.PASSWORD)

    return gate(request, "sign_in", forms.Entry, work, next=wanted(request), providers=social.offered())


def let_in_or_ask(request: HttpRequest, user: User, way: Way) -> HttpResponse:
    """A second factor is asked for whatever the first was."""
    tenancy.become(user)
    if not second.is_on(user):
        entering.enter_browser(request, user, way)
        return onward(request)
    request.session[PENDING] = {"user": str(user.pk), "until": time.time() + PENDING_SECONDS}
    return redirect(with_next(request, "/sign-in/code/" if second.has_totp(user) else "/sign-in/passkey/"))


@sensitive_post_parameters()
def code(request: HttpRequest) -> HttpResponse:
    """The second step: a code of the app, or with `?spare=1` a recovery code."""
    user = pending(request)
    if user is None:
        return redirect(with_next(request, "/sign-in/"))
    tenancy.become(user)

    def work(given: dict[str, Any]) -> HttpResponse:
        way = admission.by_code(request, user, given["code"])
        del request.session[PENDING]
        entering.enter_browser(request, user, way)
        return onward(request)

    spare = request.GET.get("spare") == "1"
    form = forms.RecoveryCode if spare else forms.Code
    return gate(request, "code", form, work, email=user.email, spare=spare, next=wanted(request),
                has_totp=second.has_totp(user), has_passkey=passkeys.has(user))  # fmt: skip


def pending(request: HttpRequest) -> User | None:
    """Who has shown the first step a moment ago."""
    told = request.session.get(PENDING) or {}
    user = person(told["user"]) if told and told["until"] > time.time() else None
    return user if user is not None and user.is_active else None


def link(request: HttpRequest) -> HttpResponse:
    def work(given: dict[str, Any]) -> HttpResponse:
        admission.asked(request, given["email"])
        joining.ask_link(given["email"])
        return sent(request)

    return gate(request, "ask_link", forms.Mail, work)


def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """A mail program may open every link: only the button signs in."""

    def work(given: dict[str, Any]) -> HttpResponse:
        return let_in_or_ask(request, joining.by_link(token), Way.MAGIC_LINK)

    return gate(request, "by_link", forms.Nothing, work)


def sign_out(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        if request.user.is_authenticated:
            entering.leave(request.session, "signed out")
        logout(request)
        return HttpResponseRedirect("/sign-in/")
    return shown(request, "sign_out")


def sent(request: HttpRequest) -> HttpResponse:
    return shown(request, "sent")
