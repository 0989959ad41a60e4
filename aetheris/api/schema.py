"""I describe the API as OpenAPI 3.1: addresses as the contract writes them, errors as they really come."""

from collections.abc import Iterator
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import EndpointEnumerator, SchemaGenerator

from aetheris.api.errors import BodyTooLarge, KeyReused, StillAtWork, VersionStale
from aetheris.api.examples import Parts, example_of
from aetheris.api.links import tell_links
from aetheris.api.problems import MEDIA_TYPE, TITLES

ALWAYS = (400, 429)
WITH_BODY = (413, 415, 422, 409)
PROBLEM = {
    "type": "object",
    "description": "Problem details (RFC 9457).",
    "required": ["type", "title", "status", "detail", "code", "errors", "request_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "message"],
                "properties": {name: {"type": "string"} for name in ("field", "code", "message")},
            },
        },
        "request_id": {"type": "string"},
    },
    "examples": [
        {
            "type": "/docs/problems/invalid",
            "title": "The request is not right",
            "status": 400,
            "detail": "Some fields are not right. See errors.",
            "code": "invalid",
            "errors": [{"field": "quantity", "code": "min_value", "message": "Ensure this value is greater than 0."}],
            "request_id": "5f0c1b2e9d7a4c33a1f8e6b4d2c09a71",
        }
    ],
}
KEY = {
    "in": "header", "name": "Idempotency-Key", "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"},
    "description": "Same key and body: the first answer again. Same key, other body: 422.",
}  # fmt: skip
IF_MATCH = {
    "in": "header", "name": "If-Match", "schema": {"type": "string", "pattern": r'^(?:\*|(?:W/)?"?[0-9]{1,18}"?)$'},
    "description": "The version you saw, as the ETag gave it; 412 when it is no longer the current one.",
}  # fmt: skip

FIELDS = {
    "in": "query", "name": "fields", "schema": {"type": "string"},
    "description": "Names of fields, separated by commas: each row has these alone.",
}  # fmt: skip


DONE = {"200": "As asked.", "201": "It was made.", "202": "It is begun; ask again for how it goes.",
        "204": "Done; there is nothing to tell.", "302": "Go on there."}  # fmt: skip
EVERY = {
    "X-Request-ID": {"schema": {"type": "string"}, "description": "Names this request in our logs."},
    "RateLimit-Remaining": {"schema": {"type": "string"}, "description": "What may still be asked in this window."},
}
WAIT = {"Retry-After": {"schema": {"type": "string"}, "description": "Seconds to wait."}}
ETAG = {"ETag": {"schema": {"type": "string"}, "description": "The version, for If-Match."}}
CLOCK = {
    "type": "string",
    "pattern": r"^\d{2}:\d{2}:\d{2}(\.\d{1,6})?$",
    "description": "A time of day, without a zone.",
}

TOLD = ("application/json", "multipart/form-data", "text/csv")
REFUSALS: dict[int, tuple[str, str]] = {
    400: ("invalid", "Some fields are not right. See errors."),
    401: ("not_authenticated", "Authentication credentials were not provided."),
    403: ("permission_denied", "You may not do this."),
    404: ("not_found", "There is nothing here that you may see."),
    410: ("link_over", "This link is over, or was never one. Ask for a new one."),
    415: ("unsupported_media_type", 'Unsupported media type "text/xml" in request.'),
    429: ("throttled", "Request was throttled. Expected available in 12 seconds."),
}
for refused in (StillAtWork(), VersionStale(current=4, sent=3), BodyTooLarge(sent="6.2 MB", limit="5 MB"), KeyReused()):
    REFUSALS[refused.status] = (refused.code, refused.message)

ANYTHING = ("oneOf", [{}, {"type": "null"}])


class Addresses(EndpointEnumerator):
    """The slash at the end is allowed and not written."""

    def get_path_from_regex(self, path_regex: str) -> str:
        return super().get_path_from_regex(path_regex).rstrip("/")


class Generator(SchemaGenerator):
    endpoint_inspector_cls = Addresses

    def get_schema(self, request: Any = None, public: bool = False) -> dict[str, Any]:
        schema: dict[str, Any] = _mended(super().get_schema(request, public))
        parts = schema["components"].setdefault("schemas", {})
        parts["Problem"] = PROBLEM
        schema["components"]["examples"] = {f"Problem{status}": {"value": _refused(status)} for status in REFUSALS}
        for path, operations in schema["paths"].items():
            for method, operation in operations.items():
                _tell_errors(operation, path, method)
                _tell_headers(operation)
                _tell_fields(operation)
                _either(operation)
                _describe(operation)
                _exemplify(operation, parts)
        tell_links(schema["paths"], parts)
        return schema


