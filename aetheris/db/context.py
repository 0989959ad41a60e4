"""I carry whose work this is, from the edge to every transaction, without anyone passing it on."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

SETTINGS = ("tenant", "actor_id", "actor_label", "request_id", "ip", "reason", "path")
SQL = "SELECT " + ", ".join(f"set_config('aetheris.{name}', %s, true)" for name in SETTINGS)
READ_ONLY_SQL = f"{SQL}, set_config('transaction_read_only', 'on', true)"


@dataclass(frozen=True, slots=True)
class Context:
    """`tenant` is whose rows may be seen; the rest is what the audit trail says about who did it and why.

    `read_only` transactions refuse every write: an answer to a GET changes nothing.
    """

    tenant: UUID | None = None
    actor_id: UUID | None = None
    actor_label: str = ""
    request_id: str = ""
    ip: str = ""
    reason: str = ""
    path: str = ""
    read_only: bool = False

    @property
    def sql(self) -> str:
        return READ_ONLY_SQL if self.read_only else SQL

    def values(self) -> list[str]:
        return [str(value) if (value := getattr(self, name)) is not None else "" for name in SETTINGS]


_current: ContextVar[Context | None] = ContextVar("aetheris_context", default=None)


def current() -> Context | None:
    return _current.get()


def enter(changed: Context | None) -> Token[Context | None]:
    return _current.set(changed)


def leave(token: Token[Context | None]) -> None:
    _current.reset(token)


def changed(**values: Any) -> Context:
    return replace(_current.get() or Context(), **values)


@contextmanager
def within(context: Context | None) -> Iterator[None]:
    token = _current.set(context)
    try:
        yield
    finally:
        _current.reset(token)
