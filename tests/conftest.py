"""I give every test its database: a transaction that is undone, or the real thing with commits, swept afterwards."""

import logging
import os
from collections.abc import Iterator

import hypothesis
import psycopg
import pytest
from django.conf import settings
from django.db import connections

from accounts.models import TradingAccount, User
from aetheris.db.tenancy import acting_as
from tests import database, planted
from tests.factories import account_of, person

# A busy machine proves nothing wrong, and what passes today is tried alike tomorrow; AETHERIS_EXPLORE=1 looks further.
hypothesis.settings.register_profile(
    "aetheris", deadline=None, derandomize=not os.environ.get("AETHERIS_EXPLORE"),
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)  # fmt: skip
hypothesis.settings.load_profile("aetheris")

KEPT = {"django_migrations", "django_content_type", "auth_permission", "procrastinate_workers"}


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: object) -> Iterator[None]:
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        database.copy_for_worker(settings.ADMIN)
    yield
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        for connection in connections.all():
            connection.close()
            if getattr(connection, "pool", None):
                connection.close_pool()
    database.drop(settings.ADMIN)


@pytest.fixture
def real_db(django_db_setup: None, django_db_blocker: object) -> Iterator[None]:
    """A database where commits are commits, so that other roles, processes and listeners see them."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        try:
            yield
        finally:
            for connection in connections.all():
                connection.close()
            sweep()


@pytest.fixture(scope="session", autouse=True)
def ears() -> Iterator[None]:
    """Listen to every log line of the run; what was heard is told at its end."""
    planted.ALL += [settings.SECRET_KEY, settings.HEADLESS_JWT_PRIVATE_KEY, *settings.AETHERIS_KEYS]
    handler = planted.ListeningHandler(level=logging.DEBUG)
    logging.getLogger().addHandler(handler)
    yield
    logging.getLogger().removeHandler(handler)


@pytest.fixture(autouse=True)
def no_secret_slips() -> Iterator[None]:
    """A test during which a planted secret is heard anywhere has failed, whatever else it showed."""
    planted.slips.clear()
    yield
    assert planted.slips == []


def sweep() -> None:
    """Empty every table as the superuser, whose hand the laws cannot hold; look for planted secrets first."""
    with psycopg.connect(admin_url(), autocommit=True) as connection:
        planted.listen_to_database(connection)
        connection.execute("SET session_replication_role = replica")
        names = connection.execute(
            "SELECT format('%I.%I', nspname, relname), relname FROM pg_class c "
            "JOIN pg_namespace n ON n.oid = relnamespace WHERE relkind = 'r' AND nspname IN ('public', 'audit')"
        ).fetchall()
        for full, name in names:
            if name not in KEPT:
                connection.execute(f"DELETE FROM {full}")


def admin_url() -> str:
    return database.within(settings.ADMIN.admin_url, database.DATABASE)


def url_of(login: str) -> str:
    return str(settings.ADMIN.url(login, database.DATABASE))


@pytest.fixture
def ana(request: pytest.FixtureRequest) -> User:
    _database(request)
    return person("ana@example.com", first_name="Ana")


@pytest.fixture
def bo(request: pytest.FixtureRequest) -> User:
    _database(request)
    return person("bo@example.com", first_name="Bo")


@pytest.fixture
def cy(request: pytest.FixtureRequest) -> User:
    """The stranger."""
    _database(request)
    return person("cy@example.com", first_name="Cy")


@pytest.fixture
def anas_account(ana: User) -> TradingAccount:
    return account_of(ana)


@pytest.fixture
def as_ana(ana: User) -> Iterator[User]:
    with acting_as(ana):
        yield ana


def _database(request: pytest.FixtureRequest) -> None:
    if "real_db" not in request.fixturenames:
        request.getfixturevalue("db")
