"""I am the tests' own PostgreSQL: one relaxed server, one migrated template, one copy of it for each worker."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import psycopg
from psycopg import sql

from aetheris import state
from aetheris.db.prepare import prepare, within
from aetheris.db.roles import SQL, Server
from aetheris.embedded import Postgres

ROOT = Path(__file__).resolve().parent.parent
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
# Named for the run, so that two runs side by side leave each other alone.
RUN = os.getpid() if WORKER == "main" else os.getppid()
DATABASE = f"test_{RUN}_{WORKER}"


def server() -> Server:
    """The administrator's door: DATABASE_URL when one is given, else an embedded server of the tests' own."""
    if given := os.environ.get("DATABASE_URL"):
        return Server(given, salt=state.secret("role_salt"))
    with alone("server"):
        return Server(Postgres(state.folder() / "postgres", relaxed=True).start())


def copy_for_worker(admin: Server) -> None:
    with alone("template"):
        _clear(admin)
        template = _template(admin)
    with psycopg.connect(within(admin.admin_url, "postgres"), autocommit=True) as connection:
        names = {"database": sql.Identifier(DATABASE), "template": sql.Identifier(template)}
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {database} WITH (FORCE)").format(**names))
        with alone("template"):
            connection.execute(sql.SQL("CREATE DATABASE {database} TEMPLATE {template}").format(**names))
    prepare(admin, DATABASE)


def drop(admin: Server, name: str = DATABASE) -> None:
    with psycopg.connect(within(admin.admin_url, "postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _clear(admin: Server) -> None:
    """Drop what runs that were killed have left."""
    with psycopg.connect(within(admin.admin_url, "postgres"), autocommit=True) as connection:
        found = connection.execute("SELECT datname FROM pg_database WHERE datname ~ '^test_[0-9]+_'").fetchall()
    for (name,) in found:
        if not Path(f"/proc/{name.split('_')[1]}").exists() and Path("/proc").exists():
            drop(admin, name)


def _template(admin: Server) -> str:
    """The name of the database with every migration applied, made anew when a migration or law changed."""
    name = f"template_{_fingerprint()}"
    with psycopg.connect(within(admin.admin_url, "postgres"), autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return name
    draft = f"{name}_draft"
    with psycopg.connect(within(admin.admin_url, "postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(draft)))
    prepare(admin, draft)
    told = {f"DATABASE_URL_{login.upper()}": url for login, url in admin.urls(draft).items()}
    environment = {**os.environ, **told, "AETHERIS_ROLE": "migrator", "DJANGO_SETTINGS_MODULE": "aetheris.settings"}
    environment.pop("DATABASE_URL", None)
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environment, check=True)
    with psycopg.connect(within(admin.admin_url, "postgres"), autocommit=True) as connection:
        rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        connection.execute(rename.format(sql.Identifier(draft), sql.Identifier(name)))
    return name


def _fingerprint() -> str:
    laws = [*ROOT.glob("*/migrations/*.py"), *ROOT.glob("*/sql/*.sql"), *SQL.glob("*.sql"), ROOT / "uv.lock"]
    laws += ROOT.glob("aetheris/db/*.py")
    return sha256(b"".join(path.read_bytes() for path in sorted(set(laws)))).hexdigest()[:12]


@contextmanager
def alone(name: str) -> Iterator[None]:
    """One process at a time."""
    folder = state.folder()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
