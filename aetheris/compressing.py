"""I send pages gzipped, but for those that may hold a secret beside words a stranger chose (BREACH)."""

from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

SECRETIVE = ("/settings/security/", "/sign-in/", "/password/", "/register/", "/verify/", "/admin/", "/api/")


class CompressingMiddleware(GZipMiddleware):
    """Django's own: tokens against forged requests are masked anew in each answer, and its header has a random length.

    A secret that is shown once comes in the answer of a POST or below `SECRETIVE`; neither is compressed.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        page = response.get("Content-Type", "").startswith(("text/html", "text/csv"))
        if request.method != "GET" or not page or request.path.startswith(SECRETIVE):
            return response
        return super().process_response(request, response)
