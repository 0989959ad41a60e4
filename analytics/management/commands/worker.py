"""I do what nobody waits for: jobs from the queue, accounts that are due, brokers whose time has come."""

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator
from multiprocessing.process import BaseProcess
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import Error, close_old_connections, connection
from django.utils.module_loading import import_string

from aetheris.start import refuse_without_laws
from analytics.rounds import EVERY_SECONDS, keep_ended_days
from armor import judging
from trading.rounds import sync_due

log = logging.getLogger("aetheris.worker")

GRACE_SECONDS = 3.0


class Command(BaseCommand):
    help = "The worker: jobs, judgement of what was written by other hands, broker syncs. Runs until it is ended."

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_without_laws()
        asyncio.run(_run(judging.beside_me()))


async def _run(judge: BaseProcess) -> None:
    """Without its judge the worker ends, to be started again by whoever keeps it."""
    ended, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)

    def alone() -> None:
        loop.remove_reader(judge.sentinel)
        ended.set()

    loop.add_reader(judge.sentinel, alone)
    rounds = [
        asyncio.create_task(_round("sync", sync_due, 1.0, ended)),
        asyncio.create_task(_round("snapshots", keep_ended_days, EVERY_SECONDS, ended)),
        asyncio.create_task(_round("partitions", _make_partitions, 3600, ended)),
        *(asyncio.create_task(_round(name, work, seconds, ended)) for name, work, seconds in _of_higher_floors()),
        asyncio.create_task(_jobs(ended)),
    ]
    await ended.wait()
    _leave_after(GRACE_SECONDS)
    for task in rounds:
        task.cancel()
    await asyncio.gather(*rounds, return_exceptions=True)


def _leave_after(seconds: float) -> None:
    """A thread amid its work holds the interpreter; its transaction is as safe from this as from a power cut."""
    leaving = threading.Timer(seconds, os._exit, (0,))
    leaving.daemon = True
    leaving.start()


def _of_higher_floors() -> Iterator[tuple[str, Callable[[], object], float]]:
    """What an app above this one asks to be done: `rounds` of its AppConfig, name → (function, seconds between)."""
    for app in apps.get_app_configs():
        for name, (path, seconds) in getattr(app, "rounds", {}).items():
            yield name, import_string(path), seconds


async def _round(name: str, work: Callable[[], object], seconds: float, ended: asyncio.Event) -> None:
    """Again and again; a database that is away is waited for, never given up."""
    while not ended.is_set():
        try:
            await asyncio.to_thread(_on_a_kept_line, work)
        except Error as lost:
            log.warning("%s waits for the database: %s", name, " ".join(str(lost).split())[:200])
            await asyncio.sleep(1)
        except Exception:
            log.exception("The round %s failed and is tried again", name)
        await asyncio.sleep(seconds)


def _on_a_kept_line(work: Callable[[], object]) -> None:
    """Each thread keeps its connection: twenty rounds that open one each time cost a sixth of a core at rest."""
    close_old_connections()
    try:
        work()
    finally:
        close_old_connections()


async def _jobs(ended: asyncio.Event) -> None:
    from procrastinate.contrib.django import app

    while not ended.is_set():
        try:
            connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]
            worker_app = app.with_connector(connector)
            async with worker_app.open_async():
                await worker_app.run_worker_async(install_signal_handlers=False, concurrency=2)
        except asyncio.CancelledError:
            raise
        except Exception:
            log.exception("The queue is away and is tried again")
            await asyncio.sleep(2)


def _make_partitions() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit.make_partitions(3)")
