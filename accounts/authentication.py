"""I tell DRF whom the middleware found; a session from a browser must also show its CSRF token."""

from typing import Any

from rest_framework.authentication import BaseAuthentication, CSRFCheck
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request


class TenantAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        asked = request._request
        if not getattr(asked, "signed_in_by", ""):
            return None
        if asked.signed_in_by == "session":  # type: ignore[attr-defined]
            self.check_csrf(request)
        return asked.user, None

    def check_csrf(self, request: Request) -> None:
        check = CSRFCheck(lambda asked: None)  # type: ignore[arg-type, return-value]
        check.process_request(request._request)
        reason = check.process_view(request._request, None, (), {})  # type: ignore[arg-type]
        if reason:
            raise PermissionDenied(f"The CSRF token is missing or wrong ({reason}). Reload the page and try again.")

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="aetheris"'
