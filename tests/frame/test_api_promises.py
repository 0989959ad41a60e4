"""The API keeps what its description promises: schemathesis asks every operation, as anyone, as a user and as staff.

All its checks are on. What each may pass over, and why, stands in `sound` and `judged_by`.
`PROMISES_EXAMPLES=50` asks longer; `PROMISES_SEED=<n>` asks other things; `PROMISES_COVER=40` adds that many cases of
its coverage phase to each operation; `PROMISES_REPORT=<file>` keeps what was found.
"""

import os
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from django.core.cache import cache
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.core.parameters import ParameterLocation
from schemathesis.openapi.checks import RejectedPositiveData

from accounts.models import User
from aetheris.api.schema import Generator
from tests.asking import Program
from tests.factories import account_of, person, trade_in
from tests.frame.test_api_frame import anas_things, kind_of

__all__ = ["anas_things"]

EXAMPLES = int(os.environ.get("PROMISES_EXAMPLES", "1"))
COVER = int(os.environ.get("PROMISES_COVER", "0"))
SEED = int(os.environ.get("PROMISES_SEED", "1"))
RIGHT, WRONG = GenerationMode.POSITIVE, GenerationMode.NEGATIVE
# Ending the sign-in that we ask with would make every later answer a 401.
SPARED = {"/api/v1/auth/logout", "/api/v1/auth/sessions"}
ENDING = ("/close",)  # asked last, for what it leaves cannot be changed any more
METHODS = {"get", "post", "put", "patch", "delete"}


def described() -> Any:
    schema: Any = schemathesis.openapi.from_dict(Generator().get_schema(public=True))
    schema.app = WSGIHandler()
    checks = schema.config.checks
    # 410 answers a link, 412 a version and 413 a length that are wrong: refusals as good as the others.
    checks.negative_data_rejection.expected_statuses = [
        *checks.negative_data_rejection.expected_statuses, "410", "412", "413",
    ]  # fmt: skip
    return schema


def operations() -> Iterator[Any]:
    found = [one.ok() for one in described().get_all_operations()]
    asked = [one for one in found if one.path not in SPARED or one.method == "get"]
    yield from sorted(asked, key=lambda one: one.method == "delete" or one.path.endswith(ENDING))


def sound(failure: BaseException, case: Case, answer: Any) -> bool:
    """What a check finds although the promise is kept."""
    if isinstance(failure, RejectedPositiveData):
        # A body of the right shape may still mean what cannot be: an unknown zone, a day that ends before it begins,
        # a used link. Such a refusal is a problem that names its field or its law.
        told = answer.json() if answer.status_code in (400, 410, 412, 422) else {}
        return bool(told.get("errors")) or told.get("code", "invalid") not in ("invalid", "error")
    if isinstance(failure, AcceptedNegativeData):
        # A number or a yes written as text, or text as a number, is read as what it says, in bodies and filters;
        # whoever is signed in by another header than the one made wrong stays signed in.
        # What is left empty in an address (?trade=) narrows nothing.
        if case.query and "" in case.query.values():
            return True
        words = str(failure)
        return any(word in words for word in ("in body", "violates `type`", "Authorization"))
    return False


def judged_by(case: Case, answer: Any, headers: dict[str, str]) -> list[BaseException]:
    """Every check that schemathesis has, with its probes by the same hands."""
    try:
        case.validate_response(answer, headers=headers, transport_kwargs={"headers": headers})
    except BaseException as failure:
        found = list(getattr(failure, "exceptions", [failure]))
        return [one for one in found if not sound(one, case, answer)]
    return []


def broken(headers: dict[str, str], things: dict[str, str], modes: tuple[GenerationMode, ...] = (RIGHT,)) -> list[str]:
    """Every promise that an answer broke, with its request. Ids are the asker's own where they have one."""
    found: list[str] = []

    def ask(case: Case) -> None:
        own = things.get(kind_of(case.operation.path.removeprefix("/api/v1/")))
        astray = case.meta is not None and case.meta.is_negative_at(ParameterLocation.PATH)
        if own and not astray and (named := {"id", "account_id"} & set(case.path_parameters)):
            case.path_parameters = {**case.path_parameters, named.pop(): own}
        if re.fullmatch("[!-~]{1,200}", case.headers.get("Idempotency-Key", "")):
            case.headers["Idempotency-Key"] = uuid4().hex  # one made up twice would be another request's, and kept
        answer = case.call(headers=headers, base_url="http://localhost")
        for failure in judged_by(case, answer, headers):
            found.append(f"{case.method} {case.formatted_path}: {' '.join(str(failure).split())[:900]}")

    for operation in operations():
        for mode in modes:
            _asked(operation, mode, ask)
        for case in islice(_covered(operation), COVER):
            ask(case)
    return found


def _asked(operation: Any, mode: GenerationMode, ask: Any) -> None:
    examine = settings(
        max_examples=EXAMPLES, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    try:
        seed(SEED)(examine(given(case=operation.as_strategy(mode))(lambda case: ask(case))))()
    except Unsatisfiable:
        assert mode == WRONG, operation.label  # what asks for nothing cannot be asked wrongly


def _covered(operation: Any) -> Iterator[Case]:
    if COVER:
        how = operation.schema.config.generation_for(operation=operation)
        yield from operation.schema.iter_coverage_cases(
            operation, generation_modes=[RIGHT, WRONG], generation_config=how
        )


@pytest.fixture
def in_one_transaction(db: None) -> Iterator[None]:
    """The product's whole stack runs in this thread, inside the test's transaction, so its connection must stay:
    also while schemathesis thinks for longer than the minute that a transaction of ours may lie idle."""
    cache.clear()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
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
    told(broken({"Authorization": f"Bearer {Program(ana).step_up().access}"}, anas_things, (RIGHT, WRONG)), "user")


def test_staff_are_answered_as_described(in_one_transaction: None) -> None:
    staff = person("sam@example.com", role="ADMIN")
    trade_in(account_of(staff))
    told(broken({"Authorization": f"Bearer {Program(staff).step_up().access}"}, {}), "staff")


def test_a_method_that_is_not_described_is_refused_with_those_that_are(db: None, ana: User) -> None:
    """What schemathesis' `unsupported_method` asks, for every address and method; ids are nobody's."""
    asker, wrong = Program(ana).step_up(), []
    for path, known in described().raw_schema["paths"].items():
        address = path.removeprefix("/api/v1/").replace("{provider}", "google").replace("{date}", "2026-01-05")
        for name in ("{id}", "{account_id}", "{connection}"):
            address = address.replace(name, str(uuid4()))
        for method in METHODS - known.keys():
            answer = asker.ask(method, address, None if method == "get" else {})
            allowed = {word.strip().lower() for word in answer.get("Allow", "").split(",")} - {"options", "head"}
            if answer.status_code not in (404, 405) or (answer.status_code == 405 and allowed != set(known)):
                wrong.append((method, path, answer.status_code, allowed, set(known)))
    assert wrong == []