def _describe(operation: dict[str, Any]) -> None:
    """Every answer says what it is, and which headers come with it."""
    for status, answer in operation["responses"].items():
        answer["description"] = answer.get("description") or DONE.get(status, "")
        guarded = IF_MATCH in operation.get("parameters", []) and status == "200"
        answer["headers"] = {**EVERY, **(WAIT if status == "429" else {}), **(ETAG if guarded else {})}


def _exemplify(operation: dict[str, Any], parts: Parts) -> None:
    """A summary in one sentence; an example of what is sent, of what comes back, and of every refusal."""
    operation.setdefault("summary", " ".join(operation["description"].split(". ")[0].split()).rstrip("."))
    for status, kind, content in _contents(operation):
        if kind == MEDIA_TYPE and "examples" not in content and int(status) in REFUSALS:
            content["examples"] = {"refused": {"$ref": f"#/components/examples/Problem{status}"}}
        elif kind in TOLD and not content.keys() & {"example", "examples"}:
            content["example"] = example_of(content["schema"], parts, asked=not status)


def _contents(operation: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Status ("" for the request's own body), kind and content of everything that is sent or answered."""
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        yield "", kind, content
    for status, answer in operation["responses"].items():
        for kind, content in answer.get("content", {}).items():
            yield status, kind, content


def _refused(status: int) -> dict[str, Any]:
    """What a refusal with this status looks like."""
    code, detail = REFUSALS[status]
    whole = {"type": f"/docs/problems/{code}", "title": TITLES[status], "status": status, "detail": detail}
    return {**PROBLEM["examples"][0], **whole, "code": code, **({} if status == 400 else {"errors": []})}  # type: ignore[index]


def _mended(told: Any) -> Any:
    """OpenAPI's `time` has a zone, a time of day in somebody's own clock has none; what may be anything may be null."""
    if isinstance(told, list):
        return [_mended(one) for one in told]
    if not isinstance(told, dict):
        return told
    if told.get("type") == "string" and told.get("format") == "time":
        return {**{name: value for name, value in told.items() if name != "format"}, **CLOCK}
    return {name: _mended(value) for name, value in told.items() if (name, value) != ANYTHING}


def _tell_errors(operation: dict[str, Any], path: str, method: str) -> None:
    statuses = {*ALWAYS, *(WITH_BODY if method in ("post", "put", "patch") else ())}
    statuses |= {401, 403} if operation.get("security") or "/auth/" in path or method != "get" else set()
    statuses |= {404} if "{" in path or "format" in _names(operation) or method != "get" else set()
    statuses |= {412} if method != "get" else set()
    statuses |= {409} if method == "delete" or "/auth/social/" in path else set()
    statuses |= {410} if "token" in _names(operation) else set()  # a link by itself grows old
    statuses |= {422} if "cursor" in _names(operation) else set()
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for status in sorted(statuses):
        operation["responses"].setdefault(str(status), {"description": TITLES[status], "content": content})


def _names(operation: dict[str, Any]) -> set[str]:
    return {given["name"] for given in operation.get("parameters", [])}


def _tell_headers(operation: dict[str, Any]) -> None:
    told = [
        *([KEY] if operation.pop("x-idempotent", False) else []),
        *([IF_MATCH] if operation.pop("x-versioned", False) else []),
    ]
    if told:
        operation["parameters"] = [*operation.get("parameters", []), *told]


def _tell_fields(operation: dict[str, Any]) -> None:
    if "cursor" in _names(operation):
        operation["parameters"].append(FIELDS)


def _either(operation: dict[str, Any]) -> None:
    """One way of signing in is enough; told together they would mean both at once."""
    ways = [{name: scopes} for way in operation.get("security", []) for name, scopes in way.items()]
    if ways:
        operation["security"] = ways


class TenantScheme(OpenApiAuthenticationExtension):
    """Bearer token for programs; the dashboard's cookie, with CSRF, for the browser."""

    target_class = "accounts.authentication.TenantAuthentication"
    name = ["bearer", "session"]  # type: ignore[assignment]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, str]]:  # type: ignore[override]
        return [
            {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
            {"type": "apiKey", "in": "cookie", "name": "sessionid"},
        ]
