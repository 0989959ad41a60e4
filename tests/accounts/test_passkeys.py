"""Passkeys: a device's signature signs in, once for each challenge, for this site and its own person alone."""

import json
import re
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts import mails, passkeys, second
from accounts.models import SignIn, User
from aetheris.db.tenancy import acting_as
from tests.accounts.device import PRESENT, Device
from tests.accounts.test_step_up import with_app
from tests.factories import PASSWORD
from tests.hands import hand_of, look

pytestmark = pytest.mark.usefixtures("real_db")
ADD, ENTER, AGAIN = "/settings/security/passkeys/add/", "/sign-in/passkey/", "/settings/security/again/passkey/"
SECURITY = "/settings/security/"


@pytest.fixture(autouse=True)
def _fresh(django_db_setup: None) -> None:
    cache.clear()


def options_of(client: Client, path: str) -> dict[str, Any]:
    page = client.get(path)
    assert page.status_code == 200, page.headers
    found = re.search(r'<script id="passkey-options" type="application/json">(.*?)</script>', page.content.decode())
    assert found is not None
    return dict(json.loads(found[1]))


def entered(client: Client, email: str = "ana@example.com") -> str:
    return client.post("/sign-in/", {"login": email, "password": PASSWORD}).headers.get("Location", "")


def with_device(user: User, **told: Any) -> tuple[Client, Device]:
    """Signed in by password, and a passkey added."""
    client, device = Client(), Device(**told)
    entered(client, user.email)
    page = client.post(ADD, {"name": "Phone", "answer": device.make(options_of(client, ADD))})
    assert page.status_code == 200, page.headers
    assert len(re.findall(rb"<code>\d{8}</code>", page.content)) == 10
    return client, device


def shown(client: Client, device: Device, path: str = ENTER) -> int:
    return client.post(path, {"answer": device.show(options_of(client, path))}).status_code


def is_in(client: Client) -> bool:
    return client.get(SECURITY).status_code == 200


def test_a_passkey_alone_signs_in_and_is_remembered_as_what_it_was(ana: User) -> None:
    _, device = with_device(ana)
    browser = Client()
    assert shown(browser, device) == 302
    assert is_in(browser)
    with acting_as(ana):
        assert SignIn.objects.latest("created_at").way == "passkey"
        key = passkeys.mine(ana)[0]
    assert (key.data["name"], key.data["count"], key.last_used_at is not None) == ("Phone", 1, True)


def test_after_a_password_it_is_the_second_step(ana: User) -> None:
    _, device = with_device(ana)
    browser = Client()
    assert entered(browser) == ENTER
    assert not is_in(browser)
    known = options_of(browser, ENTER)["publicKey"]["allowCredentials"]
    assert len(known) == 1
    assert shown(browser, device) == 302
    assert is_in(browser)


def test_beside_an_app_either_is_the_second_step(ana: User) -> None:
    _, device = with_device(ana)
    with_app(ana)
    browser = Client()
    assert entered(browser) == "/sign-in/code/"
    assert b"Use a passkey" in browser.get("/sign-in/code/").content
    assert shown(browser, device) == 302


def test_a_challenge_is_answered_once(ana: User) -> None:
    _, device = with_device(ana)
    browser = Client()
    answer = device.show(options_of(browser, ENTER))
    assert browser.post(ENTER, {"answer": answer}).status_code == 302
    browser.post("/sign-out/")
    assert browser.post(ENTER, {"answer": answer}).status_code == 400
    options_of(browser, ENTER)
    assert browser.post(ENTER, {"answer": answer}).status_code == 400


@pytest.mark.parametrize("origin", ["https://evil.example", "http://sub.testserver", "http://testserver:81"])
def test_another_origin_is_refused(ana: User, origin: str) -> None:
    _, device = with_device(ana)
    device.origin = origin
    assert shown(Client(), device) == 400


