"""I am a program at the API: signed in with a token, speaking JSON."""

from typing import Any

from django.test import Client

from accounts import stepup, tokens
from accounts.models import User
from aetheris.db.tenancy import acting_as

API = "/api/v1"


class Program(Client):
    """JSON in, JSON out; `ask` gives the answer, with `.json()`."""

    def __init__(self, user: User | None = None, **options: Any) -> None:
        super().__init__(**options)
        if user is not None:
            with acting_as(user):
                self.pair = tokens.sign_in(user)
            self.access = self.pair.access

    def step_up(self) -> "Program":
        """As if they had just shown their second factor at this sign-in."""
        session = tokens.session_of(self.access)
        assert session is not None
        stepup.note(session)
        session.save()
        return self

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        if access := getattr(self, "access", ""):
            told.setdefault("Authorization", f"Bearer {access}")
        if method in ("get", "head"):
            content: dict[str, Any] = {"data": body}
        else:
            content = {"data": b"" if body is None else body, "content_type": "application/json"}
        return self.generic_json(method, f"{API}/{path}", content, told)

    def generic_json(self, method: str, path: str, content: dict[str, Any], headers: dict[str, str]) -> Any:
        return getattr(self, method.lower())(path, headers=headers, **content)
