"""I ask every broker whose time has come; one that fails keeps nobody else waiting for long."""

import logging
from datetime import timedelta
from time import monotonic
from uuid import UUID

from django.db import connection as database

from aetheris.db.tenancy import acting_as
from aetheris.errors import AetherisError
from trading import services
from trading.models import BrokerConnection

log = logging.getLogger("aetheris.sync")

_asked_at: dict[UUID, float] = {}


def sync_due() -> int:
    """The number of connections asked."""
    with database.cursor() as cursor:
        cursor.execute("SELECT connection_id, user_id, every FROM door.due_connections()")
        due = [(id, user_id) for id, user_id, every in cursor.fetchall() if _its_time(id, every)]
    for connection_id, user_id in due:
        _asked_at[connection_id] = monotonic()
        _sync(connection_id, user_id)
    return len(due)


def _its_time(connection_id: UUID, every: timedelta) -> bool:
    return monotonic() - _asked_at.get(connection_id, float("-inf")) >= every.total_seconds()


def _sync(connection_id: UUID, user_id: UUID) -> None:
    try:
        with acting_as(user_id, label="sync"):
            services.sync(connection=_locked(connection_id))
    except AetherisError as refusal:
        log.warning("%s", refusal.message)
        with acting_as(user_id, label="sync"):
            services.sync_failed(connection=_locked(connection_id), why=refusal.message)


def _locked(connection_id: UUID) -> BrokerConnection:
    """No two syncs of one connection at a time."""
    BrokerConnection.objects.select_for_update().get(pk=connection_id)
    return BrokerConnection.objects.select_related("account").get(pk=connection_id)