def test_without_finger_face_or_pin_it_is_refused(ana: User) -> None:
    _, device = with_device(ana)
    device.flags = PRESENT
    assert shown(Client(), device) == 400


def test_a_copy_that_counts_on_its_own_is_refused(ana: User) -> None:
    _, device = with_device(ana)
    assert shown(Client(), device) == 302
    device.count = 0
    assert shown(Client(), device) == 400  # the count it shows, 1, was shown before


def test_a_device_of_another_key_or_person_is_refused(ana: User, bo: User) -> None:
    _, device = with_device(ana)
    _, bos = with_device(bo, id=b"bos-device")
    forged = Device()
    forged.handle = device.handle
    assert shown(Client(), forged) == 400
    bos.handle = device.handle
    assert shown(Client(), bos) == 400
    browser = Client()
    entered(browser)
    bos.handle = ""
    assert shown(browser, bos) == 400  # Ana's second step is not Bo's key
    assert not is_in(browser)


@pytest.mark.parametrize("answer", ["", "{}", "[]", "null", "x", "[" * 9000, '{"response": {"userHandle": "AAAA"}}',
                                    '{"response": {"userHandle": 3}}', '{"id": "\\ud800"}'])  # fmt: skip
def test_an_answer_that_is_none_is_refused_kindly(client: Client, db: None, answer: str) -> None:
    options_of(client, ENTER)
    page = client.post(ENTER, {"answer": answer})
    assert page.status_code == 400
    assert b'role="alert"' in page.content


def test_a_suspended_person_s_key_opens_nothing(ana: User) -> None:
    _, device = with_device(ana)
    with hand_of("superuser") as admin:
        admin.execute("UPDATE users SET status = 'SUSPENDED' WHERE id = %s", [ana.id])
    assert shown(Client(), device) == 400


def test_adding_asks_for_a_fresh_step_ends_other_sign_ins_and_tells_by_mail(ana: User) -> None:
    other = Client()
    entered(other)
    client, _ = with_device(ana)
    assert not is_in(other)
    assert is_in(client)
    mails.wait()
    assert "A passkey was added: Phone." in str(mail.outbox[-1].body)
    session = client.session
    session["stepped_up_at"] = 0
    session.save()
    assert client.get(ADD).headers["Location"].startswith("/settings/security/again/")


def test_it_steps_up_too(ana: User) -> None:
    client, device = with_device(ana)
    session = client.session
    session["stepped_up_at"] = 0
    session.save()
    assert client.get("/settings/security/again/").headers["Location"] == AGAIN
    assert shown(client, device, AGAIN) == 302
    assert client.get(ADD).status_code == 200


def test_the_last_one_removed_leaves_the_password_alone(ana: User) -> None:
    client, device = with_device(ana)
    removes = re.search(r"/settings/security/passkeys/\d+/remove/", client.get(SECURITY).content.decode())
    assert removes is not None
    assert client.post(removes[0]).status_code == 302
    assert shown(Client(), device) == 400
    assert entered(Client()) == "/"
    with acting_as(ana):
        assert not second.is_on(ana)
    assert look("SELECT count(*) AS n FROM mfa_authenticator") == [{"n": 0}]


def test_nobody_removes_another_s(ana: User, bo: User) -> None:
    with_device(ana)
    client, _ = with_device(bo, id=b"bos-device")
    with acting_as(ana):
        key = passkeys.mine(ana)[0]
    assert client.post(f"/settings/security/passkeys/{key.pk}/remove/").status_code == 404
    with acting_as(ana):
        assert passkeys.has(ana)


def test_a_page_without_scripts_says_so(client: Client, db: None) -> None:
    page = client.get(ENTER).content.decode()
    assert "scripts are off here" in page.partition("<noscript>")[2].partition("</noscript>")[0]
    assert " style=" not in page
    assert re.findall(r"<script(?![^>]*src=)[^>]*>", page) == ['<script id="passkey-options" type="application/json">']
