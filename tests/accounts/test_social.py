"""Signing in with Google and GitHub: the whole flow, against providers of our own on loopback."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.socialaccount.providers.github.views import GitHubOAuth2Adapter
from allauth.socialaccount.providers.google.views import GoogleOAuth2Adapter
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from accounts.signin import person_of
from tests.accounts.test_step_up import with_app
from tests.asking import Program
from tests.factories import person

pytestmark = pytest.mark.usefixtures("real_db")


class Provider(ThreadingHTTPServer):
    """An OAuth2 provider: `who` is the person at its other end."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.who: dict[str, Any] = {
            "id": 7,
            "login": "dee",
            "name": "Dee Doe",
            "email": "dee@example.com",
            "verified": True,
        }
        self.exchanged: list[dict[str, list[str]]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Answers(BaseHTTPRequestHandler):
    server: Provider

    def do_POST(self) -> None:
        asked = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.server.exchanged.append(asked)
        who = self.server.who
        claims = {"iss": "https://accounts.google.com", "aud": "our-id", "sub": str(who["id"]), "email": who["email"],
                  "email_verified": who["verified"], "name": who["name"], "iat": 1, "exp": 9999999999}  # fmt: skip
        told = {"access_token": "opaque", "token_type": "bearer"}
        if self.path == "/google/token":
            told["id_token"] = jwt.encode(claims, "a provider's own key of thirty-two bytes", algorithm="HS256")
        self.say(told if asked["code"] == ["good"] else {"error": "invalid_grant"})

    def do_GET(self) -> None:
        who = self.server.who
        if self.path == "/user":
            self.say({"id": who["id"], "login": who["login"], "name": who["name"], "email": None})
        else:
            self.say([{"email": who["email"], "verified": who["verified"], "primary": True}])

    def say(self, told: Any) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(told).encode())

    def log_message(self, *told: Any) -> None:
        pass


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    cache.clear()
    keys = {"APPS": [{"client_id": "our-id", "secret": "our-secret"}], "OAUTH_PKCE_ENABLED": True}
    monkeypatch.setattr(settings, "SOCIALACCOUNT_PROVIDERS", dict.fromkeys(("google", "github"), keys))
    server = Provider()
    monkeypatch.setattr(GoogleOAuth2Adapter, "access_token_url", f"{server.url}/google/token")
    monkeypatch.setattr(GitHubOAuth2Adapter, "access_token_url", f"{server.url}/github/token")
    monkeypatch.setattr(GitHubOAuth2Adapter, "profile_url", f"{server.url}/user")
    monkeypatch.setattr(GitHubOAuth2Adapter, "emails_url", f"{server.url}/user/emails")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def came_back(client: Client, name: str, code: str = "good", **changed: str) -> Any:
    """Out to the provider with our state and challenge, and back with its code."""
    away = client.post(f"/sign-in/with/{name}/?next=/journal/")
    assert away.status_code == 302
    asked = {key: values[0] for key, values in parse_qs(urlsplit(away.headers["Location"]).query).items()}
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == f"http://testserver/sign-in/with/{name}/back/"
    return client.get(f"/sign-in/with/{name}/back/", {"code": code, "state": asked["state"]} | changed)


@pytest.fixture(autouse=True)
def _any_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "ALLOWED_HOSTS", ["testserver"])


@pytest.mark.parametrize("name", ["google", "github"])
def test_somebody_new_comes_in_and_is_the_same_person_next_time(provider: Provider, client: Client, name: str) -> None:
    back = came_back(client, name)
    assert (back.status_code, back.headers["Location"]) == (302, "/journal/")
    first = person_of("dee@example.com")
    assert client.get("/settings/security/").status_code == 200
    assert provider.exchanged[0]["code_verifier"]
    provider.who["email"] = "dee.moved@example.com"
    other = Client()
    assert came_back(other, name).status_code == 302
    assert other.get("/api/v1/auth/me").json()["id"] == str(first)
    assert person_of("dee.moved@example.com") is None


def test_a_verified_address_opens_the_account_that_has_it(provider: Provider, client: Client) -> None:
    dee = person("dee@example.com")
    assert came_back(client, "google").status_code == 302
    assert client.get("/api/v1/auth/me").json()["id"] == str(dee.id)


def test_an_address_that_is_not_verified_opens_nothing(provider: Provider, client: Client) -> None:
    person("dee@example.com")
    provider.who["verified"] = False
    for name in ("google", "github"):
        assert came_back(client, name).status_code == 403
        assert client.get("/api/v1/auth/me").status_code == 401


def test_who_registered_another_s_address_is_out_when_its_owner_comes(provider: Provider, client: Client) -> None:
    squatter = person("dee@example.com", status="PENDING_VERIFICATION", password="the squatter's own words")
    assert came_back(client, "google").status_code == 302
    assert client.get("/api/v1/auth/me").json()["id"] == str(squatter.id)
    told = {"email": "dee@example.com", "password": "the squatter's own words"}
    assert Program().ask("post", "auth/login", told).status_code == 401


def test_a_second_factor_is_asked_for_here_too(provider: Provider, client: Client) -> None:
    with_app(person("dee@example.com"))
    assert came_back(client, "github").headers["Location"].startswith("/sign-in/code/")
    assert client.get("/api/v1/auth/me").status_code == 401


def test_a_suspended_person_stays_out(provider: Provider, client: Client) -> None:
    person("dee@example.com", status="SUSPENDED")
    assert came_back(client, "google").status_code == 403


def test_a_state_or_code_of_others_opens_nothing(provider: Provider, client: Client) -> None:
    for answer in (came_back(client, "google", state="other"), came_back(client, "google", code="stolen")):
        assert answer.status_code in (200, 401, 403)
        assert b"Not signed in" in answer.content
    assert client.get("/api/v1/auth/me").status_code == 401


def test_the_api_points_to_the_page_or_says_that_it_is_not_set_up(db: None, provider: Provider) -> None:
    assert Program().ask("get", "auth/social/google").headers["Location"] == "/sign-in/with/google/"
    assert Program().ask("get", "auth/social/myspace").status_code == 404


def test_a_provider_without_keys_is_not_offered(ana: User, client: Client) -> None:
    assert Program().ask("get", "auth/social/google").json()["code"] == "provider_not_set"
    assert b"Continue with" not in client.get("/sign-in/").content
