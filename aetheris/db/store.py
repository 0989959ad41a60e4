"""I am Django's cache in PostgreSQL: what one process of the product notes, every other knows at once.

Each note is a transaction of its own on a connection of its own, so a request that is undone has still been counted,
and a request that may only read can be counted too. Texts are JSON, sealed for their key: the table tells nothing.
"""

import atexit
import json
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Any

import psycopg
from django.conf import settings
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import connection
from psycopg_pool import ConnectionPool

from aetheris.db.keyring import keyring

FOREVER_SECONDS = 400 * 24 * 3600
SWEPT_AT_ONCE = 5000
# A lost note costs a repeated question, so no write waits for the disk.
QUICK = "set_config('synchronous_commit', 'off', true)"
READ = "SELECT number, sealed FROM shared_store WHERE key = %s AND expires_at > now()"
WRITE = f"""
    INSERT INTO shared_store (key, number, sealed, expires_at) VALUES (%s, %s, %s, now() + make_interval(secs => %s))
    ON CONFLICT (key) DO UPDATE SET number = excluded.number, sealed = excluded.sealed,
        expires_at = excluded.expires_at
    RETURNING {QUICK}
"""
# Whoever finds a living note asks for no lock: its writer may still be at work.
ADD = f"""
    INSERT INTO shared_store (key, number, sealed, expires_at)
    SELECT given.key, given.number, given.sealed, now() + make_interval(secs => given.seconds)
    FROM (VALUES (%s::text, %s::bigint, %s::bytea, %s::float8)) AS given (key, number, sealed, seconds)
    WHERE NOT EXISTS (SELECT FROM shared_store s WHERE s.key = given.key AND s.expires_at > now())
    ON CONFLICT (key) DO UPDATE SET number = excluded.number, sealed = excluded.sealed,
        expires_at = excluded.expires_at WHERE shared_store.expires_at <= now()
    RETURNING {QUICK}
"""
COUNT = f"""
    INSERT INTO shared_store AS s (key, number, expires_at) VALUES (%s, 1, now() + make_interval(secs => %s))
    ON CONFLICT (key) DO UPDATE SET
        number = CASE WHEN s.expires_at > now() THEN s.number + 1 ELSE 1 END,
        expires_at = CASE WHEN s.expires_at > now() THEN s.expires_at ELSE excluded.expires_at END
    RETURNING number, extract(epoch FROM expires_at - now())::float8, {QUICK}
"""
MORE = f"UPDATE shared_store SET number = number + %s WHERE key = %s AND expires_at > now() RETURNING number, {QUICK}"
TOUCH = f"""
    UPDATE shared_store SET expires_at = now() + make_interval(secs => %s) WHERE key = %s AND expires_at > now()
    RETURNING {QUICK}
"""
DELETE = f"DELETE FROM shared_store WHERE key = %s RETURNING expires_at > now(), {QUICK}"
TAKE = f"DELETE FROM shared_store WHERE key = %s RETURNING number, sealed, expires_at > now(), {QUICK}"
SWEEP = """
    DELETE FROM shared_store WHERE key IN (SELECT key FROM shared_store WHERE expires_at <= now() LIMIT %s
                                           FOR UPDATE SKIP LOCKED)
"""


