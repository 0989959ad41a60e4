"""I show the way to Google and GitHub where this installation is known to them, and nothing elsewhere."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from accounts import social

type View = Callable[..., HttpResponse]


def where_offered(provider: str, view: View) -> View:
    @wraps(view)
    def offered(request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:
        if not social.is_offered(provider):
            raise Http404
        return view(request, *given, **named)

    return offered
