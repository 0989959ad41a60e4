"""I make a database ready to be used: find or start the server, prepare it, remember where it is."""

import os
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from aetheris import state
from aetheris.db.places import checked
from aetheris.db.prepare import prepare, within
from aetheris.db.roles import Server
from aetheris.embedded import Postgres

DATABASE = "aetheris"
PREPARING = ("*/migrations/*.py", "*/sql/*.sql", "armor/firms/*.toml", "uv.lock")


@dataclass(frozen=True)
class Ready:
    """Where every login finds the database, and the embedded server if it is ours to stop."""

    urls: dict[str, str]
    admin_url: str
    postgres: Postgres | None

    def environment(self) -> dict[str, str]:
        """What a process of ours is told; never the administrator's address."""
        return {f"DATABASE_URL_{login.upper()}": url for login, url in self.urls.items()}

    def mark(self) -> str:
        """What the database was last prepared with; empty when it was not."""
        with psycopg.connect(self.urls["app"], connect_timeout=5) as connection:
            row = connection.execute("SELECT obj_description('law'::regnamespace, 'pg_namespace')").fetchone()
        return str(row[0] or "") if row else ""

    def set_mark(self, mark: str) -> None:
        with psycopg.connect(self.urls["migrator"], autocommit=True) as connection:
            connection.execute(sql.SQL("COMMENT ON SCHEMA law IS {}").format(sql.Literal(mark)))


def fingerprint(demo: bool) -> str:
    """Of all that prepares a database: migrations, their SQL, the firms' programmes, the locked libraries."""
    files = [path for wanted in PREPARING for path in sorted(state.ROOT.glob(wanted))]
    return sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:16] + (" demo" if demo else "")


def ready() -> Ready:
    admin = os.environ.get("DATABASE_URL", "")
    if admin:
        server, postgres = Server(checked("DATABASE_URL", admin), salt=state.secret("role_salt")), None
        database = urlsplit(admin).path.lstrip("/")
    else:
        postgres = Postgres(state.folder() / "postgres")
        server, database = Server(within(postgres.start(), DATABASE)), DATABASE
    prepare(server, database)
    urls = server.urls(database)
    if postgres:
        state.write("database", urls)
    return Ready(urls=urls, admin_url=within(server.admin_url, database), postgres=postgres)


if __name__ == "__main__":
    print("ready:", sorted(ready().urls))
