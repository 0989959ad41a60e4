"""I let people register and set a new password on pages, by the links of our mails."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.views.decorators.debug import sensitive_post_parameters

from accounts import admission, forms, joining
from accounts.views.entering import sent
from accounts.views.gate import gate


@sensitive_post_parameters()
def register(request: HttpRequest) -> HttpResponse:
    def work(given: dict[str, Any]) -> HttpResponse:
        admission.asked(request, given["email"])
        joining.register(**given, locale=get_language() or "")
        return sent(request)

    return gate(request, "register", forms.Registration, work)


def verify(request: HttpRequest, token: str) -> HttpResponse:
    def work(given: dict[str, Any]) -> HttpResponse:
        joining.verify(token)
        messages.success(request, "Your address is confirmed. Sign in.")
        return redirect("/sign-in/")

    return gate(request, "verify", forms.Nothing, work)


def ask_reset(request: HttpRequest) -> HttpResponse:
    def work(given: dict[str, Any]) -> HttpResponse:
        admission.asked(request, given["email"])
        joining.ask_reset(given["email"])
        return sent(request)

    return gate(request, "ask_reset", forms.Mail, work)


@sensitive_post_parameters()
def reset(request: HttpRequest, token: str) -> HttpResponse:
    def work(given: dict[str, Any]) -> HttpResponse:
        joining.reset(token=token, password=given["password"])
        messages.success(request, "Your new password is set. Sign in with it.")
        return redirect("/sign-in/")

    return gate(request, "reset", forms.NewPassword, work)
