"""I ask a broker for what is new and write it: the network first, outside any transaction, then all of it at once."""

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from time import monotonic, perf_counter, sleep
from typing import Any
from uuid import UUID

from django.db import InterfaceError, OperationalError
from django.db import connection as database

from accounts.models import TradingAccount
from aetheris import clock
from aetheris.db.tenancy import acting_as
from aetheris.errors import AetherisError
from trading import deliveries, selectors, services
from trading.connectors import (
    Access,
    BrokerBusy,
    BrokerUnreachable,
    Connector,
    Fetched,
    Standing,
    can_be_asked,
    connector_for,
    refuse_nonsense,
)
from trading.errors import AccountClosed, NothingConnected, SyncBroke
from trading.models import BrokerConnection, ConnectorState, Import
from trading.rows import TradeRow
from trading.staging import Written

log = logging.getLogger("aetheris.sync")

WAITS = (1.0, 2.0, 4.0)
LONGEST_WAIT = 60.0
CALL_SECONDS = 30.0


def sync_connection(connection_id: UUID, user_id: UUID, *, label: str = "sync") -> Written | None:
    """None when this connection is being synced already, or is not to be asked yet. Failure is noted, then raised."""
    with _alone(connection_id) as mine:
        if not mine:
            return None
        with acting_as(user_id, label=label):
            connection = BrokerConnection.objects.select_related("account").get(pk=connection_id)
            state = _state(connection)
            if connection.deleted_at is not None or (state.ask_after and state.ask_after > clock.now()):
                return None
            kind, access = connector_for(connection.broker_type), opened(connection, state)
        try:
            fetched, standing = _patiently(kind, access, connection.sync_cursor)
            del access
            with acting_as(user_id, label=label):
                return services.sync(connection=connection, fetched=fetched, standing=standing)
        except (OperationalError, InterfaceError):
            raise  # the database is away
        except Exception as flaw:  # whatever it is: no other connection, and no job behind, waits for it
            refusal = flaw if isinstance(flaw, AetherisError) else SyncBroke(broker=kind.title)
            with acting_as(user_id, label=label):
                _note_failure(connection, refusal)
            if refusal is flaw:
                raise
            log.exception("The sync of connection %s broke", connection_id)
            raise refusal from flaw


@contextmanager
def _alone(connection_id: UUID) -> Iterator[bool]:
    """One sync of a connection at a time, in the whole house; a killed one lets go as its line to the database ends."""
    with database.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [f"sync {connection_id}"])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            with suppress(Exception), database.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [f"sync {connection_id}"])


def opened(connection: BrokerConnection, state: ConnectorState | None = None) -> Access:
    """The one place where a connection's secrets are opened."""
    state = state or _state(connection)

    def remember(memory: Mapping[str, Any]) -> None:
        with acting_as(connection.user_id, label="sync"):
            ConnectorState.objects.filter(pk=connection.pk).update(remembered=dict(memory))

    def known() -> list[TradeRow]:
        with acting_as(connection.user_id, label="sync"):
            return list(selectors.known_fills(connection.account))

    return Access(
        api_key=connection.api_key or "", api_secret=connection.api_secret or "",
        config={"exchange": connection.broker_type, **_config(connection.extra_config)},
        memory=dict(state.remembered), currency=connection.account.currency,
        timezone=connection.account.day_timezone, seconds=CALL_SECONDS, remember=remember, known=known,
    )  # fmt: skip


def _config(text: str | None) -> dict[str, Any]:
    try:
        told = json.loads(text or "{}")
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _state(connection: BrokerConnection) -> ConnectorState:
    return ConnectorState.objects.get_or_create(pk=connection.pk, defaults={"user_id": connection.user_id})[0]


def _patiently(kind: type[Connector], access: Access, cursor: str | None) -> tuple[Fetched, Standing | None]:
    """What cannot be reached is tried again after 1, 2 and 4 seconds; what refuses us is not."""
    for wait in (*WAITS, None):
        try:
            return _asked(kind, access, cursor)
        except BrokerUnreachable:
            if wait is None:
                raise
            sleep(wait)
    raise AssertionError("the last wait is none")


