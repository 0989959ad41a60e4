"""I am what the worker does for the trail, again and again: capture what was written in bulk, seal what is final."""

import psycopg
from django.db import OperationalError, connection

from compliance.sealing.sealer import Sealer, connect

_at_work: list[Sealer] = []


def capture() -> None:
    """Turn the pointers of very large statements into images, a few at a time until none is left."""
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT audit.capture()")
            if not cursor.fetchone()[0]:
                return


def seal() -> None:
    """One tick on a connection that is kept; a lost one is replaced at the next."""
    try:
        if not _at_work:
            _at_work.append(Sealer(connect()))
        _at_work[0].tick()
    except psycopg.Error as lost:
        if _at_work:
            _at_work.pop().connection.close()
        raise OperationalError(str(lost)) from lost
