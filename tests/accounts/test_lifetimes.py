"""A sign-in ends in any case, however often it was renewed."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from aetheris import clock
from tests.asking import Program
from tests.factories import PASSWORD


@pytest.fixture(autouse=True)
def _one_hour_at_the_longest(django_db_setup: None, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr(settings, "SIGN_IN_LONGEST", timedelta(hours=1))


def later(monkeypatch: pytest.MonkeyPatch, minutes: int) -> None:
    at = clock.now() + timedelta(minutes=minutes)
    monkeypatch.setattr(clock, "now", lambda: at)


def test_tokens_that_are_renewed_end_with_their_sign_in(ana: User, monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"email": ana.email, "password": PASSWORD}
    first = Program().ask("post", "auth/login", told).json()
    later(monkeypatch, 59)
    second = Program().ask("post", "auth/refresh", {"refresh": first["refresh"]}).json()
    program = Program()
    program.access = second["access"]
    assert program.ask("get", "auth/me").status_code == 200
    later(monkeypatch, 1)
    assert program.ask("get", "auth/me").status_code == 401
    refused = Program().ask("post", "auth/refresh", {"refresh": second["refresh"]})
    assert (refused.status_code, refused.json()["code"]) == (401, "refresh_refused")
    assert Program().ask("post", "auth/login", told).status_code == 200


def test_a_cookie_that_is_renewed_ends_with_its_sign_in(
    ana: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in = {"login": ana.email, "password": PASSWORD}
    client.post("/sign-in/", sign_in)
    later(monkeypatch, 59)
    client.post("/settings/security/step-up/", {"password": PASSWORD})
    assert client.get("/settings/security/").status_code == 200
    later(monkeypatch, 1)
    assert client.get("/settings/security/").headers["Location"].startswith("/sign-in/")
    client.post("/sign-in/", sign_in)
    assert client.get("/settings/security/").status_code == 200
