"""I am the secrets planted in the tests, and the ears that listen whether anything lets one slip."""

import logging
import traceback
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

PASSWORD = "planted-password-horse-battery-9f3c"
API_KEY = "planted-api-key-9f3c-0123456789ab"
API_SECRET = "planted-api-secret-9f3c"
ALL = [PASSWORD, API_KEY, API_SECRET]  # and, at the start of a run, the keys it was made with

slips: list[str] = []


def listen(text: str, where: str) -> None:
    """Remember where a secret was heard, never the secret itself."""
    for number, secret in enumerate(ALL):
        if secret in text:
            slips.append(f"planted secret {number} in {where}")


class ListeningHandler(logging.Handler):
    """Every line any logger writes in this process, with its traceback."""

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if record.exc_info:
            text += "".join(traceback.format_exception(*record.exc_info))
        listen(f"{text} {vars(record)}", f"a log line of {record.name}")


class ListeningMiddleware:
    """Every answer of every view, headers and body."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        body = b"" if answer.streaming else answer.content
        listen(
            f"{dict(answer.headers)} {body.decode(errors='replace')}", f"the answer to {request.method} {request.path}"
        )
        return answer


def listen_to_database(connection: Any) -> None:
    """Every row of the trail, of the sessions and of the jobs, as the superuser reads them."""
    for table in ("audit.records", "django_session", "procrastinate_jobs"):
        for secret in ALL:
            query = f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s"
            if connection.execute(query, [f"%{secret}%"]).fetchone()[0]:
                slips.append(f"a planted secret in {table}")