class Store(BaseCache):
    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        name = self._name(key, version)
        row = _one(READ, [name])
        return default if row is None else _opened(name, row[0], row[1])

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        name = self._name(key, version)
        _one(WRITE, [name, *_closed(name, value), self._seconds(timeout)])

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """True for exactly one of many who add the same key at once."""
        name = self._name(key, version)
        try:
            return _one(ADD, [name, *_closed(name, value), self._seconds(timeout)]) is not None
        except psycopg.errors.QueryCanceled:
            return False  # it waited in vain for another, who is writing this very key and has yet to commit

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        row = _one(MORE, [delta, self._name(key, version)])
        if row is None or row[0] is None:
            raise ValueError(f"There is no number under {key!r}.")
        return int(row[0])

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return _one(TOUCH, [self._seconds(timeout), self._name(key, version)]) is not None

    def delete(self, key: str, version: int | None = None) -> bool:
        row = _one(DELETE, [self._name(key, version)])
        return row is not None and bool(row[0])

    def clear(self) -> None:
        _one("DELETE FROM shared_store", [])

    # Beyond Django's interface ------------------------------------------------------------------------

    def count(self, key: str, seconds: float) -> tuple[int, float]:
        """Count one more in a window that begins with the first: how many now, and seconds to the window's end."""
        row = _one(COUNT, [self._name(key), seconds])
        assert row is not None
        return int(row[0]), float(row[1])

    def take(self, key: str) -> Any:
        """The value, for exactly one of many who take it; None for the others."""
        name = self._name(key)
        row = _one(TAKE, [name])
        return None if row is None or not row[2] else _opened(name, row[0], row[1])

    def keep(self, key: str, value: Any, seconds: float) -> None:
        """Note it in the caller's own transaction: it stands exactly if the work that it tells of stands."""
        name = self._name(key)
        with connection.cursor() as cursor:
            cursor.execute(WRITE.replace(QUICK, "1"), [name, *_closed(name, value), seconds])

    def sweep(self) -> int:
        """Remove what is over."""
        with _pool().connection() as line:
            return line.execute(SWEEP, [SWEPT_AT_ONCE]).rowcount

    def _name(self, key: str, version: int | None = None) -> str:
        return sha256(self.make_key(key, version=version).encode()).hexdigest()

    def _seconds(self, timeout: Any) -> float:
        given = self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
        return float(FOREVER_SECONDS if given is None else given)


def _closed(name: str, value: Any) -> tuple[int | None, bytes | None]:
    """Whole numbers lie open, so that they can be counted up in place."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value, None
    return None, keyring().seal(json.dumps(value), _place(name))


def _opened(name: str, number: int | None, sealed: bytes | None) -> Any:
    return number if sealed is None else json.loads(keyring().unseal(bytes(sealed), _place(name)))


def _place(name: str) -> str:
    return f"shared_store.sealed.{name}"


def _one(statement: str, values: Sequence[Any]) -> tuple[Any, ...] | None:
    """A connection that died while it lay idle costs a second try, not a failed request."""
    try:
        return _said(statement, values)
    except psycopg.errors.QueryCanceled:
        raise
    except psycopg.OperationalError:
        _pool().check()
        return _said(statement, values)


def _said(statement: str, values: Sequence[Any]) -> tuple[Any, ...] | None:
    with _pool().connection() as line:
        found = line.execute(statement, values)  # type: ignore[call-overload]
        return found.fetchone() if found.description else None  # type: ignore[no-any-return]


def _pool() -> ConnectionPool[Any]:
    """Straight to the server where there is a way: a request that holds a pooler's connection must not wait for a
    second one of the same pooler.
    """
    if settings.LISTEN_URL:
        return _opened_pool(settings.LISTEN_URL)
    told = settings.DATABASES["default"]
    return _opened_pool(_place_of(*(told[key] for key in ("HOST", "PORT", "USER", "PASSWORD", "NAME"))))


@lru_cache(maxsize=4)
def _place_of(host: str, port: int | str, user: str, password: str, name: str) -> str:
    place = {"host": host, "port": port, "user": user, "password": password, "dbname": name}
    return psycopg.conninfo.make_conninfo("", **place, application_name="aetheris store", connect_timeout=5)


@lru_cache(maxsize=4)
def _opened_pool(place: str) -> ConnectionPool[Any]:
    """One small pool for each process; a pooler between may give each statement another server connection."""
    pool: ConnectionPool[Any] = ConnectionPool(
        place,
        min_size=1,
        max_size=6,
        timeout=20,
        open=True,
        kwargs={"autocommit": True, "prepare_threshold": None},
        name="store",
    )
    atexit.register(pool.close)
    return pool
