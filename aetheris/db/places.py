"""I say where each door finds the database: as the app, as staff, as the service or as the migrator."""

import os
from typing import Any
from urllib.parse import urlsplit

import environ

from aetheris import state
from aetheris.db.roles import LOGINS, Server
from aetheris.errors import AetherisError

KEPT_SECONDS = 300


class BadDatabaseUrl(AetherisError):
    """{name} is not the address of a PostgreSQL database. It reads postgresql://USER:PASSWORD@HOST:PORT/NAME, for
    example postgresql://postgres:secret@127.0.0.1:5432/aetheris."""


def urls() -> dict[str, str]:
    """Login → URL: named one by one, or following from the administrator's, or kept by the embedded server."""
    named = {login: os.environ.get(f"DATABASE_URL_{login.upper()}", "") for login in LOGINS}
    if all(named[login] for login in ("app", "staff", "service")):
        return {login: url or named["app"] for login, url in named.items()}
    if admin := os.environ.get("DATABASE_URL"):
        return Server(checked("DATABASE_URL", admin), salt=state.secret("role_salt")).urls()
    return state.read("database") or dict.fromkeys(LOGINS, "postgresql://127.0.0.1:1/aetheris")


def checked(name: str, url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql") or not parts.hostname or len(parts.path) < 2:
        raise BadDatabaseUrl(name=name)
    return url


def places() -> dict[str, dict[str, Any]]:
    """Django's DATABASES. AETHERIS_ROLE says whose hand the default connection is: app, service or migrator."""
    found = urls()
    role = os.environ.get("AETHERIS_ROLE", "app")
    default = place(found[role], requests=role == "app", kept_seconds=KEPT_SECONDS if role == "service" else 0)
    return {"default": default, "staff": place(found["staff"])}


def place(url: str, *, requests: bool = False, kept_seconds: int = 0) -> dict[str, Any]:
    """One Django database; those that answer requests pool their connections and open a transaction for each.

    `kept_seconds`: how long a thread that works on and on may keep its connection.
    """
    settings = dict(environ.Env.db_url_config(url))
    options = {**settings.get("OPTIONS", {}), "connect_timeout": 5}
    if requests:
        options["pool"] = {"min_size": 1, "max_size": int(os.environ.get("DATABASE_POOL", "16")), "timeout": 30}
    return {
        **settings,
        "ENGINE": "aetheris.db.backend",
        "ATOMIC_REQUESTS": requests,
        "CONN_MAX_AGE": kept_seconds,
        "CONN_HEALTH_CHECKS": True,  # a database that was started again costs nobody a failed request
        "OPTIONS": options,
    }
