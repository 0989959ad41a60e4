"""I judge whoever is due the moment the database rings, and look by myself for those whose hour has come."""

import logging
import os
import signal
import time
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.process import BaseProcess

import psycopg
from django.db import Error, close_old_connections, connections

from aetheris import live
from armor.rounds import judge_all_due

log = logging.getLogger("aetheris.armor")

CHANNEL = "aetheris_due"
LOOK_SECONDS = 0.4


def beside_me() -> BaseProcess:
    """Judging in a process of its own: nothing else the worker does, however long, keeps a breach waiting.

    To be called before any thread is started. It ends with the process that called.
    """
    connections.close_all()  # no two processes may share a connection
    judge = get_context("fork").Process(target=_until_alone, args=(os.getpid(),), name="judge", daemon=True)
    judge.start()
    return judge


def _until_alone(parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    judge_until(lambda: os.getppid() != parent)


def judge_until(ended: Callable[[], bool]) -> None:
    """Again and again; a database that is away is waited for, never given up."""
    while not ended():
        try:
            with psycopg.connect(live.url("aetheris judge"), autocommit=True) as ear:
                ear.execute(f"LISTEN {CHANNEL}")
                while not ended():
                    _look()
                    list(ear.notifies(timeout=LOOK_SECONDS, stop_after=1))
        except (psycopg.Error, Error) as lost:
            log.warning("judging waits for the database: %s", " ".join(str(lost).split())[:200])
            time.sleep(1)
        except Exception:
            log.exception("Judging failed and is tried again")
            time.sleep(1)


def _look() -> None:
    close_old_connections()
    judge_all_due()
    close_old_connections()
