"""I send the back office through the staff's own door; every other work goes through the app's."""

from contextvars import ContextVar
from typing import Any

door: ContextVar[str] = ContextVar("aetheris_door", default="default")


class DoorRouter:
    def db_for_read(self, model: Any, **hints: Any) -> str:
        return door.get()

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return door.get()

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db in ("default", "migrator")
