"""Signing in by the API with everything a person may have: codes, links, keys, other devices."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from aiosmtpd.controller import Controller
from django.conf import settings
from django.core import mail
from django.core.cache import cache

from accounts import mails, second
from accounts.models import SignIn, User
from aetheris import clock
from aetheris.db.tenancy import acting_as
from aetheris.embedded import free_port
from tests.accounts.test_step_up import with_app
from tests.asking import Program
from tests.factories import PASSWORD
from tests.store import grow_older

NEW = "wooden spoons over Lisbon"


@pytest.fixture(autouse=True)
def _fresh_cache(django_db_setup: None) -> None:
    cache.clear()


def login(**told: str) -> Any:
    return Program().ask("post", "auth/login", {"email": "ana@example.com", "password": PASSWORD} | told)


def using(answer: Any) -> Program:
    program = Program()
    program.access = answer.json()["access"]
    return program


# RFC 6238, appendix B, SHA-1; its eight digits end in our six.
@pytest.mark.parametrize(
    ("at", "code"),
    [(59, "94287082"), (1111111109, "07081804"), (1111111111, "14050471"), (1234567890, "89005924"),
     (2000000000, "69279037"), (20000000000, "65353130")],
)  # fmt: skip
def test_the_vectors_of_rfc_6238(at: int, code: str) -> None:
    assert second.step_of("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", code[-6:], now=at) == at // 30


@pytest.mark.parametrize(("off", "counts"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_clock_may_be_wrong_by_one_step_and_no_more(off: int, counts: bool) -> None:
    app, now = pyotp.TOTP("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"), 1_700_000_000
    assert (second.step_of(app.secret, app.at(now + off), now=now) is not None) is counts


def test_a_totp_account_signs_in_in_one_step_or_in_two(ana: User) -> None:
    app = with_app(ana)
    asked = login()
    assert (asked.status_code, asked.json()["code"]) == (401, "mfa_required")
    token = asked.json()["mfa_token"]
    wrong = Program().ask("post", "auth/mfa", {"mfa_token": token, "code": "000000"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "code_refused")
    code = app.now()
    entered = Program().ask("post", "auth/mfa", {"mfa_token": token, "code": code})
    assert entered.status_code == 200
    assert using(entered).ask("get", "auth/me").json()["mfa_enabled"] is True
    next_code = app.at(clock.now() + timedelta(seconds=30))
    assert Program().ask("post", "auth/mfa", {"mfa_token": token, "code": next_code}).status_code == 401
    assert login(totp=code).status_code == 401
    assert login(totp=next_code).status_code == 200


def test_a_second_step_grows_old(ana: User) -> None:
    app = with_app(ana)
    token = login().json()["mfa_token"]
    grow_older(301)
    assert Program().ask("post", "auth/mfa", {"mfa_token": token, "code": app.now()}).status_code == 401


def test_ten_wrong_codes_lock_the_second_step_and_time_unlocks_it(ana: User) -> None:
    app = with_app(ana)
    assert {login(totp="000000").status_code for _ in range(10)} == {401}
    locked = login(totp=app.now())
    assert (locked.status_code, int(locked["Retry-After"]) > 0) == (429, True)
    grow_older(301)
    assert login(totp=app.now()).status_code == 200


def test_an_app_is_set_up_and_removed(ana: User) -> None:
    program = using(login())
    told = program.ask("post", "auth/totp/setup").json()
    assert told["secret"] in told["otpauth_uri"]
    assert told["qr_svg"].startswith("<svg")
    app = pyotp.parse_uri(told["otpauth_uri"])
    assert isinstance(app, pyotp.TOTP)
    assert program.ask("post", "auth/totp/confirm", {"code": "000000"}).status_code == 401
    codes = program.ask("post", "auth/totp/confirm", {"code": app.now()}).json()["recovery_codes"]
    assert len(set(codes)) == 10
    assert program.ask("post", "auth/totp/setup").status_code == 409
    assert login(totp=codes[0]).status_code == 200
    assert login(totp=codes[0]).status_code == 401
    assert program.ask("delete", "auth/totp").status_code == 204
    assert login().status_code == 200


def test_a_refresh_token_that_comes_again_ends_its_family_and_is_told(real_db: None, ana: User) -> None:
    first = login().json()
    Program().ask("post", "auth/refresh", {"refresh": first["refresh"]})
    Program().ask("post", "auth/refresh", {"refresh": first["refresh"]})
    mails.wait()
    assert mail.outbox[-1].subject == "A sign-in was ended for your safety"
    with acting_as(ana):
        assert [one.ended_because for one in SignIn.objects.all()] == ["refresh token reused"]


def test_sign_ins_are_listed_and_ended_from_afar(ana: User) -> None:
    laptop, phone = using(login()), using(login())
    rows = laptop.ask("get", "auth/sessions?ended=false").json()["results"]
    assert [row["current"] for row in rows] == [False, True]
    assert laptop.ask("delete", f"auth/sessions/{rows[0]['id']}").status_code == 204
    assert phone.ask("get", "auth/me").status_code == 401
    tablet = using(login())
    assert tablet.ask("delete", "auth/sessions").status_code == 204
    assert laptop.ask("get", "auth/me").status_code == 401
    assert tablet.ask("get", "auth/me").status_code == 200
    assert len(tablet.ask("get", "auth/sessions").json()["results"]) == 3


def test_a_new_device_is_told_by_mail_and_a_known_one_is_not(real_db: None, ana: User) -> None:
    for agent in ("Phone", "Phone", "Laptop"):
        Program().ask("post", "auth/login", {"email": ana.email, "password": PASSWORD}, User_Agent=agent)
    mails.wait()
    assert [message.subject for message in mail.outbox] == ["A new sign-in to your account"]
    assert "Laptop" in str(mail.outbox[0].body)


def test_changing_the_password_keeps_this_sign_in_and_ends_the_others(ana: User) -> None:
    here, there = using(login()), using(login())
    change = {"current_password": PASSWORD, "new_password": NEW}
    assert here.ask("post", "auth/password/change", change | {"current_password": "x"}).status_code == 400
    assert here.ask("post", "auth/password/change", change | {"new_password": "qwertyqwerty"}).status_code == 400
    assert here.ask("post", "auth/password/change", change).status_code == 204
    assert here.ask("get", "auth/me").status_code == 200
    assert there.ask("get", "auth/me").status_code == 401
    assert login(password=NEW).status_code == 200


@pytest.mark.parametrize(
    "password",
    ["short", "password1234", "P@ssw0rd!!!!", "letmeinletmein", "123456789012", "Aetheris2026", "m3t4tr4d3r!!"],
)
def test_passwords_known_from_breaches_are_refused(db: None, password: str) -> None:
    answer = Program().ask("post", "auth/register", {"email": "eve@example.com", "password": password})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "password")


@pytest.mark.parametrize(
    "password", ["correct horse battery staple", "ééééééééééééé", "aaaa bbbb cccc dddd", "a long sentence, " * 20]
)
def test_any_other_long_password_is_welcome(db: None, password: str) -> None:
    assert Program().ask("post", "auth/register", {"email": "eve@example.com", "password": password}).status_code == 202


def test_no_answer_tells_whether_an_address_is_known(ana: User) -> None:
    for path, more in (("register", {"password": NEW}), ("magic-link", {}), ("password/reset", {})):
        known, unknown = (
            Program().ask("post", f"auth/{path}", {"email": email, **more})
            for email in ("ana@example.com", "nobody@example.com")
        )
        assert (known.status_code, known.json()) == (unknown.status_code, unknown.json()) == (202, known.json())


def test_mails_are_asked_for_only_so_often(ana: User) -> None:
    statuses = [Program().ask("post", "auth/magic-link", {"email": ana.email}).status_code for _ in range(11)]
    assert statuses == [202] * 10 + [429]


# API keys ---------------------------------------------------------------------------------------------------


def key_with(program: Program, *scopes: str, **told: Any) -> Any:
    return program.ask("post", "auth/keys", {"name": "Robot", "scopes": list(scopes), **told})


def test_a_key_opens_what_its_scopes_say_until_it_is_revoked(ana: User) -> None:
    owner = using(login())
    made = key_with(owner, "read")
    assert made.status_code == 201
    robot = Program()
    robot.access = made.json()["key"]
    assert robot.ask("get", "trades").status_code == 200
    assert Program().ask("get", "trades", X_API_Key=made.json()["key"]).status_code == 200
    for method, path in (("post", "trades"), ("post", "accounts"), ("get", "auth/keys"), ("get", "auth/sessions")):
        refused = robot.ask(method, path, {} if method == "post" else None)
        assert (refused.status_code, refused.json()["code"]) == (403, "key_too_narrow"), path
    listed = owner.ask("get", "auth/keys").json()["results"][0]
    assert "key" not in listed
    assert listed["used_at"] is not None
    assert owner.ask("delete", f"auth/keys/{listed['id']}").status_code == 200
    assert robot.ask("get", "trades").status_code == 401


def test_a_key_ends_with_its_day_and_is_kept_as_a_digest(ana: User, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = using(login())
    assert key_with(owner, "read", expires_at="2020-01-01T00:00:00Z").status_code == 400
    word = key_with(owner, "manage", expires_at=(clock.now() + timedelta(days=1)).isoformat()).json()["key"]
    with acting_as(ana):
        key = ana.api_keys.get()  # type: ignore[attr-defined]
    assert word not in str(vars(key))
    assert not key.is_living(clock.now() + timedelta(days=2))


def test_a_key_is_made_only_after_a_step_up(ana: User) -> None:
    assert key_with(Program(ana), "read").json()["code"] == "step_up_required"


# A real mail server -----------------------------------------------------------------------------------------


class Box:
    def __init__(self) -> None:
        self.letters: list[str] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.letters.append(envelope.content.decode())
        return "250 taken"


@pytest.fixture
def box(monkeypatch: pytest.MonkeyPatch) -> Iterator[Box]:
    box = Box()
    port = free_port()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    smtp = {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": {"host": "127.0.0.1", "port": port}}
    monkeypatch.setattr(settings, "MAILERS", {"default": smtp})
    yield box
    server.stop()


def test_a_new_person_confirms_by_the_mail_that_a_server_took(real_db: None, box: Box) -> None:
    new = {"email": "dee@example.com", "password": NEW}
    assert Program().ask("post", "auth/register", new).status_code == 202
    assert Program().ask("post", "auth/login", new).status_code == 401
    mails.wait()
    assert "To: dee@example.com" in box.letters[0]
    token = re.search(r"/verify/([\w-]+)/", box.letters[0].replace("=\n", "").replace("=\r\n", ""))
    assert token is not None
    assert Program().ask("post", "auth/verify-email", {"token": token[1]}).status_code == 204
    assert Program().ask("post", "auth/verify-email", {"token": token[1]}).status_code == 400
    assert Program().ask("post", "auth/login", new).status_code == 200
