"""I am the doors that open without a sign-in; a stale cookie or token does not close them."""

from typing import Any

from rest_framework.permissions import AllowAny

CHALLENGE = 'Bearer realm="aetheris"'


class Open:
    """A view for anyone."""

    authentication_classes: Any = ()
    permission_classes: Any = (AllowAny,)

    def get_authenticate_header(self, request: Any) -> str:
        """What such a view refuses is a missing sign-in all the same."""
        return CHALLENGE
