"""I am Django's PostgreSQL backend, telling every transaction whose it is as it begins."""

from django.db.backends.postgresql import base

from aetheris.db import context


class DatabaseWrapper(base.DatabaseWrapper):
    def _set_autocommit(self, autocommit: bool) -> None:
        super()._set_autocommit(autocommit)  # type: ignore[misc]
        if not autocommit:
            self.tell_context()

    def tell_context(self) -> None:
        """Send the tenant and the actor to the open transaction; they end with it."""
        told = context.current()
        if told is None:
            return
        with self.wrap_database_errors, self.connection.cursor() as cursor:
            cursor.execute(told.sql, told.values())
