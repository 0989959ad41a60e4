"""I am Django's PostgreSQL backend, telling every transaction whose it is as it begins."""

from django.db.backends.postgresql import base
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus, TransactionStatus

from aetheris.db import context


class DatabaseWrapper(base.DatabaseWrapper):
    def _set_autocommit(self, autocommit: bool) -> None:
        super()._set_autocommit(autocommit)  # type: ignore[misc]
        if not autocommit and (told := context.current()) is not None:
            self._begin(told)

    def tell_context(self) -> None:
        """Send the tenant and the actor to the open transaction; they end with it."""
        told = context.current()
        if told is None:
            return
        with self.wrap_database_errors, self.connection.cursor() as cursor:
            cursor.execute(told.sql, told.values())

    def _begin(self, told: context.Context) -> None:
        """The transaction and whose it is in one question: psycopg's own BEGIN waits for an answer of its own."""
        line = self.connection.pgconn
        plain = self.connection.isolation_level is None and not line.pipeline_status
        if not plain or line.transaction_status != TransactionStatus.IDLE:
            self.tell_context()
            return
        with self.wrap_database_errors, self.connection.cursor() as cursor:
            said = line.exec_(f"BEGIN; {cursor.mogrify(told.sql, told.values())}".encode())
            if said.status != ExecStatus.TUPLES_OK:
                raise error_from_result(said)