def _asked(kind: type[Connector], access: Access, cursor: str | None) -> tuple[Fetched, Standing | None]:
    connector = kind(access)
    try:
        connector.authenticate()
        fetched, standing = connector.fetch_trades(cursor), connector.fetch_standing()
    finally:
        connector.close()
    for told in (standing, *fetched.rows):
        refuse_nonsense(kind.title, told)
    return fetched, standing


def _note_failure(connection: BrokerConnection, refusal: AetherisError) -> None:
    """A broker that names a time is asked after it; one that fails on, ever more rarely, up to an hour."""
    state = _state(connection)
    failures = state.failures + 1
    seconds = float(refusal.data.get("seconds", 0)) if isinstance(refusal, BrokerBusy) else 0.0
    wait = seconds or min(2.0 ** min(failures, 12), 3600.0)
    ConnectorState.objects.filter(pk=state.pk).update(
        failures=failures, ask_after=clock.now() + timedelta(seconds=min(wait, 24 * 3600.0))
    )
    services.sync_failed(connection=connection, why=refusal.message)


# By hand --------------------------------------------------------------------------------------------------


def begin_sync(*, account: TradingAccount) -> Import:
    """A job for the worker: every connection of this account, one after the other."""
    if account.is_closed:
        raise AccountClosed(account=account.account_name)
    total = askable(account.id)
    if not total:
        raise NothingConnected(account=account.account_name)
    ConnectorState.objects.filter(connection__account_id=account.id).update(ask_after=None)
    job = Import.objects.create(
        account=account, user_id=account.user_id, kind="sync", name=f"sync of {account.account_name}", total=len(total)
    )
    job.refresh_from_db()
    return job


def askable(account_id: UUID) -> list[UUID]:
    found = BrokerConnection.objects.filter(account_id=account_id, deleted_at=None).only("id", "broker_type")
    return [one.id for one in found if can_be_asked(one.broker_type)]


def run_sync(job_id: UUID, user_id: UUID) -> bool:
    """Each connection commits by itself, so one that fails takes nothing from another; killed, it starts again and
    finds what was written already."""
    with _alone(job_id) as mine:
        if not mine:
            return False
        with acting_as(user_id, label="sync"):
            job = Import.objects.filter(pk=job_id, state__in=("waiting", "running")).first()
            if job is None:
                return False
            if job.state == "waiting":
                Import.objects.filter(pk=job_id).update(state="running", started_at=clock.now())
            ids = askable(job.account_id)
        began = perf_counter()
        refusals = _each(job_id, user_id, ids)
        log.info("Sync job %s took %.1f s", job_id, perf_counter() - began)
        with acting_as(user_id, label="sync"):
            job.refresh_from_db()
            state = "failed" if refusals else "done"
            deliveries.finish(job, state=state, told={"error": " ".join(refusals)[:2000] or None})
    deliveries.ring(user_id, job_id)
    return True


def _each(job_id: UUID, user_id: UUID, connection_ids: list[UUID]) -> list[str]:
    """What the brokers that could not be read said."""
    counts, refusals = {"trades_new": 0, "trades_updated": 0, "trades_duplicate": 0}, []
    for number, connection_id in enumerate(connection_ids, 1):
        try:
            written = sync_connection(connection_id, user_id)
        except AetherisError as refusal:
            refusals.append(refusal.message)
        else:
            for name in counts if written else ():
                counts[name] += getattr(written, name.removeprefix("trades_"))
        with acting_as(user_id, label="sync"):
            Import.objects.filter(pk=job_id).update(done=number, total=len(connection_ids), **counts)
        deliveries.ring(user_id, job_id)
    return refusals


def test_connection(connection: BrokerConnection) -> str:
    """Ask once, now, and write nothing but that it answers."""
    connector = connector_for(connection.broker_type)(opened(connection))
    began = monotonic()
    try:
        said = connector.validate()
    finally:
        connector.close()
    log.info("A %s connection answered its test after %.1f s", connection.broker_type, monotonic() - began)
    return said
