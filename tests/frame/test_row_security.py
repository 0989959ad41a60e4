"""Every user-scoped table × every role × every verb: own row, stranger's row, no tenant, forged owner, moved account.

The tables come from the models, so a new one is covered, or fails here until it can be.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connections
from psycopg import sql

from aetheris.db.rows import uuid7
from tests import specimens
from tests.conftest import admin_url, sweep, url_of

TENANTS = ("app", "service", "migrator")
ROLES = (*TENANTS, "staff", "sealer")
TABLES = [model._meta.db_table for model in specimens.tables()]
MODELS = {model._meta.db_table: model for model in specimens.tables()}
ANA, BO = uuid7(), uuid7()
REFUSED = (psycopg.errors.InsufficientPrivilege, psycopg.errors.RestrictViolation, psycopg.errors.IntegrityError,
           psycopg.errors.CheckViolation)  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def peopled(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A row of Ana's and one of Bo's in every table, written by the superuser."""
    with psycopg.connect(admin_url(), autocommit=True) as connection:
        for person in (ANA, BO):
            for model in _parents_first():
                insert(connection, model._meta.db_table, person, _parents(person), keep=True)
    yield
    with django_db_blocker.unblock():
        for connection in connections.all():
            connection.close()
    sweep()


_made: dict[tuple[UUID, str], UUID] = {}


def _parents(person: UUID) -> dict[str, UUID]:
    return {table: id for (who, table), id in _made.items() if who == person}


def _parents_first() -> list[Any]:
    """Tables in the order their foreign keys allow."""
    waiting, done = list(specimens.tables()), []
    while waiting:
        names = {model._meta.db_table for model in waiting}
        ready = [
            model for model in waiting
            if not {f.remote_field.model._meta.db_table for f in model._meta.concrete_fields if f.remote_field}
            & (names - {model._meta.db_table})
        ]  # fmt: skip
        done += ready
        waiting = [model for model in waiting if model not in ready]
    return done


def insert(
    connection: psycopg.Connection[Any],
    table: str,
    person: UUID,
    parents: dict[str, UUID],
    *,
    keep: bool = False,
    **forged: Any,
) -> None:
    model = MODELS[table]
    values = specimens.row(model, person=person, parents={"users": person, **parents})
    names = sql.SQL(", ").join(map(sql.Identifier, values))
    holders = sql.SQL(", ").join([sql.Placeholder()] * len(values))
    query = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(sql.Identifier(table), names, holders)
    connection.execute(query, list(values.values()))
    if keep:
        _made[person, table] = values[model._meta.pk.column]


@contextmanager
def hand(role: str, tenant: UUID | None) -> Iterator[psycopg.Connection[Any]]:
    """A transaction of this role for this tenant; whatever it did is undone."""
    with psycopg.connect(url_of(role)) as connection:
        connection.execute("SELECT set_config('aetheris.tenant', %s, true)", [str(tenant) if tenant else ""])
        yield connection
        connection.rollback()


def owner(table: str) -> str:
    return specimens.owner_of(MODELS[table]) or ""


def touched(connection: psycopg.Connection[Any], query: str) -> int:
    """Rows reached; a refusal reaches none."""
    try:
        with connection.transaction():
            return connection.execute(query).rowcount
    except REFUSED:
        return 0


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("role", TENANTS)
def test_own_row_is_seen_and_no_strangers(table: str, role: str) -> None:
    column = owner(table)
    with hand(role, ANA) as connection:
        seen = connection.execute(f"SELECT {column} FROM {table}").fetchall()
    assert seen == [(ANA,)]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("role", TENANTS)
