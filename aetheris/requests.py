"""I give every request its id and tell the transactions inside it where it came from."""

import re
import time
from collections.abc import Callable
from uuid import uuid4

from django.http import HttpRequest, HttpResponse

from aetheris.db import context
from aetheris.tally import tally

TOLD = re.compile(r"[A-Za-z0-9._-]{8,64}")


class RequestMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        told = request.headers.get("X-Request-ID", "")
        request_id = told if TOLD.fullmatch(told) else uuid4().hex
        request.request_id = request_id  # type: ignore[attr-defined]
        whose = context.Context(request_id=request_id, ip=request.META.get("REMOTE_ADDR", "") or "")
        with context.within(whose):
            began = time.perf_counter()
            response = self.get_response(request)
            tally.add(request.method or "", response.status_code, time.perf_counter() - began)
        response["X-Request-ID"] = request_id
        return response
