"""I make a database of my own for a benchmark, migrated, and drop it afterwards; nobody's data is touched."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from psycopg import sql

from aetheris import state
from aetheris.db.places import checked
from aetheris.db.prepare import prepare, within
from aetheris.db.roles import Server
from aetheris.embedded import Postgres


@dataclass(frozen=True, slots=True)
class Place:
    """A database for measuring in; `url(login)` is a role's address, `admin_url` the superuser's."""

    server: Server
    name: str

    @property
    def admin_url(self) -> str:
        return within(self.server.admin_url, self.name)

    def url(self, login: str) -> str:
        return self.server.url(login, self.name)


@contextmanager
def place_to_measure(name: str) -> Iterator[Place]:
    admin = os.environ.get("DATABASE_URL")
    server = Server(checked("DATABASE_URL", admin) if admin else Postgres(state.folder() / "postgres").start())
    place = Place(server, f"bench_{name}_{os.getpid()}")
    prepare(server, place.name)
    told = {f"DATABASE_URL_{login.upper()}": url for login, url in server.urls(place.name).items()}
    environment = {**os.environ, **told, "AETHERIS_ROLE": "migrator"}
    environment.pop("DATABASE_URL", None)
    try:
        migrate = [sys.executable, str(state.ROOT / "manage.py"), "migrate", "-v0"]
        subprocess.run(migrate, cwd=state.ROOT, env=environment, check=True)
        yield place
    finally:
        with psycopg.connect(within(server.admin_url, "postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(place.name)))
