"""The API keeps what its description promises: schemathesis asks every operation, as anyone, as a user and as staff.

`PROMISES_EXAMPLES=50` asks longer; `PROMISES_SEED=<n>` asks other things.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.cache import cache
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks as openapi

from accounts.models import User
from aetheris.api.schema import Generator
from tests.asking import Program
from tests.factories import account_of, person, trade_in
from tests.frame.test_api_frame import anas_things, kind_of

__all__ = ["anas_things"]

EXAMPLES = int(os.environ.get("PROMISES_EXAMPLES", "1"))
SEED = int(os.environ.get("PROMISES_SEED", "1"))
PROMISES = [
    not_a_server_error,
    openapi.status_code_conformance,
    openapi.content_type_conformance,
    openapi.response_headers_conformance,
    openapi.response_schema_conformance,
]
# Ending the sign-in that we ask with would make every later answer a 401.
SPARED = {"/api/v1/auth/logout", "/api/v1/auth/sessions"}
ENDING = ("/close",)  # asked last, for what it leaves cannot be changed any more


def operations() -> Iterator[Any]:
    schema: Any = schemathesis.openapi.from_dict(Generator().get_schema(public=True))
    schema.app = WSGIHandler()
    found = [one.ok() for one in schema.get_all_operations()]
    asked = [one for one in found if one.path not in SPARED or one.method == "get"]
    yield from sorted(asked, key=lambda one: one.method == "delete" or one.path.endswith(ENDING))


def broken(headers: dict[str, str], things: dict[str, str], examples: int = EXAMPLES) -> list[str]:
    """Every promise that an answer broke, with its request. Ids are the asker's own where they have one."""
    found: list[str] = []

    def ask(case: Case) -> None:
        own = things.get(kind_of(case.operation.path.removeprefix("/api/v1/")))
        if own and (named := {"id", "account_id"} & set(case.path_parameters)):
            case.path_parameters[named.pop()] = own
        answer = case.call(headers=headers, base_url="http://localhost")
        try:
            case.validate_response(answer, checks=PROMISES)
        except BaseException as failure:
            why = " | ".join(str(one) for one in getattr(failure, "exceptions", [failure]))
            found.append(f"{case.method} {case.formatted_path}: {' '.join(why.split())[:900]}")

    for operation in operations():
        examine = settings(
            max_examples=examples, database=None, deadline=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        seed(SEED)(examine(given(case=operation.as_strategy())(lambda case: ask(case))))()
    return found


@pytest.fixture
def in_one_transaction(db: None) -> Iterator[None]:
    """The product's whole stack runs in this thread, inside the test's transaction, so its connection must stay."""
    cache.clear()
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


def told(found: list[str], who: str) -> None:
    if place := os.environ.get("PROMISES_REPORT"):
        Path(f"{place}-{who}").write_text("\n".join(found))
    assert found == []


def test_anyone_is_answered_as_described(in_one_transaction: None) -> None:
    told(broken({}, {}), "anyone")


def test_a_user_is_answered_as_described(in_one_transaction: None, ana: User, anas_things: dict[str, str]) -> None:
    told(broken({"Authorization": f"Bearer {Program(ana).step_up().access}"}, anas_things, 2 * EXAMPLES), "user")


def test_staff_are_answered_as_described(in_one_transaction: None) -> None:
    staff = person("sam@example.com", role="ADMIN")
    trade_in(account_of(staff))
    told(broken({"Authorization": f"Bearer {Program(staff).step_up().access}"}, {}), "staff")
