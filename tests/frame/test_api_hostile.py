"""Whatever is thrown at the API, it answers in its own words: never with a 500, never in HTML."""

from typing import Any
from urllib.parse import quote

import pytest
from django.core.cache import cache

from accounts.models import User
from aetheris.api.schema import Generator
from tests.asking import Program
from tests.frame.test_api_frame import anas_things, kind_of, operations

__all__ = ["anas_things"]

WORDS: list[Any] = [
    None, "", "\x00", "a\x00b", "é" * 3000, -1, 0, 1e400, 10**40, "1e999", "NaN", "Infinity", True, [], [[]], {},
    {"a": 1},
    "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "2026-02-30", "00000000-0000-0000-0000-000000000000",
    "'; DROP TABLE trades; --", "\ud800",
]  # fmt: skip
SCHEMA = Generator().get_schema(public=True)
GOOD = {
    "symbol": "EURUSD", "side": "long", "quantity": "1", "entry_price": "1", "entry_time": "2026-01-05T10:00:00Z",
    "account_name": "A", "broker_type": "x", "bias_detected": "FOMO", "email": "a@example.com", "password": "x",
}  # fmt: skip


def addressed(path: str, ids: dict[str, str]) -> str:
    own = ids.get(kind_of(path), "")
    return (
        path.replace("{id}", own)
        .replace("{account_id}", own)
        .replace("{date}", "2026-01-05")
        .replace("{provider}", "google")
    )


def well_answered(answer: Any, told: Any) -> None:
    assert answer.status_code < 500, (told, answer.content[:300])
    if answer.status_code >= 400:
        assert answer["Content-Type"] == "application/problem+json", told
        assert answer.json()["detail"], told


def fields_of(method: str, path: str) -> set[str]:
    """What this operation reads from a body, as its description says."""
    content = SCHEMA["paths"][f"/api/v1/{path}"][method].get("requestBody", {}).get("content", {})
    names = {told["schema"]["$ref"].rpartition("/")[2] for told in content.values()}
    return {"version"} | {field for name in names for field in SCHEMA["components"]["schemas"][name]["properties"]}


def queries_of(path: str) -> set[str]:
    told = SCHEMA["paths"][f"/api/v1/{path}"]["get"].get("parameters", [])
    return {"format"} | {given["name"] for given in told if given["in"] == "query"}


@pytest.mark.parametrize(("method", "path"), [told for told in operations() if told[0] != "get"])
def test_bodies(ana: User, anas_things: dict[str, str], method: str, path: str) -> None:
    program, address = Program(ana), addressed(path, anas_things)
    good = {**GOOD, "account": anas_things["accounts"]}
    cache.clear()
    for field in sorted(fields_of(method, path)):
        for word in WORDS:
            body = {**good, field: word}
            well_answered(program.ask(method, address, body), (method, path, field, word))
            if path in ("auth/logout", "accounts/{id}/close"):
                program = Program(ana)


@pytest.mark.parametrize("path", [path for method, path in operations() if method == "get"])
def test_queries(ana: User, anas_things: dict[str, str], path: str) -> None:
    program, address = Program(ana), addressed(path, anas_things)
    for name in sorted(queries_of(path)):
        for word in WORDS:
            if word == "\ud800":
                continue  # no address can carry it
            query = f"{name}={quote(str(word))}"
            well_answered(program.ask("get", f"{address}?{query}"), (path, query))


@pytest.mark.parametrize("header", ["If-Match", "Idempotency-Key", "Authorization", "X-Request-ID", "Content-Type"])
def test_headers(ana: User, anas_things: dict[str, str], header: str) -> None:
    program = Program(ana)
    for word in ['"', "W/", "é", "x" * 5000, '"99999999999999999999"', "*", " ", "a, b", "Bearer", "Bearer x y"]:
        told = {header: word}
        for method, path in (("patch", f"trades/{anas_things['trades']}"), ("post", "accounts")):
            well_answered(program.ask(method, path, {"account_name": "x"}, **told), (header, word))


def test_what_a_method_does_not_do_is_said_before_its_headers_are_read(ana: User, anas_things: dict[str, str]) -> None:
    path = f"alerts/{anas_things['alerts']}/snooze"
    for key in ("", "x" * 300, "one", "one"):
        assert Program(ana).ask("put", path, {}, Idempotency_Key=key).status_code == 405


def test_an_empty_word_is_no_kind_and_no_order(ana: User, anas_things: dict[str, str]) -> None:
    program = Program(ana)
    for path in ("accounts", f"accounts/{anas_things['accounts']}", "templates"):
        assert program.ask("get", f"{path}?format=").status_code == 404, path
    assert program.ask("get", "accounts?ordering=").json()["code"] == "field_unknown"


def test_a_moment_by_a_clock_that_is_far_off_is_a_moment_or_names_its_field(ana: User) -> None:
    for path, name in (("trades", "from"), ("calendar", "until")):
        assert Program(ana).ask("get", path, {name: "2026-02-24T09:45:46+20:49"}).status_code == 200
        refused = Program(ana).ask("get", path, {name: "0001-01-01T00:00:00+20:49"})
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, name)


def test_a_calendar_that_is_no_csv_is_refused_by_its_row(ana: User) -> None:
    for text in ("time,currency,impact,title\r2026", f"time,currency,impact,title\n{'x' * 200_000}"):
        refused = Program(ana).ask("post", "calendar", {"csv": text})
        assert (refused.status_code, refused.json()["code"]) == (422, "calendar_not_read")
