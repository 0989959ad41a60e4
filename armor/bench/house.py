"""I run a server and a worker on a database for measuring in, with many people in it, and open sockets for them."""

import asyncio
import os
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from django.db import connections

from accounts import tickets, tokens
from accounts.models import User
from aetheris import state
from aetheris.bench.database import Place, place_to_measure
from aetheris.db.places import place as described
from aetheris.db.tenancy import acting_as
from aetheris.embedded import free_port
from aetheris.processes import Crew

PEOPLE = 1_000
FILL = f"""
SET session_replication_role = replica;
INSERT INTO users (id, email, password, status)
    SELECT ('00000000-0000-7000-8000-' || lpad(u::text, 12, '0'))::uuid, 'u' || u || '@example.com', 'x', 'ACTIVE'
    FROM generate_series(1, {PEOPLE}) u;
INSERT INTO accounts (id, user_id, account_name, starting_balance, risk_limit)
    SELECT overlay(id::text PLACING '9' FROM 23 FOR 1)::uuid, id, 'Main', 100000, 1000 FROM users;
INSERT INTO armor_breach_counters (user_id, last_number, announced_number) SELECT id, 0, 1000000 FROM users;
RESET session_replication_role;
"""


@dataclass(frozen=True, slots=True)
class House:
    place: Place
    port: int
    admin: psycopg.Connection[Any]
    crew: Crew

    def ticket(self, number: int) -> str:
        with acting_as(user_of(number)):
            return tickets.issue(User.objects.get(pk=user_of(number)))

    def token(self, number: int) -> str:
        with acting_as(user_of(number)):
            return tokens.sign_in(User.objects.get(pk=user_of(number))).access

    async def socket(self, number: int) -> Any:
        """As our page does: a server too busy to answer in time is asked again."""
        from websockets.exceptions import InvalidHandshake

        for wait in (1, 2, 4, 8):
            try:
                return await self._connected(number)
            except (InvalidHandshake, OSError):
                await asyncio.sleep(wait)
        return await self._connected(number)

    async def _connected(self, number: int) -> Any:
        from websockets.asyncio.client import connect

        ticket = await asyncio.to_thread(self.ticket, number)
        address = f"ws://127.0.0.1:{self.port}/ws/armor/{account_of(number)}?ticket={ticket}"
        return await connect(address, open_timeout=60, ping_interval=None, compression=None)

    def processor_seconds(self, name: str) -> float | None:
        """What this process has used so far, in all its threads; only Linux tells."""
        process = next(member.process for member in self.crew.members if member.name == name)
        told = Path(f"/proc/{process.pid if process else 0}/stat")
        if not told.exists():
            return None
        user, system = told.read_text().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def user_of(number: int) -> UUID:
    return UUID(f"00000000-0000-7000-8000-{number:012d}")


def account_of(number: int) -> UUID:
    text = str(user_of(number))
    return UUID(text[:22] + "9" + text[23:])


@contextmanager
def house() -> Iterator[House]:
    with (
        place_to_measure("alerts") as place,
        tempfile.TemporaryDirectory() as folder,
        psycopg.connect(place.admin_url, autocommit=True) as admin,
    ):
        admin.execute(FILL)  # type: ignore[call-overload]
        admin.execute("VACUUM ANALYZE")
        crew, port = Crew(Path(folder)), free_port()
        try:
            _start(crew, place, port)
            with at_work_in(place):
                yield House(place, port, admin, crew)
        finally:
            crew.stop()


def _start(crew: Crew, place: Place, port: int) -> None:
    told = {f"DATABASE_URL_{login.upper()}": place.url(login) for login in ("app", "staff", "service", "sealer")}
    told["AETHERIS_ANCHOR_FILE"] = str(crew.folder / "heads.jsonl")
    environment = {**os.environ, **told}
    environment.pop("DATABASE_URL", None)
    serve = ["-m", "daphne", "-v", "0", "-b", "127.0.0.1", "-p", str(port), "aetheris.asgi:application"]
    for name, words, role in (("server", serve, "app"), ("worker", ["manage.py", "worker"], "service")):
        crew.add(name, [sys.executable, *words], environment | {"AETHERIS_ROLE": role}, state.ROOT)
    _await(f"http://127.0.0.1:{port}/readyz", crew)


@contextmanager
def at_work_in(place: Place) -> Iterator[None]:
    """Django's own connection of this process, led to the place."""
    connections["default"].close()
    connections["default"].settings_dict.update(described(place.url("app")))
    try:
        yield
    finally:
        connections.close_all()


def _await(url: str, crew: Crew, seconds: int = 90) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        crew.check()
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(f"{url} is not ready; see {crew.folder}")


def at_share(took: list[float], share: float) -> float:
    """Milliseconds."""
    return sorted(took)[min(len(took) - 1, int(len(took) * share))] * 1000
