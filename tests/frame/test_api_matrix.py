"""Who may do what: every address and method of the router, for each kind of asker. A new address without a row fails.

A row tells what its owner is answered; what the others are follows from it, by the rules below.
"""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache

from accounts import keys
from accounts.models import User
from aetheris import clock
from aetheris.db.tenancy import acting_as
from tests import hands
from tests.asking import Program
from tests.factories import person
from tests.frame.matrix import OWNER
from tests.frame.test_api_frame import anas_things, kind_of, operations

__all__ = ["anas_things"]

# Open to anyone: what nobody in particular is answered, with an empty body.
OPEN = {
    "post auth/login": 400, "post auth/mfa": 400, "post auth/refresh": 400, "post auth/register": 400,
    "post auth/verify-email": 400, "post auth/magic-link": 400, "post auth/password/reset": 400,
    "get auth/social/{provider}": 409, "get templates": 200, "get templates/{id}": 404,
    "get exports/{id}/file": 410,
}  # fmt: skip
# What an API key never opens: what is about the person and not about their trading.
PERSONAL = ("auth/keys", "auth/password/change", "auth/recovery-codes", "auth/sessions", "auth/step-up", "auth/totp")
WRITES = ("post", "put", "patch", "delete")


def rows() -> list[str]:
    return [f"{method} {path}" for method, path in operations()]


def asked(program: Program, told: str, things: dict[str, str]) -> int:
    method, path = told.split(" ")
    id = things.get(kind_of(path), str(uuid4()))
    address = path.replace("{provider}", "google").replace("{date}", "2026-01-05").replace("{connection}", str(uuid4()))
    for name in ("{id}", "{account_id}"):
        address = address.replace(name, id)
    return int(program.ask(method, address, None if method == "get" else {}).status_code)


@pytest.fixture(autouse=True)
def _fresh_cache(django_db_setup: None) -> None:
    cache.clear()


@pytest.fixture
def robot(ana: User) -> Program:
    """Ana's program with a key that may only read."""
    with acting_as(ana):
        _, word = keys.make(ana, name="R", scopes=["read"], expires_at=clock.now() + timedelta(days=1))
    program = Program()
    program.access = word
    return program


@pytest.mark.parametrize("told", rows())
def test_nobody_in_particular(db: None, told: str) -> None:
    assert asked(Program(), told, {}) == OPEN.get(told, 401)


@pytest.mark.parametrize("told", rows())
def test_the_owner(ana: User, anas_things: dict[str, str], told: str) -> None:
    status = asked(Program(ana), told, anas_things)
    expected = OPEN.get(told) or OWNER.get(told)
    assert expected is not None, f"{told} has no row and answers {status}: judge whether it should, and add one"
    assert status == expected


@pytest.mark.parametrize("told", [told for told in rows() if "id}" in told and told not in OPEN])
def test_a_stranger_is_told_that_there_is_nothing(ana: User, cy: User, anas_things: dict[str, str], told: str) -> None:
    assert asked(Program(cy), told, anas_things) == 404


@pytest.mark.parametrize("told", [told for told in rows() if "id}" in told and told not in OPEN])
def test_staff_are_strangers_at_the_api(ana: User, anas_things: dict[str, str], told: str) -> None:
    """What they may look at, they look at in the back office, where every look is noted."""
    staff = person("sam@example.com", role="ADMIN")
    assert asked(Program(staff), told, anas_things) == 404


def test_a_suspended_person_is_nobody(real_db: None, ana: User) -> None:
    program = Program(ana)
    with hands.hand_of("superuser") as admin:
        admin.execute("UPDATE users SET status = 'SUSPENDED' WHERE id = %s", [ana.id])
    for told in rows():
        if told not in OPEN and told != "post auth/logout":
            assert asked(program, told, {}) == 401, told
    assert asked(program, "post auth/logout", {}) == 204


@pytest.mark.parametrize("told", rows())
def test_a_key_that_may_only_read(ana: User, robot: Program, anas_things: dict[str, str], told: str) -> None:
    method, path = told.split(" ")
    status = asked(robot, told, anas_things)
    if told in OPEN:
        assert status == (403 if method in WRITES else OPEN[told])
    elif (
        told == "post auth/logout" or path.startswith(PERSONAL) or (method in WRITES and told != "post auth/ws-ticket")
    ):
        assert status == 403
    else:
        assert status == OWNER[told]


def test_every_address_has_one_row_and_every_row_an_address() -> None:
    assert set(OPEN) | set(OWNER) == set(rows())
    assert not set(OPEN) & set(OWNER)
