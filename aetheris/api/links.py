"""I tell, beside what was made, each address where it goes on: OpenAPI's links."""

from collections.abc import Iterator
from typing import Any

Operation = dict[str, Any]
Paths = dict[str, dict[str, Operation]]


def tell_links(paths: Paths, parts: dict[str, Any]) -> None:
    for path, operations in paths.items():
        for answer, id in _makings(operations.get("post", {}), parts):
            if told := {one["operationId"]: _link(one, name, id) for one, name in _further(path, paths)}:
                answer["links"] = told


def _makings(operation: Operation, parts: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    """The answers in which something made tells its id, and by which word."""
    for status in ("201", "202"):
        answer = operation.get("responses", {}).get(status, {})
        for content in answer.get("content", {}).values():
            named = content["schema"].get("$ref", "").rpartition("/")[2]
            told = parts.get(named, {}).get("properties", {})
            if id := next((word for word in ("id", "job_id") if word in told), ""):
                yield answer, id
                break


def _further(path: str, paths: Paths) -> Iterator[tuple[Operation, str]]:
    """Every operation on what was made, with its name for the id: its own address and what lies below;
    other lists that ask for it by name; and, where a job is begun at another thing's id, the address itself."""
    by_name = f"{{{path.rpartition('/')[2].removesuffix('s')}_id}}"
    job = path if path.endswith("/{id}") else ""
    for other, operations in paths.items():
        for method, operation in operations.items():
            if f"{other}/".startswith(f"{path}/{{id}}/") or (other == job and method == "get"):
                yield operation, "id"
            elif by_name in other:
                yield operation, by_name.strip("{}")


def _link(operation: Operation, name: str, id: str) -> dict[str, Any]:
    given = {name: f"$response.body#/{id}"}
    return {"operationId": operation["operationId"], "parameters": given, "description": operation["summary"]}
