"""Signing in and out by the API."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connections

from accounts import tickets
from accounts.models import User
from aetheris.db.tenancy import acting_as
from tests.asking import Program
from tests.factories import PASSWORD, person
from tests.store import grow_older


@pytest.fixture(autouse=True)
def _fresh_cache(django_db_setup: None) -> None:
    cache.clear()


def sign_in(email: str = "ana@example.com", password: str = PASSWORD) -> Any:
    return Program().ask("post", "auth/login", {"email": email, "password": password})


def using(access: str) -> Program:
    program = Program()
    program.access = access
    return program


def test_the_right_password_gives_tokens_and_the_person(ana: User) -> None:
    answer = sign_in(" Ana@Example.com ")
    assert answer.status_code == 200
    assert set(answer.json()) == {"access", "refresh", "user"}
    assert answer.json()["user"]["email"] == "ana@example.com"
    assert (answer.json()["user"]["kyc_status"], answer.json()["user"]["aml_status"]) == ("pending", "review")
    assert "password" not in answer.json()["user"]
    assert not answer.cookies
    me = using(answer.json()["access"]).ask("get", "auth/me")
    assert me.json()["id"] == str(ana.id)
    assert me.json()["mfa_enabled"] is False


def test_a_wrong_password_and_an_unknown_email_get_the_same_answer(ana: User) -> None:
    wrong = sign_in(password="wrong").json()
    unknown = sign_in("nobody@example.com").json()
    assert wrong.pop("request_id") != unknown.pop("request_id")
    assert wrong == unknown
    assert wrong["status"] == 401


def test_someone_who_is_not_active_gets_that_same_answer(db: None) -> None:
    person("new@example.com", status="PENDING_VERIFICATION")
    assert sign_in("new@example.com").json()["code"] == "sign_in_refused"


def test_a_refusal_is_a_problem_with_its_challenge(ana: User) -> None:
    answer = sign_in(password="wrong")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer["X-Request-ID"] == answer.json()["request_id"]


def test_what_is_missing_is_named_by_field(db: None) -> None:
    answer = Program().ask("post", "auth/login", {"email": "ana@example.com"})
    assert answer.status_code == 400
    assert answer.json()["errors"] == [{"field": "password", "code": "required", "message": "This field is required."}]


def test_ten_wrong_passwords_close_an_account_for_a_while(ana: User) -> None:
    assert {sign_in(password="wrong").status_code for _ in range(10)} == {401}
    answer = sign_in()
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    person("bo@example.com")
    assert sign_in("bo@example.com").status_code == 200


def test_an_unknown_email_is_slowed_down_just_the_same(db: None) -> None:
    statuses = [sign_in("nobody@example.com").status_code for _ in range(11)]
    assert statuses == [401] * 10 + [429]


def test_a_refresh_token_works_once_and_its_return_ends_the_family(ana: User) -> None:
    first = sign_in().json()
    second = Program().ask("post", "auth/refresh", {"refresh": first["refresh"]})
    assert second.status_code == 200
    assert set(second.json()) == {"access", "refresh"}
    assert using(second.json()["access"]).ask("get", "auth/me").status_code == 200

    again = Program().ask("post", "auth/refresh", {"refresh": first["refresh"]})
    assert again.status_code == 401
    assert again.json()["code"] == "refresh_refused"
    assert using(second.json()["access"]).ask("get", "auth/me").status_code == 401
    assert Program().ask("post", "auth/refresh", {"refresh": second.json()["refresh"]}).status_code == 401


def test_the_end_of_a_family_is_committed(real_db: None, ana: User) -> None:
    first = sign_in().json()
    second = Program().ask("post", "auth/refresh", {"refresh": first["refresh"]}).json()
    Program().ask("post", "auth/refresh", {"refresh": first["refresh"]})
    connections["default"].close()
    assert using(second["access"]).ask("get", "auth/me").status_code == 401


def test_a_reuse_does_not_end_another_sign_in(ana: User) -> None:
    phone, laptop = sign_in().json(), sign_in().json()
    for _ in range(2):
        Program().ask("post", "auth/refresh", {"refresh": phone["refresh"]})
    assert using(laptop["access"]).ask("get", "auth/me").status_code == 200


def test_logout_kills_the_access_and_the_refresh_token_at_once(ana: User) -> None:
    pair = sign_in().json()
    assert using(pair["access"]).ask("post", "auth/logout").status_code == 204
    assert using(pair["access"]).ask("get", "auth/me").status_code == 401
    assert Program().ask("post", "auth/refresh", {"refresh": pair["refresh"]}).status_code == 401


def test_logout_by_refresh_token_alone_ends_it_too(ana: User) -> None:
    pair = sign_in().json()
    assert Program().ask("post", "auth/logout", {"refresh": pair["refresh"]}).status_code == 204
    assert using(pair["access"]).ask("get", "auth/me").status_code == 401


def test_logout_without_anything_to_end_is_refused(db: None) -> None:
    assert Program().ask("post", "auth/logout").status_code == 401


def test_a_suspended_persons_tokens_stop_at_once(real_db: None, ana: User) -> None:
    pair = sign_in().json()
    with connections["admin"].cursor() as cursor:
        cursor.execute("UPDATE users SET status = 'SUSPENDED' WHERE id = %s", [ana.id])
    assert using(pair["access"]).ask("get", "auth/me").status_code == 401
    assert Program().ask("post", "auth/refresh", {"refresh": pair["refresh"]}).status_code == 401


def test_a_new_password_ends_older_tokens(ana: User) -> None:
    pair = sign_in().json()
    with acting_as(ana):
        ana.set_password("another quite long password")
        ana.save(update_fields=["password"])
    assert using(pair["access"]).ask("get", "auth/me").status_code == 401


@pytest.mark.parametrize("token", ["", "nonsense", "a.b.c"])
def test_a_broken_token_is_401(db: None, token: str) -> None:
    answer = Program().ask("get", "auth/me", Authorization=f"Bearer {token}")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_refresh_token_does_not_open_the_api(ana: User) -> None:
    assert using(sign_in().json()["refresh"]).ask("get", "auth/me").status_code == 401


def test_the_dashboards_cookie_works_with_its_csrf_token_only(ana: User) -> None:
    browser = Program(enforce_csrf_checks=True)
    with acting_as(ana):
        browser.force_login(ana, backend="accounts.signin.EmailBackend")
    assert browser.ask("get", "auth/me").status_code == 200
    assert browser.ask("post", "auth/ws-ticket").status_code == 403


def test_a_ticket_opens_once(ana: User) -> None:
    answer = Program(ana).ask("post", "auth/ws-ticket").json()
    assert answer["expires_in"] == 30
    assert tickets.redeem(answer["ticket"]) == (ana.id, "")
    assert tickets.redeem(answer["ticket"]) is None
    assert tickets.redeem("guessed") is None


def test_a_ticket_grows_old(ana: User) -> None:
    ticket = tickets.issue(ana)
    grow_older(31)
    assert tickets.redeem(ticket) is None


def test_two_refreshes_at_once_are_one_refresh_and_one_reuse(real_db: None, ana: User) -> None:
    """They take turns at the session's row, so that a stolen token never gives two living pairs."""
    pair = sign_in().json()
    ready = threading.Barrier(2)

    def refresh(_: int) -> int:
        ready.wait()
        try:
            return int(Program().ask("post", "auth/refresh", {"refresh": pair["refresh"]}).status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(refresh, range(2))) == [200, 401]
    assert using(pair["access"]).ask("get", "auth/me").status_code == 401


def test_a_ticket_opens_for_one_of_many_at_once(real_db: None, ana: User) -> None:
    ticket = tickets.issue(ana)
    with ThreadPoolExecutor(8) as pool:
        redeemed = list(pool.map(tickets.redeem, [ticket] * 8))
    assert (redeemed.count((ana.id, "")), redeemed.count(None)) == (1, 7)
