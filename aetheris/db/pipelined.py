"""I send what needs no answer with what does: a short transaction waits twice for the database, not eight times."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, connections


@contextmanager
def pipelined(using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Around a short transaction. An error is told at the next answer, so what is inside should only read."""
    connection = connections[using]
    connection.ensure_connection()
    with connection.connection.pipeline():
        yield
