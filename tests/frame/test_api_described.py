"""The description leaves nothing out: each operation says what it is, and shows what is sent and what comes back."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from drf_spectacular.validation import validate_schema
from jsonschema import Draft202012Validator

from aetheris.api.problems import MEDIA_TYPE
from aetheris.api.schema import Generator

BYTES = ("application/zip", "audio/wav")


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    return dict(json.loads(json.dumps(Generator().get_schema(public=True), default=str)))


def operations(told: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def contents(operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for part in (operation.get("requestBody", {}), *operation["responses"].values()):
        yield from part.get("content", {}).items()


def shown(told: dict[str, Any], content: dict[str, Any]) -> list[Any]:
    """The examples themselves, wherever they are written."""
    kept = told["components"]["examples"]
    many = [
        one if "value" in one else kept[one["$ref"].rpartition("/")[2]] for one in content.get("examples", {}).values()
    ]
    return [one["value"] for one in many] + ([content["example"]] if "example" in content else [])


def test_it_is_openapi_31(told: dict[str, Any]) -> None:
    assert told["openapi"] == "3.1.0"
    validate_schema(told)


def test_every_operation_says_what_it_is_in_a_sentence(told: dict[str, Any]) -> None:
    assert [name for name, operation in operations(told) if not 4 <= len(operation["summary"]) <= 200] == []
    assert [name for name, operation in operations(told) if not operation["description"]] == []


def test_every_operation_tells_how_it_refuses(told: dict[str, Any]) -> None:
    for name, operation in operations(told):
        refusals = {status: answer for status, answer in operation["responses"].items() if status >= "4"}
        assert {"400", "429"} <= refusals.keys(), name
        assert all(MEDIA_TYPE in answer["content"] for answer in refusals.values()), name


def test_everything_sent_and_answered_has_an_example_of_its_own_shape(told: dict[str, Any]) -> None:
    unlike = []
    for name, operation in operations(told):
        for kind, content in contents(operation):
            if kind in BYTES:
                continue
            examples = shown(told, content)
            law = Draft202012Validator({**content["schema"], "components": told["components"]})
            if not examples or any(not law.is_valid(one) for one in examples):
                unlike.append((name, kind, examples))
    assert unlike == []
