"""I turn every error into problem details (RFC 9457): what is wrong, where, and what to do next."""

import logging
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as ModelValidationError
from django.core.signals import got_request_exception
from django.db import DatabaseError, DataError, IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.defaults import server_error
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from aetheris.errors import AetherisError

log = logging.getLogger("aetheris.api")
MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: "The request is not right", 401: "Sign in first", 403: "Not allowed", 404: "Not found",
    405: "This address does not do that", 406: "No such format", 409: "Conflict", 410: "Over", 412: "Changed meanwhile",
    413: "Too large", 415: "This kind of content is not read here", 422: "Cannot be done as asked",
    429: "Too many requests", 500: "Something broke on our side",
}  # fmt: skip


def problem(
    request: Any, *, status: int, detail: str, code: str = "", errors: list[dict[str, str]] | None = None, **more: Any
) -> dict[str, Any]:
    """The body of a problem answer. `type` is a path of our own docs, unique for its code."""
    body = {
        "type": f"/docs/problems/{code}" if code else "about:blank",
        "title": TITLES.get(status, "Error"),
        "status": status,
        "detail": writable(detail),
        "code": code or "error",
        "errors": [{name: writable(word) for name, word in error.items()} for error in errors or []],
        "request_id": getattr(request, "request_id", ""),
    }
    return body | more


def writable(words: str) -> str:
    """What a request said may hold half a character, which no answer can carry."""
    return words.encode("utf-8", "replace").decode()


def answer(request: HttpRequest, **values: Any) -> JsonResponse:
    """A problem outside DRF."""
    body = problem(request, **values)
    return JsonResponse(body, status=body["status"], content_type=MEDIA_TYPE)


def handler(error: Exception, told: dict[str, Any]) -> Response | None:
    """DRF's exception handler. What nobody foresaw is logged, undone and told as a 500 without its insides."""
    request = told["request"]._request
    shaped = _shape(error) or _broken(error, request)
    set_rollback()
    return refusal(request, headers=_headers(error), **shaped)


def refusal(request: HttpRequest, *, headers: dict[str, str] | None = None, **values: Any) -> Response:
    """A problem as DRF's answer, for a view that refuses and yet keeps what it wrote."""
    body = problem(request, **values)
    return Response(body, status=body["status"], headers=headers, content_type=MEDIA_TYPE)


def _headers(error: Exception) -> dict[str, str]:
    headers = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header  # type: ignore[attr-defined]
    if getattr(error, "wait", None):
        headers["Retry-After"] = str(int(error.wait) + 1)  # type: ignore[attr-defined]
    return headers


def _broken(error: Exception, request: HttpRequest) -> dict[str, Any]:
    got_request_exception.send(sender=handler, request=request)
    log.error("unforeseen error at %s %s", request.method, request.path, exc_info=error)
    return {
        "status": 500,
        "detail": "This is our fault. Try again; tell us the request_id if it stays.",
        "code": "broken",
    }


def _shape(error: Exception) -> dict[str, Any] | None:
    if isinstance(error, AetherisError):
        return {"status": error.status, "detail": error.message, "code": error.code, "errors": _rows(error)}
    if isinstance(error, Http404):
        return {"status": 404, "detail": "There is nothing here that you may see.", "code": "not_found"}
    if isinstance(error, PermissionDenied):
        return {"status": 403, "detail": "You may not do this.", "code": "permission_denied"}
    if isinstance(error, ModelValidationError):
        return {"status": 400, "detail": "Some fields are not right.", "code": "invalid", "errors": _model(error)}
    if isinstance(error, exceptions.ValidationError):
        errors = list(flat(error.get_full_details()))
        return {"status": 400, "detail": _first(errors), "code": "invalid", "errors": errors}
    if isinstance(error, exceptions.APIException):
        code = error.get_codes()
        return {"status": error.status_code, "detail": str(error.detail), "code": code if isinstance(code, str) else ""}
    if isinstance(error, IntegrityError):
        return {"status": 409, "detail": _database_words(error), "code": "conflict"}
    if isinstance(error, DataError):
        return {"status": 400, "detail": "A value does not fit what the database can keep.", "code": "invalid"}
    if isinstance(error, DatabaseError) and "row-level security" in str(error):
        return {"status": 404, "detail": "There is nothing here that you may see.", "code": "not_found"}
    return None


def _rows(error: AetherisError) -> list[dict[str, str]]:
    """The field an error names, if it names one; its other figures stand in the sentence."""
    field = error.data.get("field")
    return [{"field": str(field), "code": error.code, "message": error.message}] if field else []


def _model(error: ModelValidationError) -> list[dict[str, str]]:
    fields = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    return [{"field": field, "code": "invalid", "message": word} for field, words in fields.items() for word in words]


def flat(details: Any, field: str = "") -> Any:
    """DRF's nested details as a flat list of {field, code, message}."""
    if isinstance(details, dict) and set(details) == {"message", "code"}:
        yield {"field": field, "code": str(details["code"]), "message": str(details["message"])}
    elif isinstance(details, dict):
        for name, inner in details.items():
            own = "" if name == "non_field_errors" else str(name)
            yield from flat(inner, f"{field}.{own}".strip("."))
    else:
        for place, inner in enumerate(details):
            nested = isinstance(inner, dict) and set(inner) != {"message", "code"}
            yield from flat(inner, f"{field}.{place}".strip(".") if nested else field)


def _first(errors: list[dict[str, str]]) -> str:
    if not errors:
        return "Some fields are not right."
    field = f"{errors[0]['field']}: " if errors[0]["field"] else ""
    return f"{field}{errors[0]['message']}"


def _database_words(error: IntegrityError) -> str:
    said = getattr(error.__cause__, "diag", None)
    constraint = getattr(said, "constraint_name", None)
    primary = getattr(said, "message_primary", None)
    return f"The database refused this: {constraint or primary or 'a law of the table'}."


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without our own token: a problem for programs, the page for people."""
    if not request.path.startswith("/api/"):
        return render(request, "403.html", {"stale": True}, status=403)
    return answer(request, status=403, code="csrf_failed",
                  detail="The form was too old or came from elsewhere. Reload the page and send it again.")  # fmt: skip


def broken(request: HttpRequest) -> HttpResponse:
    """What nobody foresaw: a problem for programs, the page for people; never a trace of why."""
    if not request.path.startswith("/api/"):
        return server_error(request)
    return answer(request, status=500, code="broken", detail="Something broke on our side. Nothing was half written; "
                  "try again, and tell us the request_id if it stays.")  # fmt: skip
