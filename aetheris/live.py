"""I carry database notes to the sockets allowed to hear them: one LISTEN for each server process.

A note carries ids only. What they stand for is read once for each person who listens here, as that person.
"""

import asyncio
import logging
from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection

from aetheris.lanes import Lane
from aetheris.readers import Message, readers

log = logging.getLogger("aetheris.live")

CHANNEL = "aetheris_live"
QUEUE_LENGTH = 500
TOO_SLOW = 4408


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


@dataclass(eq=False)
class Subscriber:
    """One socket: what it still has to be sent, in order. `close(code)` ends it when it cannot keep up."""

    user_id: UUID
    close: Callable[[int], Any]
    waiting: deque[Message] = field(default_factory=deque)
    has_missed: bool = False
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, message: Message) -> None:
        if len(self.waiting) >= QUEUE_LENGTH:
            self.close(TOO_SLOW)
            return
        self.waiting.append(message)
        self.news.set()

    def miss(self) -> None:
        """Something was not heard: it has to be read before what waits is told."""
        self.has_missed = True
        self.news.set()

    async def next(self) -> Message | None:
        """The next message to send, or None when there is something to read on first."""
        while not self.has_missed and not self.waiting:
            self.news.clear()
            await self.news.wait()
        if self.has_missed:
            self.has_missed = False
            return None
        return self.waiting.popleft()


class Hub:
    """Who listens in this process. `listening` tells whether the database is heard at this moment."""

    def __init__(self) -> None:
        self.subscribers: dict[UUID, set[Subscriber]] = defaultdict(set)
        self.listening = False
        self._task: asyncio.Task[None] | None = None
        self._lanes = {at_a_glance: Lane(at_a_glance, self._give, self._missed) for at_a_glance in (True, False)}

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
                async with await psycopg.AsyncConnection.connect(url("aetheris live"), autocommit=True) as heard:
                    await heard.execute(f"LISTEN {CHANNEL}")
                    self.listening, wait = True, 0.1
                    self._missed(list(self.subscribers))
                    async for note in heard.notifies():
                        self._take(note.payload)
            except (psycopg.Error, OSError) as lost:
                log.warning("The line to the database is lost, trying again: %s", " ".join(str(lost).split()))
            finally:
                self.listening = False
            await asyncio.sleep(wait)
            wait = min(wait * 2, 2)

    def _missed(self, people: Iterable[UUID]) -> None:
        """What was rung while nobody listened is not stored: every socket reads on from its last number."""
        for user_id in people:
            for subscriber in self.subscribers.get(user_id, ()):
                subscriber.miss()

    def _take(self, payload: str) -> None:
        kind, owner, *words = payload.split(" ")
        user_id = UUID(owner)
        if kind in readers and user_id in self.subscribers:
            self._lanes[readers[kind].at_a_glance].put(user_id, (kind, words))

    def _give(self, told: dict[UUID, list[Message]]) -> None:
        for user_id, messages in told.items():
            for subscriber in list(self.subscribers.get(user_id, ())):
                for message in messages:
                    subscriber.put(message)


hub = Hub()


def url(name: str) -> str:
    """For who listens: straight to the server; a pooler in transaction mode accepts LISTEN and delivers nothing."""
    from django.conf import settings

    if settings.LISTEN_URL:
        return str(settings.LISTEN_URL)
    told = settings.DATABASES["default"]
    return psycopg.conninfo.make_conninfo(
        host=told["HOST"], port=told["PORT"], user=told["USER"], password=told["PASSWORD"], dbname=told["NAME"],
        application_name=name, keepalives_idle=10, keepalives_interval=5, keepalives_count=3,
    )  # fmt: skip
