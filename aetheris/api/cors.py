"""I let pages of other origins read the API, if the setting names them; their cookies stay out, a token must speak."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

ALLOWED = "authorization, content-type, idempotency-key, if-match, x-api-key, x-request-id"
EXPOSED = "ETag, Location, Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, X-Request-ID"
METHODS = "GET, POST, PUT, PATCH, DELETE"
REMEMBERED_SECONDS = 600


class CorsMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        origin = request.headers.get("Origin", "")
        if not request.path.startswith("/api/") or origin not in settings.CORS_ALLOWED_ORIGINS:
            return self.get_response(request)
        asks_first = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
        answer = HttpResponse(status=204) if asks_first else self.get_response(request)
        answer["Access-Control-Allow-Origin"] = origin
        answer["Access-Control-Expose-Headers"] = EXPOSED
        answer.headers["Vary"] = ", ".join(filter(None, [answer.headers.get("Vary", ""), "Origin"]))
        if asks_first:
            answer["Access-Control-Allow-Methods"], answer["Access-Control-Allow-Headers"] = METHODS, ALLOWED
            answer["Access-Control-Max-Age"] = str(REMEMBERED_SECONDS)
        return answer
