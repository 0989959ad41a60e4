"""I answer a repeated POST or PUT with the first answer again, kept for a day for the person who asked."""

import json
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from django.core.cache import cache
from django.core.files.uploadedfile import UploadedFile
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from aetheris.api.errors import KeyNotRight, KeyReused, StillAtWork

KEPT_SECONDS = 24 * 3600
AT_WORK_SECONDS = 120
HEADERS_KEPT = ("ETag", "Location")


@dataclass(frozen=True, slots=True)
class Answer:
    """What is kept under a key: whose request it was, and its answer once there is one."""

    fingerprint: str
    status: int = 0
    data: Any = None
    headers: dict[str, str] = field(default_factory=dict)


class AlreadyAnswered(Exception):
    def __init__(self, answer: Answer) -> None:
        self.answer = answer


class Idempotent:
    """A view whose POST and PUT may carry an Idempotency-Key.

    Only what was done is kept; a refused request changed nothing and is simply judged anew.
    """

    idempotent = True
    _claim: tuple[str, str] | None = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        key = request.headers.get("Idempotency-Key")
        method = request.method or ""
        if key is None or not self.idempotent or method not in ("POST", "PUT") or not hasattr(self, method.lower()):
            return
        if request.user.is_authenticated:
            self._claim = _claim(request, key)

    def handle_exception(self, error: Exception) -> Response:
        if isinstance(error, AlreadyAnswered):
            first = error.answer
            return Response(first.data, status=first.status, headers={**first.headers, "Idempotent-Replayed": "true"})
        return super().handle_exception(error)  # type: ignore[misc]

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]
        if self._claim is None:
            return response
        (name, fingerprint), self._claim = self._claim, None
        if response.status_code >= 300:
            cache.delete(name)
            return response
        headers = {header: response[header] for header in HEADERS_KEPT if header in response}
        kept = {"fingerprint": fingerprint, "status": response.status_code, "data": response.data, "headers": headers}
        # In the work's own transaction: the answer is kept exactly if what it tells of was done.
        cache.keep(name, json.loads(json.dumps(kept, cls=JSONEncoder)), KEPT_SECONDS)  # type: ignore[attr-defined]
        return response


def _claim(request: Request, key: str) -> tuple[str, str]:
    """Take the key for this request; the loser of a race is told so."""
    if not 1 <= len(key) <= 200 or not key.isprintable():
        raise KeyNotRight
    name = "idempotency:" + sha256(f"{request.user.pk}\0{key}".encode()).hexdigest()
    mine = _fingerprint(request)
    if cache.add(name, {"fingerprint": mine}, AT_WORK_SECONDS):
        return name, mine
    kept = cache.get(name)
    first = Answer(**kept) if kept else None
    if first is None or (first.fingerprint == mine and not first.status):
        raise StillAtWork
    if first.fingerprint != mine:
        raise KeyReused
    raise AlreadyAnswered(first)


def _fingerprint(request: Request) -> str:
    """The same for the same method, address and body; an uploaded file counts by its bytes."""
    digest = sha256(f"{request.method}\0{request.get_full_path()}\0".encode())
    if request._request.content_type != "multipart/form-data":
        digest.update(json.dumps(request.data, sort_keys=True, default=str).encode())
        return digest.hexdigest()
    form: Any = request.data
    for name, values in sorted(form.lists()):
        digest.update(f"\0{name}\0".encode())
        for value in values:
            _add(digest, value)
    return digest.hexdigest()


def _add(digest: Any, value: Any) -> None:
    if not isinstance(value, UploadedFile):
        digest.update(str(value).encode())
        return
    for chunk in value.chunks():
        digest.update(chunk)
    value.seek(0)
