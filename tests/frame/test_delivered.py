"""I look at how pages and files are delivered: what is gzipped and what never is."""

import gzip
import json

import pytest
from django.test import Client

from accounts.models import TradingAccount, User
from aetheris.db.tenancy import acting_as

SQUEEZED = {"Accept-Encoding": "gzip"}


@pytest.fixture
def page(ana: User, client: Client) -> Client:
    with acting_as(ana):
        client.force_login(ana)
    return client


def test_a_page_comes_gzipped_when_the_browser_can_and_plain_when_not(page: Client) -> None:
    answer = page.get("/journal/", headers=SQUEEZED)
    assert answer["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer["Vary"]
    assert b"<!doctype html>" in gzip.decompress(answer.content)[:200]
    assert "Content-Encoding" not in page.get("/journal/")


@pytest.mark.parametrize("path", ["/settings/security/", "/sign-in/", "/api/v1/trades", "/register/"])
def test_what_may_hold_a_secret_is_never_gzipped(page: Client, path: str) -> None:
    assert "Content-Encoding" not in page.get(path, headers=SQUEEZED)


def test_an_answer_to_a_form_is_never_gzipped(page: Client, anas_account: TradingAccount) -> None:
    """A webhook's secret is shown once, beside the address somebody typed."""
    answer = page.post("/armor/webhooks/", {"url": "http://127.0.0.1/"}, headers=SQUEEZED)
    assert len(answer.content) > 5000
    assert "Content-Encoding" not in answer


def test_the_shell_without_a_network_is_made_of_files_the_server_names(db: None, client: Client) -> None:
    script = client.get("/worker.js").content.decode()
    files = json.loads(script.split("self.FILES = ")[1].split(";\n")[0])
    assert "/static/css/base.css" in files
    assert all(file.startswith("/static/") for file in files)
