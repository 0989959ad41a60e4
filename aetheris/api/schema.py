"""I describe the API as OpenAPI 3.1: addresses as the contract writes them, errors as they really come."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import EndpointEnumerator, SchemaGenerator

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
}
KEY = {
    "in": "header", "name": "Idempotency-Key", "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    "description": "Same key and body: the first answer again. Same key, other body: 422.",
}  # fmt: skip
IF_MATCH = {
    "in": "header", "name": "If-Match", "schema": {"type": "string"},
    "description": "The version you saw, as the ETag gave it; 412 when it is no longer the current one.",
}  # fmt: skip

FIELDS = {
    "in": "query", "name": "fields", "schema": {"type": "string"},
    "description": "Names of fields, separated by commas: each row has these alone.",
}  # fmt: skip


class Addresses(EndpointEnumerator):
    """The slash at the end is allowed and not written."""

    def get_path_from_regex(self, path_regex: str) -> str:
        return super().get_path_from_regex(path_regex).rstrip("/")


class Generator(SchemaGenerator):
    endpoint_inspector_cls = Addresses

    def get_schema(self, request: Any = None, public: bool = False) -> dict[str, Any]:
        schema: dict[str, Any] = super().get_schema(request, public)
        schema["components"].setdefault("schemas", {})["Problem"] = PROBLEM
        for path, operations in schema["paths"].items():
            for method, operation in operations.items():
                _tell_errors(operation, path, method)
                _tell_headers(operation, method)
                _tell_fields(operation)
                _either(operation)
        return schema


def _tell_errors(operation: dict[str, Any], path: str, method: str) -> None:
    statuses = {*ALWAYS, *(WITH_BODY if method in ("post", "put", "patch") else ())}
    statuses |= {401, 403} if operation.get("security") or "/auth/" in path else set()
    statuses |= {404} if "{" in path or "format" in _names(operation) or method != "get" else set()
    statuses |= {412} if method != "get" else set()
    statuses |= {409} if method == "delete" or "/auth/social/" in path else set()
    statuses |= {422} if "cursor" in _names(operation) else set()
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for status in sorted(statuses):
        operation["responses"].setdefault(str(status), {"description": TITLES[status], "content": content})


def _names(operation: dict[str, Any]) -> set[str]:
    return {given["name"] for given in operation.get("parameters", [])}


def _tell_headers(operation: dict[str, Any], method: str) -> None:
    told = [*([KEY] if method in ("post", "put") else []), *([IF_MATCH] if method in ("put", "patch") else [])]
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