@pytest.mark.parametrize("tenant", [ANA, None], ids=["as ana", "as nobody"])
def test_a_strangers_row_is_neither_changed_nor_removed(table: str, role: str, tenant: UUID | None) -> None:
    column = owner(table)
    with hand(role, tenant) as connection:
        for field in [f.column for f in MODELS[table]._meta.concrete_fields if not getattr(f, "generated", False)]:
            assert touched(connection, f"UPDATE {table} SET {field} = {field} WHERE {column} = '{BO}'") == 0, field
        assert touched(connection, f"DELETE FROM {table} WHERE {column} = '{BO}'") == 0
        kept = any(trigger.name == "never_emptied" for trigger in getattr(MODELS[table]._meta, "triggers", []))
        if role != "migrator" or kept:  # what follows from other tables, its owner may empty
            with pytest.raises(REFUSED):
                connection.execute(f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("role", ROLES)
def test_without_a_tenant_nothing_is_seen_or_written(table: str, role: str) -> None:
    with hand(role, None) as connection:
        if role in TENANTS:
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
        assert touched(connection, f"UPDATE {table} SET {owner(table)} = {owner(table)}") == 0
        assert touched(connection, f"DELETE FROM {table}") == 0
        with pytest.raises(REFUSED):
            insert(connection, table, ANA, _parents(ANA))


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("role", TENANTS)
def test_a_row_cannot_be_written_in_anothers_name(table: str, role: str) -> None:
    with hand(role, ANA) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        insert(connection, table, BO, _parents(BO))


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("role", TENANTS)
def test_an_own_row_cannot_be_given_away(table: str, role: str) -> None:
    with hand(role, ANA) as connection, pytest.raises(REFUSED):
        connection.execute(f"UPDATE {table} SET {owner(table)} = '{BO}'")


WITH_PARENT = [
    (table, field.column)
    for table, model in MODELS.items()
    for field in model._meta.concrete_fields
    if field.remote_field and field.column != "user_id" and table != "users"
    and field.remote_field.model._meta.db_table in MODELS
]  # fmt: skip


@pytest.mark.parametrize(("table", "column"), WITH_PARENT)
@pytest.mark.parametrize("role", [*TENANTS, "admin"])
def test_an_own_row_cannot_hang_on_a_strangers_parent(table: str, column: str, role: str) -> None:
    """Whichever role writes, the superuser among them: the composite key refuses."""
    field = next(f for f in MODELS[table]._meta.concrete_fields if f.column == column)
    strangers = _made[BO, field.remote_field.model._meta.db_table]
    if role == "admin":
        with psycopg.connect(admin_url()) as connection:
            with pytest.raises(REFUSED):
                connection.execute(f"UPDATE {table} SET {column} = '{strangers}' WHERE user_id = '{ANA}'")
            connection.rollback()
        return
    with hand(role, ANA) as connection, pytest.raises(REFUSED):
        connection.execute(f"UPDATE {table} SET {column} = '{strangers}'")


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("role", ["staff", "sealer"])
def test_those_who_read_across_people_write_nothing(table: str, role: str) -> None:
    with hand(role, None) as connection:
        for query in (f"UPDATE {table} SET {owner(table)} = {owner(table)}", f"DELETE FROM {table}"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                connection.execute(query)
        with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
            insert(connection, table, ANA, _parents(ANA))


@pytest.mark.parametrize("table", ["emotion_logs", "vocal_notes", "armor_due", "armor_breach_counters"])
def test_what_is_nobody_elses_business_is_closed_to_staff(table: str) -> None:
    with hand("staff", None) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(f"SELECT * FROM {table}")


@pytest.mark.parametrize(
    ("table", "column"),
    [("users", "password"), ("broker_connections", "api_key"), ("broker_connections", "api_secret"),
     ("broker_connections", "extra_config"), ("webhook_endpoints", "secret"),
     ("webhook_endpoints", "old_secret"), ("webhook_endpoints", "url")],
)  # fmt: skip
@pytest.mark.parametrize("role", ["staff", "sealer"])
def test_secrets_are_closed_to_those_who_read_across_people(table: str, column: str, role: str) -> None:
    with hand(role, None) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(f"SELECT {column} FROM {table}")


def test_the_specimens_bite() -> None:
    """The control: without policies, as the superuser, both rows are there to be taken in every table."""
    with psycopg.connect(admin_url()) as connection:
        for table in TABLES:
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (2,), table
        connection.rollback()
