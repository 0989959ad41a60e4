"""I make a server ready for us: roles, the database, its schemas. Run again, I change nothing."""

from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from aetheris.db.roles import SQL, Server
from aetheris.errors import AetherisError


class DatabaseUnreachable(AetherisError):
    """The database at {place} does not answer: {why}. Check DATABASE_URL, or unset it to
    use the built-in PostgreSQL."""


class DatabaseForbidden(AetherisError):
    """The login of DATABASE_URL may not create roles and databases ({why}). Give it CREATEROLE and CREATEDB, or use a
    superuser's address once; the product itself never connects as that login."""


def prepare(server: Server, database: str) -> None:
    place = urlsplit(server.admin_url)
    try:
        with psycopg.connect(_maintenance(server.admin_url), autocommit=True, connect_timeout=5) as connection:
            connection.execute(server.bootstrap_sql())  # type: ignore[call-overload]
            there = connection.execute("SELECT FROM pg_database WHERE datname = %s", [database]).fetchone()
            if there is None:
                connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(database)))
        with psycopg.connect(within(server.admin_url, database), autocommit=True, connect_timeout=5) as connection:
            statements = (SQL / "database.sql").read_text().replace("{database}", database.replace('"', '""'))
            connection.execute(statements)  # type: ignore[call-overload]
    except psycopg.errors.InsufficientPrivilege as refusal:
        raise DatabaseForbidden(why=_line(refusal)) from None
    except psycopg.OperationalError as refusal:
        raise DatabaseUnreachable(place=f"{place.hostname}:{place.port or 5432}", why=_line(refusal)) from None


def within(url: str, database: str) -> str:
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, f"/{database}", parts.query, ""))


def _maintenance(url: str) -> str:
    return within(url, "postgres")


def _line(refusal: Exception) -> str:
    return str(refusal).partition("\n")[0].strip(" .?")[:300]
