"""I read notes beside the event loop: one person's one after the other, many people's in one go."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import connection, connections

from aetheris.db import context
from aetheris.db.pipelined import pipelined
from aetheris.readers import Message, readers

log = logging.getLogger("aetheris.live")

AT_ONCE = 2
MOST_GLANCES, MOST_LOOKS = 50, 4

Note = tuple[str, list[str]]
Batch = dict[UUID, list[Note]]
Told = dict[UUID, list[Message]]


class Lane:
    """What waits to be read. While one batch is away the next gathers, so that a flood costs a transaction for many
    notes, and a single note waits for nobody.

    What is read at a glance has a lane of its own: no long look keeps an alert waiting.
    """

    def __init__(
        self, at_a_glance: bool, give: Callable[[Told], None], missed: Callable[[Iterable[UUID]], None]
    ) -> None:
        self.read, self.most = (_at_a_glance, MOST_GLANCES) if at_a_glance else (_in_turn, MOST_LOOKS)
        self.give, self.missed = give, missed
        self.waiting: Batch = {}
        self.away: set[UUID] = set()
        self.tasks: set[asyncio.Task[None]] = set()

    def put(self, user_id: UUID, note: Note) -> None:
        """Read as soon as what came with it, in one piece from the database, is here as well."""
        self.waiting.setdefault(user_id, []).append(note)
        asyncio.get_running_loop().call_soon(self._begin)

    def _begin(self) -> None:
        if len(self.tasks) < AT_ONCE and (batch := self._claimed()):
            task = asyncio.get_running_loop().create_task(self._carry(batch))
            self.tasks.add(task)
            task.add_done_callback(self._ended)

    def _claimed(self) -> Batch:
        free = list(islice((user_id for user_id in self.waiting if user_id not in self.away), self.most))
        self.away.update(free)
        return {user_id: self.waiting.pop(user_id) for user_id in free}

    def _ended(self, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        self._begin()

    async def _carry(self, batch: Batch) -> None:
        try:
            self.give(await in_thread(self.read, batch))
        except Exception:
            log.exception("Notes of kind %s could not be read", {kind for notes in batch.values() for kind, _ in notes})
            self.missed(batch)
        finally:
            self.away -= batch.keys()


def _at_a_glance(batch: Batch) -> Told:
    told: Told = {}
    with glancing() as look_as:
        for user_id, notes in batch.items():
            look_as(user_id)
            told[user_id] = _read(user_id, notes)
    return told


def _in_turn(batch: Batch) -> Told:
    return {user_id: _read(user_id, notes) for user_id, notes in batch.items()}


def _read(user_id: UUID, notes: list[Note]) -> list[Message]:
    return [message for kind, words in notes for message in readers[kind].read(user_id, words)]


@contextmanager
def glancing() -> Iterator[Callable[[UUID], None]]:
    """Around short looks as one person after the other: transaction, tenant and first question go out together, so
    that a look waits for the database as often as it asks, and all of them once for the end. Nothing can be written."""

    def look_as(user_id: UUID) -> None:
        told = context.changed(tenant=user_id, actor_id=user_id, read_only=True)
        context.enter(told)
        connection.connection.execute(told.sql, told.values())

    try:
        with context.within(context.current()), pipelined():
            connection.connection.execute("BEGIN")
            yield look_as
            connection.connection.execute("COMMIT")
    except BaseException:
        connection.close()  # what was begun ends with its line
        raise


async def in_thread[T](work: Callable[..., T], *arguments: object) -> T:
    """Run database work beside the event loop, giving its connection back afterwards."""

    def run() -> T:
        try:
            return work(*arguments)
        finally:
            connections.close_all()

    return await sync_to_async(run, thread_sensitive=False)()
