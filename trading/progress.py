"""I tell how far an import has come while its own transaction is still open: on a line of my own to the database."""

from concurrent.futures import Future, ThreadPoolExecutor
from time import monotonic
from types import TracebackType
from typing import Self
from uuid import UUID

from django.db import connections, transaction

from aetheris import clock
from aetheris.db.tenancy import acting_as
from aetheris.live import ring
from trading.models import Import

EVERY_SECONDS = 1.0


class Progress:
    """At most once a second, so that the trail does not fill with counting. Rings with ids only."""

    def __init__(self, of: Import) -> None:
        self.import_id, self.user_id = of.id, of.user_id
        self._pool = ThreadPoolExecutor(1, "progress")
        self._told_at = monotonic()
        self._last: Future[None] | None = None

    def __enter__(self) -> Self:
        self._pool.submit(self._tell, state="running", started_at=clock.now(), done=0).result()
        return self

    def to(self, done: int) -> None:
        now = monotonic()
        if now - self._told_at >= EVERY_SECONDS and (self._last is None or self._last.done()):
            self._told_at = now
            self._last = self._pool.submit(self._tell, done=done)

    def end(self) -> None:
        """Before the import itself writes its row: nobody else must be at it then."""
        self._pool.shutdown(wait=True)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()
        if kind is None:
            transaction.on_commit(lambda: self.ring(self.user_id, self.import_id))

    def _tell(self, **told: object) -> None:
        try:
            with acting_as(self.user_id, label="import"):
                Import.objects.filter(pk=self.import_id).update(**told)
                ring("sync", self.user_id, self.import_id)
        finally:
            connections.close_all()

    @staticmethod
    def ring(user_id: UUID, import_id: UUID) -> None:
        ring("sync", user_id, import_id)
