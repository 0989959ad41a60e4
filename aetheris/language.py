"""I speak to each person in their own language: what they chose, else what their browser asks for."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext_noop

from aetheris.charts import words

# Names the shell carries as data, to be found by makemessages.
NAMES = (
    gettext_noop("Dashboard"), gettext_noop("Analytics"), gettext_noop("Aether Armor"), gettext_noop("Oracle"),
    gettext_noop("Galaxie 3D"), gettext_noop("Tax Engine"), gettext_noop("Office"), gettext_noop("Trader"),
    gettext_noop("Today"), gettext_noop("All"), gettext_noop("YTD"), gettext_noop("All accounts"),
)  # fmt: skip


ENGLISH = settings.LANGUAGE_CODE


@contextmanager
def speaking(spoken: str) -> Iterator[None]:
    """Words, figures and days in this language, for as long as it is open."""
    heard = words.tongue.set(spoken)
    try:
        with translation.override(spoken):
            yield
    finally:
        words.tongue.reset(heard)


def chosen(locale: str) -> str:
    """The language a person chose; English where they chose none, or one that is not spoken here."""
    asked = locale.lower().split("-")[0].split("_")[0]
    return asked if asked in dict(settings.LANGUAGES) else ENGLISH


class LanguageMiddleware:
    """Stands after sign-in is known. Programs are spoken to in English, whatever their person speaks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        spoken = language_of(request)
        with speaking(spoken):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", spoken)
        return response


def language_of(request: HttpRequest) -> str:
    if request.path.startswith(("/api/", "/admin/")):
        return ENGLISH
    if getattr(request.user, "is_authenticated", False):
        return chosen(getattr(request.user, "locale", "") or "")
    return translation.get_language_from_request(request)
