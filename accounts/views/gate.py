"""I show one form at the door and do what it asks; what is refused is said beside it, in the page's own words."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django import forms
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.errors import TooManyTries
from aetheris.errors import AetherisError

Work = Callable[[dict[str, Any]], HttpResponse]


def gate(request: HttpRequest, page: str, form: type[forms.Form], work: Work, **told: Any) -> HttpResponse:
    """GET shows the form; POST does the work, and a refusal undoes it. `page` is a file of templates/accounts."""
    given = form(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and given.is_valid():
        try:
            with transaction.atomic():
                return work(given.cleaned_data)
        except AetherisError as refused:
            status = 429 if isinstance(refused, TooManyTries) else 400
            given.add_error(_field(given, refused), str(refused))
    elif request.method == "POST":
        status = 400
    return shown(request, page, status=status, form=given, **told)


def shown(request: HttpRequest, page: str, *, status: int = 200, **told: Any) -> HttpResponse:
    answer = render(request, f"accounts/{page}.html", told, status=status)
    answer["Cache-Control"] = "no-store"
    # The address may carry a mail's word, so no path is told; "no-referrer" would send forms off with "Origin: null".
    answer["Referrer-Policy"] = "strict-origin"
    return answer


def onward(request: HttpRequest) -> HttpResponseRedirect:
    """Where they wanted to go, if that is a page of ours."""
    return HttpResponseRedirect(wanted(request) or settings.LOGIN_REDIRECT_URL)


def wanted(request: HttpRequest) -> str:
    told = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(told, {request.get_host()}, require_https=request.is_secure())
    return told if safe else ""


def with_next(request: HttpRequest, address: str) -> str:
    return f"{address}?next={quote(wanted(request))}" if wanted(request) else address


def _field(form: forms.Form, refused: AetherisError) -> str | None:
    name = {"current_password": "current"}.get(str(refused.data.get("field")), refused.data.get("field"))
    return name if name in form.fields else None
