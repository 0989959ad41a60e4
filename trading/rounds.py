"""I do what nobody waits for: brokers whose time has come, files that are long, readings that are old."""

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import monotonic
from uuid import UUID

from django.db import connection as database
from django.db import connections

from aetheris.db.tenancy import acting_as
from aetheris.errors import AetherisError
from trading.long_imports import run_import
from trading.syncing import run_sync, sync_connection
from trading.thinning import thin

log = logging.getLogger("aetheris.sync")

AT_ONCE = 8

_asked_at: dict[UUID, float] = {}
_underway: set[UUID] = set()
_pool = ThreadPoolExecutor(AT_ONCE, "sync")


def sync_due() -> int:
    """The number of connections begun. Each has a thread of its own, so that a slow broker keeps nobody waiting."""
    with database.cursor() as cursor:
        cursor.execute("SELECT connection_id, user_id, every FROM door.due_connections()")
        due = [(id, user_id) for id, user_id, every in cursor.fetchall() if _its_time(id, every)]
    free = due[: AT_ONCE - len(_underway)]
    for connection_id, user_id in free:
        _asked_at[connection_id] = monotonic()
        _underway.add(connection_id)
        _pool.submit(_sync, connection_id, user_id)
    return len(free)


def _its_time(connection_id: UUID, every: timedelta) -> bool:
    rested = monotonic() - _asked_at.get(connection_id, float("-inf")) >= every.total_seconds()
    return rested and connection_id not in _underway


def _sync(connection_id: UUID, user_id: UUID) -> None:
    try:
        sync_connection(connection_id, user_id)
    except AetherisError as refusal:
        log.warning("%s", refusal.message)
    except Exception:
        log.exception("The sync of connection %s broke", connection_id)
    finally:
        _underway.discard(connection_id)
        connections.close_all()


def take_imports() -> int:
    """Files and syncs somebody waits for, the oldest first; those another worker has taken are passed over."""
    with database.cursor() as cursor:
        cursor.execute("SELECT import_id, user_id, kind FROM door.unfinished_imports()")
        found = cursor.fetchall()
    return sum(run_sync(id, user_id) if kind == "sync" else run_import(id, user_id) for id, user_id, kind in found)


def thin_readings() -> int:
    with database.cursor() as cursor:
        cursor.execute("SELECT account_id, user_id FROM door.accounts_read()")
        found = cursor.fetchall()
    thinned = 0
    for account_id, user_id in found:
        with acting_as(user_id, label="thinning"):
            thinned += thin(account_id)
    return thinned
