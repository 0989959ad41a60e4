"""Great steps ask for a second factor shown just now, at this very sign-in."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pyotp
import pytest

from accounts import second, stepup, tokens
from accounts.errors import StepUpRequired
from accounts.models import User
from aetheris import clock
from aetheris.db.tenancy import acting_as
from tests.asking import Program
from tests.factories import PASSWORD


def asking(program: Program) -> Any:
    """A request as views see it."""
    return SimpleNamespace(sign_in=tokens.session_of(program.access))


def with_app(user: User) -> pyotp.TOTP:
    """The person's authenticator app, of other hands than ours."""
    with acting_as(user):
        secret, _ = second.begin(user)
        app = pyotp.TOTP(secret)
        second.confirm(user, app.at(clock.now() - timedelta(seconds=30)))
    return app


def test_a_sign_in_alone_is_not_fresh(ana: User) -> None:
    assert not stepup.is_fresh(asking(Program(ana)))
    with pytest.raises(StepUpRequired):
        stepup.require(asking(Program(ana)))
    assert not stepup.is_fresh(SimpleNamespace(sign_in=None))


def test_a_code_makes_this_sign_in_fresh_and_no_other(ana: User) -> None:
    app = with_app(ana)
    laptop, phone = Program(ana), Program(ana)
    answer = laptop.ask("post", "auth/step-up", {"code": app.now()})
    assert (answer.status_code, answer.json()) == (200, {"fresh_for": 300})
    assert stepup.is_fresh(asking(laptop))
    assert not stepup.is_fresh(asking(phone))


def test_freshness_ends_after_five_minutes(ana: User, monkeypatch: pytest.MonkeyPatch) -> None:
    request = asking(Program(ana).step_up())
    later = clock.now() + timedelta(seconds=301)
    assert stepup.is_fresh(request)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert not stepup.is_fresh(request)


def test_a_code_steps_up_once(ana: User) -> None:
    app, program = with_app(ana), Program(ana)
    code = app.now()
    assert program.ask("post", "auth/step-up", {"code": code}).status_code == 200
    again = program.ask("post", "auth/step-up", {"code": code})
    assert (again.status_code, again.json()["code"]) == (401, "code_refused")


def test_the_password_counts_only_for_someone_without_a_second_factor(ana: User, bo: User) -> None:
    assert Program(bo).ask("post", "auth/step-up", {"password": PASSWORD}).status_code == 200
    assert Program(bo).ask("post", "auth/step-up", {"password": "wrong"}).status_code == 401
    with_app(ana)
    assert Program(ana).ask("post", "auth/step-up", {"password": PASSWORD}).status_code == 401


def test_an_error_tells_what_to_do(ana: User) -> None:
    answer = Program(ana).ask("post", "auth/totp/setup")
    assert (answer.status_code, answer.json()["code"]) == (403, "step_up_required")
    assert "auth/step-up" in answer.json()["detail"]
