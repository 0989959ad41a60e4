"""I run a few processes side by side, start again the one that falls, and end them all together."""

import ctypes
import os
import signal
import subprocess
import time
from collections import deque
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from aetheris.errors import AetherisError

FALLS_ALLOWED, WITHIN_SECONDS = 5, 60
PR_SET_PDEATHSIG = 1


class KeepsFalling(AetherisError):
    """The {name} ended {times} times within a minute. Its log, {log}, ends with: {why}"""


@dataclass
class Member:
    name: str
    command: list[str]
    environment: dict[str, str]
    folder: Path
    process: subprocess.Popen[bytes] | None = None
    falls: deque[float] = field(default_factory=lambda: deque(maxlen=FALLS_ALLOWED))


class Crew:
    """Each member writes to a log of its own in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.members: list[Member] = []

    def add(self, name: str, command: list[str], environment: dict[str, str], folder: Path) -> None:
        member = Member(name, command, environment, folder)
        self.members.append(member)
        self._start(member)

    def watch(self) -> None:
        """Until somebody interrupts, or one member cannot be kept running."""
        while True:
            self.check()
            time.sleep(0.5)

    def check(self) -> None:
        for member in self.members:
            if member.process is not None and member.process.poll() is not None:
                self._fallen(member)

    def stop(self) -> None:
        """Last come, first to go; who does not leave within ten seconds is made to."""
        running = [m.process for m in reversed(self.members) if m.process is not None and m.process.poll() is None]
        for process in running:
            _signal(process, signal.SIGTERM)
        deadline = time.monotonic() + 10
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                _signal(process, signal.SIGKILL)
                process.wait()

    def _start(self, member: Member) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / f"{member.name}.log").open("ab") as log:
            member.process = subprocess.Popen(
                member.command, cwd=member.folder, env=member.environment, stdout=log, stderr=log,
                stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=partial(_die_with_parent, os.getpid()),
            )  # fmt: skip

    def _fallen(self, member: Member) -> None:
        now = time.monotonic()
        member.falls.append(now)
        if len(member.falls) == FALLS_ALLOWED and now - member.falls[0] < WITHIN_SECONDS:
            log = self.folder / f"{member.name}.log"
            why = log.read_text(errors="replace").strip().rpartition("\n")[2]
            raise KeepsFalling(name=member.name, times=FALLS_ALLOWED, log=log, why=why[:300])
        time.sleep(0.2)
        self._start(member)


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    """To the whole group, so that no grandchild is left."""
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        process.poll()


def _die_with_parent(parent: int) -> None:
    """Linux ends a member whose starter was killed without a word; elsewhere the next start finds its port taken."""
    try:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    except (OSError, AttributeError):
        return
    if os.getppid() != parent:  # killed before we asked to be told
        os.kill(os.getpid(), signal.SIGTERM)
