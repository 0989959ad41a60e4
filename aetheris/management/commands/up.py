"""I bring everything up on one machine with one command, and take all of it down again."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from argparse import ArgumentParser
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from aetheris import state
from aetheris.db.ready import fingerprint, ready
from aetheris.embedded import free_port, port_is_free
from aetheris.errors import AetherisError
from aetheris.processes import Crew

ROOT = Path(__file__).resolve().parents[3]


class Command(BaseCommand):
    help = (
        "Start PostgreSQL (if none is given), migrate, load demo data, run server and worker. Ctrl-C stops all of it."
    )
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--no-demo", action="store_true", help="start with empty tables")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port, demo = options["host"], options["port"], not options["no_demo"]
        if not port_is_free(port, host):
            raise CommandError(f"Port {port} is busy. Stop what runs there, or choose another: make up PORT={port + 1}")
        # Also when started in the background, where a shell has it ignored.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, _interrupt)
        database = None
        crew = Crew(state.folder() / "logs")
        try:
            database = ready()
            environment = os.environ | database.environment()
            environment.pop("DATABASE_URL", None)
            if database.mark() != (mark := fingerprint(demo)):
                self._prepare(environment, demo)
                database.set_mark(mark)
            environment["STATIC_ROOT"] = environment.get("STATIC_ROOT") or _collected(environment)
            self._start(crew, environment, host, port, demo)
            self.stdout.write(_line(host, port, demo))
            self.stdout.flush()
            crew.watch()
        except KeyboardInterrupt:
            self.stdout.write("Stopping.")
        except AetherisError as error:
            raise CommandError(error.message) from None
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            crew.stop()
            if database is not None and database.postgres is not None:
                database.postgres.stop()

    def _prepare(self, environment: dict[str, str], demo: bool) -> None:
        _manage("migrate", "-v0", environment=environment, role="migrator", doing="migrate the database")
        _manage("publish_firms", environment=environment, role="service", doing="publish the firms' programmes")
        if demo:
            _manage("load_demo", environment=environment, role="app", doing="load the demo data")

    def _start(self, crew: Crew, environment: dict[str, str], host: str, port: int, demo: bool) -> None:
        python = sys.executable
        serve = [python, "-m", "daphne", "-v", "0", "-b", host, "-p", str(port), "aetheris.asgi:application"]
        if demo:
            mock = int(state.read("demo").get("mock_port", 0)) or free_port()
            mock = mock if port_is_free(mock) else free_port()
            state.write("demo", {"mock_port": mock})
            crew.add("broker_mock", [python, "manage.py", "broker_mock", "--port", str(mock)], environment, ROOT)
            environment = environment | {"AETHERIS_MOCK_URL": f"http://127.0.0.1:{mock}"}
        crew.add("server", serve, environment | {"AETHERIS_ROLE": "app"}, ROOT)
        crew.add("worker", [python, "manage.py", "worker"], environment | {"AETHERIS_ROLE": "service"}, ROOT)
        _await(f"http://{host}:{port}/healthz", crew)


def _collected(environment: dict[str, str]) -> str:
    """Where the static files lie named by their content and gzipped; made anew when one of them changed."""
    sources = sorted(path for path in (ROOT / "aetheris" / "static").rglob("*") if path.is_file())
    mark = sha256(b"".join(path.read_bytes() for path in (*sources, ROOT / "uv.lock"))).hexdigest()[:12]
    folder = state.folder() / "static" / mark
    if not (folder / "staticfiles.json").exists():
        shutil.rmtree(folder.parent, ignore_errors=True)  # those of other days
        told, words = environment | {"STATIC_ROOT": str(folder)}, ("collectstatic", "--no-input", "-v0")
        _manage(*words, "-i", "rest_framework", environment=told, role="app", doing="collect the static files")
    return str(folder)


def _interrupt(*args: object) -> None:
    raise KeyboardInterrupt


def _manage(*words: str, environment: dict[str, str], role: str, doing: str) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", *words], cwd=ROOT, env=environment | {"AETHERIS_ROLE": role},
        capture_output=True, text=True, start_new_session=True,
    )  # fmt: skip
    if done.returncode:
        told = (done.stderr.strip() or done.stdout.strip()).splitlines()
        why = next(
            (line for line in reversed(told) if re.match(r"[\w.]*(Error|Exception|Violation)\b", line)), told[-1]
        )
        raise CommandError(f"Could not {doing}: {why}")


def _await(url: str, crew: Crew, seconds: int = 120) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        crew.check()
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310
                return
        except OSError:
            time.sleep(0.1)
    raise CommandError(f"The server did not answer within {seconds} s; its log is {crew.folder / 'server.log'}")


def _line(host: str, port: int, demo: bool) -> str:
    address = f"AETHERIS is up: http://{host}:{port}/"
    if not demo:
        return f"{address} · Ctrl-C stops it"
    password = state.secret("demo_password", length=12)
    return (
        f"{address} · trader demo@aetheris.example, compliance desk@aetheris.example at /admin/, "
        f"password {password} · Ctrl-C stops it"
    )
