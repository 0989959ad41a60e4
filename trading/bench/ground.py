"""I am the ground of the import benchmarks: a person, an account of theirs, the product at work in a database apart."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from django.db import connections

from accounts.models import TradingAccount
from aetheris.bench.database import Place
from aetheris.db.places import place as described
from aetheris.db.tenancy import acting_as

USER = UUID(int=42)


def account_in(admin: psycopg.Connection[Any], number: int, currency: str = "USD") -> TradingAccount:
    with admin.transaction():
        admin.execute("SET LOCAL session_replication_role = replica")
        admin.execute(
            "INSERT INTO users (id, email, password, status) VALUES (%s, 'ana@example.com', 'x', 'ACTIVE') "
            "ON CONFLICT DO NOTHING",
            [USER],
        )
        admin.execute(
            "INSERT INTO accounts (id, user_id, account_name, currency, starting_balance) "
            "VALUES (%s, %s, %s, %s, 100000)",
            [UUID(int=number), USER, f"Account {number}", currency],
        )
    with acting_as(USER, label="bench"):
        return TradingAccount.objects.get(pk=UUID(int=number))


@contextmanager
def at_work_in(place: Place) -> Iterator[None]:
    """The product's own code, working in this database."""
    told = {f"DATABASE_URL_{login.upper()}": place.url(login) for login in ("app", "staff", "service", "sealer")}
    before = {name: os.environ.get(name) for name in told}
    os.environ.update(told)
    default = connections["default"]
    default.close()
    default.settings_dict.update(described(place.url("app"), requests=True))
    with tempfile.TemporaryDirectory() as folder:
        os.environ["AETHERIS_ANCHOR_FILE"] = str(Path(folder) / "heads.jsonl")
        try:
            yield
        finally:
            default.close()
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value
