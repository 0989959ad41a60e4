"""The embedded PostgreSQL comes back after −9, whether or not anybody has reaped what was killed."""

import os
import shutil
import signal
import subprocess

import psycopg
import pytest

from aetheris import state
from aetheris.embedded import Postgres


@pytest.mark.parametrize("reaped", [True, False])
def test_it_starts_again_at_once_after_a_kill(reaped: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not reaped:
        monkeypatch.setattr(subprocess, "_cleanup", lambda: None)  # the killed one stays as a zombie
    postgres = Postgres(state.folder() / f"embedded-{reaped}-{os.getpid()}")
    try:
        postgres.start()
        for _ in range(3):
            pid = postgres._pid()
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            with psycopg.connect(postgres.start()) as connection:
                assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        postgres.stop()
        shutil.rmtree(postgres.folder)


def test_a_folder_somebody_lives_in_is_left_to_postgresql() -> None:
    postgres = Postgres(state.folder() / f"embedded-held-{os.getpid()}")
    try:
        postgres.start()
        running = postgres._pid()
        postgres.start()
        assert postgres._pid() == running
    finally:
        postgres.stop()
        shutil.rmtree(postgres.folder)
