"""I carry database notes to the sockets allowed to hear them: one LISTEN for each server process.

A note carries ids only. What they stand for is read once for each person who listens here, as that person.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg
from asgiref.sync import sync_to_async
from django.db import connection, connections

from aetheris.db import context
from aetheris.db.pipelined import pipelined

log = logging.getLogger("aetheris.live")

CHANNEL = "aetheris_live"
QUEUE_LENGTH = 500
TOO_SLOW = 4408

Message = dict[str, Any]
Reader = Callable[[UUID, list[str]], Iterable[Message]]

readers: dict[str, Reader] = {}


def reads(kind: str) -> Callable[[Reader], Reader]:
    """A note of this kind becomes the messages this function reads, acting as the person it is for."""

    def take(reader: Reader) -> Reader:
        if kind in readers:
            raise ValueError(f"Notes of kind {kind!r} are read already.")
        readers[kind] = reader
        return reader

    return take


def ring(kind: str, user_id: UUID, *words: object) -> None:
    """Ring after the commit, in a transaction of its own that waits for no disk: rings are not facts."""
    note = " ".join(str(word) for word in (kind, user_id, *words))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('synchronous_commit', 'off', true), pg_notify(%s, %s)", [CHANNEL, note[:7900]]
        )


def ring_trades(user_id: UUID, account_id: UUID, trade_ids: Iterable[UUID]) -> None:
    ids = list(trade_ids)[:50]
    if ids:
        ring("trades", user_id, account_id, ",".join(str(id) for id in ids))


async def in_thread[T](work: Callable[..., T], *arguments: Any) -> T:
    """Run database work beside the event loop, giving its connection back afterwards."""

    def run() -> T:
        try:
            return work(*arguments)
        finally:
            connections.close_all()

    return await sync_to_async(run, thread_sensitive=False)()


@contextmanager
def glancing_as(user_id: UUID) -> Iterator[None]:
    """Around one short look as this person: transaction, tenant and question go out together, so that a look waits
    for the database as often as it asks, and once for the end. Nothing can be written in it."""
    told = context.changed(tenant=user_id, actor_id=user_id, read_only=True)
    try:
        with context.within(told), pipelined():
            line = connection.connection
            line.execute("BEGIN")
            line.execute(told.sql, told.values())
            yield
            line.execute("COMMIT")
    except BaseException:
        connection.close()  # what was begun ends with its line
        raise


@dataclass(eq=False)
class Subscriber:
    """One socket: what it still has to be sent, in order. `close(code)` ends it when it cannot keep up."""

    user_id: UUID
    close: Callable[[int], Any]
    queue: asyncio.Queue[Message] = field(default_factory=lambda: asyncio.Queue(QUEUE_LENGTH))
    missed: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, message: Message) -> None:
        try:
            self.queue.put_nowait(message)
        except asyncio.QueueFull:
            self.close(TOO_SLOW)


class Hub:
    """Who listens in this process. `listening` tells whether the database is heard at this moment."""

    def __init__(self) -> None:
        self.subscribers: dict[UUID, set[Subscriber]] = defaultdict(set)
        self.listening = False
        self._task: asyncio.Task[None] | None = None
        self._lines: dict[UUID, asyncio.Task[None]] = {}

    def start(self) -> None:
        """Begin to listen, once; called from within the server's event loop."""
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._listen())

    def add(self, subscriber: Subscriber) -> None:
        self.subscribers[subscriber.user_id].add(subscriber)

    def remove(self, subscriber: Subscriber) -> None:
        mine = self.subscribers[subscriber.user_id]
        mine.discard(subscriber)
        if not mine:
            del self.subscribers[subscriber.user_id]

    async def _listen(self) -> None:
        wait = 0.1
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(_url(), autocommit=True) as heard:
                    await heard.execute(f"LISTEN {CHANNEL}")
                    self.listening, wait = True, 0.1
                    self._all_missed()
                    async for note in heard.notifies():
                        self._take(note.payload)
            except (psycopg.Error, OSError) as lost:
                log.warning("The line to the database is lost, trying again: %s", " ".join(str(lost).split()))
            finally:
                self.listening = False
            await asyncio.sleep(wait)
            wait = min(wait * 2, 2)

    def _all_missed(self) -> None:
        """What was rung while nobody listened is not stored: every socket reads on from its last number."""
        for mine in self.subscribers.values():
            for subscriber in mine:
                subscriber.missed.set()

    def _take(self, payload: str) -> None:
        """One person's notes are read one after the other, different people's side by side."""
        kind, owner, *words = payload.split(" ")
        user_id = UUID(owner)
        if kind not in readers or user_id not in self.subscribers:
            return
        before = self._lines.get(user_id)
        task = asyncio.get_running_loop().create_task(self._deliver(before, kind, user_id, words))
        self._lines[user_id] = task
        task.add_done_callback(lambda done: self._lines.pop(user_id) if self._lines.get(user_id) is done else None)

    async def _deliver(self, before: "asyncio.Task[None] | None", kind: str, user_id: UUID, words: list[str]) -> None:
        if before is not None:
            await asyncio.wait([before])
        messages: list[Message] = []
        try:
            messages = await in_thread(lambda: list(readers[kind](user_id, words)))
        except Exception:
            log.exception("A note of kind %s could not be read", kind)
            self._all_missed()
        for subscriber in list(self.subscribers.get(user_id, ())):
            for message in messages:
                subscriber.put(message)


hub = Hub()


def _url() -> str:
    """Straight to the server: a pooler in transaction mode accepts LISTEN and delivers nothing."""
    from django.conf import settings

    if settings.LISTEN_URL:
        return settings.LISTEN_URL
    told = settings.DATABASES["default"]
    return psycopg.conninfo.make_conninfo(
        host=told["HOST"], port=told["PORT"], user=told["USER"], password=told["PASSWORD"], dbname=told["NAME"],
        application_name="aetheris live", keepalives_idle=10, keepalives_interval=5, keepalives_count=3,
    )  # fmt: skip
