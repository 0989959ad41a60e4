"""Signing in and one's own security, on pages, without a script."""

import re

import pyotp
import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts import mails
from accounts.models import SignIn, User
from aetheris.db.tenancy import acting_as
from tests.accounts.test_step_up import with_app
from tests.factories import PASSWORD
from tests.store import grow_older

pytestmark = pytest.mark.usefixtures("real_db")
NEW = "wooden spoons over Lisbon"


@pytest.fixture(autouse=True)
def _fresh(django_db_setup: None) -> None:
    cache.clear()
    mail.outbox.clear() if hasattr(mail, "outbox") else None


def entered(client: Client, email: str = "ana@example.com", password: str = PASSWORD, **told: str) -> int:
    return client.post("/sign-in/", {"login": email, "password": password, **told}).status_code


def last_link() -> str:
    mails.wait()
    found = re.search(r"http://localhost:8000(\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def test_a_password_signs_in_and_its_sign_in_is_remembered(client: Client, ana: User) -> None:
    assert entered(client) == 302
    assert client.get("/settings/security/").status_code == 200
    with acting_as(ana):
        begun = SignIn.objects.get()
    assert (begun.way, begun.is_program, begun.ended_at) == ("password", False, None)


def test_a_wrong_password_is_told_beside_the_form_and_keeps_the_address(client: Client, ana: User) -> None:
    page = client.post("/sign-in/", {"login": "ana@example.com", "password": "wrong"})
    assert page.status_code == 400
    assert b'role="alert"' in page.content
    assert b"ana@example.com" in page.content


def test_the_session_key_changes_at_sign_in(client: Client, ana: User) -> None:
    client.get("/sign-in/")
    session = client.session
    session["before"] = 1
    session.save()
    client.cookies["sessionid"] = session.session_key
    entered(client)
    assert client.cookies["sessionid"].value != session.session_key


def test_an_app_s_code_is_the_second_step(client: Client, ana: User) -> None:
    app = with_app(ana)
    assert entered(client) == 302
    assert client.get("/settings/security/").status_code == 302
    page = client.get("/sign-in/code/")
    assert b'autocomplete="one-time-code"' in page.content
    assert client.post("/sign-in/code/", {"code": "000000"}).status_code == 400
    assert client.post("/sign-in/code/", {"code": app.now()}).status_code == 302
    assert client.get("/settings/security/").status_code == 200


def test_somebody_registers_confirms_and_is_in(client: Client) -> None:
    page = client.post("/register/", {"email": "dee@example.com", "password": NEW, "first_name": "Dee"})
    assert b"mail is on its way" in page.content
    assert entered(client, "dee@example.com", NEW) == 400
    link = last_link()
    assert link.startswith("/verify/")
    assert client.get(link).status_code == 200
    assert entered(client, "dee@example.com", NEW) == 400  # looking at the page is not confirming
    assert client.post(link).status_code == 302
    assert entered(client, "dee@example.com", NEW) == 302


def test_a_known_address_is_answered_the_same_and_told_by_mail(client: Client, ana: User) -> None:
    known = client.post("/register/", {"email": "ANA@example.com", "password": NEW})
    unknown = client.post("/register/", {"email": "eve@example.com", "password": NEW})
    assert known.content == unknown.content
    mails.wait()
    assert {message.to[0]: message.subject for message in mail.outbox} == {
        "ana@example.com": "You already have an Aetheris account", "eve@example.com": "Confirm your e-mail address",
    }  # fmt: skip


def test_a_link_by_mail_signs_in_once_and_asks_for_the_code_too(client: Client, ana: User, bo: User) -> None:
    client.post("/sign-in/link/", {"email": "ana@example.com"})
    link = last_link()
    assert client.get(link).status_code == 200
    assert client.post(link).status_code == 302
    assert client.get("/settings/security/").status_code == 200
    assert Client().post(link).status_code == 400

    with_app(bo)
    other = Client()
    other.post("/sign-in/link/", {"email": "bo@example.com"})
    assert other.post(last_link()).headers["Location"] == "/sign-in/code/"
    assert other.get("/settings/security/").status_code == 302


def test_a_link_grows_old(client: Client, ana: User) -> None:
    client.post("/sign-in/link/", {"email": "ana@example.com"})
    link = last_link()
    grow_older(10 * 60 + 1)
    assert client.post(link).status_code == 400


def test_a_new_password_by_mail_ends_every_sign_in(client: Client, ana: User) -> None:
    entered(client)
    stranger = Client()
    stranger.post("/password/reset/", {"email": "ana@example.com"})
    link = last_link()
    assert b"breaches" in stranger.post(link, {"password": "password1234"}).content
    assert stranger.post(link, {"password": NEW}).status_code == 302
    assert client.get("/settings/security/").status_code == 302
    assert entered(Client(), password=NEW) == 302
    assert entered(Client()) == 400


def test_setting_up_an_app_asks_again_shows_codes_and_each_opens_once(client: Client, ana: User) -> None:
    entered(client)
    grow_session_old(client)
    assert client.get("/settings/security/totp/").headers["Location"].startswith("/settings/security/again/")
    assert client.post("/settings/security/again/", {"password": PASSWORD}).status_code == 302
    page = client.get("/settings/security/totp/").content.decode()
    secret = re.search(r"<code>(\w+)</code>", page)
    assert secret is not None
    assert "<svg" in page
    assert " style=" not in page
    codes = client.post("/settings/security/totp/", {"code": pyotp.TOTP(secret[1]).now()}).content.decode()
    spare = re.findall(r"<code>(\d+)</code>", codes)
    assert len(spare) == 10
    for status in (302, 400):
        browser = Client()
        entered(browser)
        assert browser.post("/sign-in/code/?spare=1", {"code": spare[0]}).status_code == status


def test_a_sign_in_is_ended_from_afar(client: Client, ana: User) -> None:
    phone = Client()
    entered(client)
    entered(phone)
    page = client.get("/settings/security/").content.decode()
    other = re.search(r"/settings/security/sign-ins/([0-9a-f-]{36})/end/", page)
    assert other is not None
    client.post(other[0])
    assert phone.get("/settings/security/").status_code == 302
    assert client.get("/settings/security/").status_code == 200


@pytest.mark.parametrize("next", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"])
def test_nobody_is_sent_elsewhere(client: Client, ana: User, next: str) -> None:
    page = client.post("/sign-in/", {"login": "ana@example.com", "password": PASSWORD, "next": next})
    assert page.headers["Location"] == "/"


@pytest.mark.parametrize("path", ["/sign-in/", "/register/", "/password/reset/", "/sign-in/link/", "/sign-out/"])
def test_pages_at_the_door_are_strict(client: Client, db: None, path: str) -> None:
    page = client.get(path)
    assert page.status_code == 200
    assert "unsafe" not in page["Content-Security-Policy"]
    assert (page["X-Frame-Options"], page["Cache-Control"]) == ("DENY", "no-store")
    assert b" style=" not in page.content
    for field in re.findall(rb"<input [^>]*>", page.content):
        if b'type="hidden"' not in field and b"checkbox" not in field:
            assert b"autocomplete=" in field


def grow_session_old(client: Client) -> None:
    session = client.session
    session["stepped_up_at"] = 0
    session.save()
