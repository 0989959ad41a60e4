"""A process does not start on a database whose laws are missing, and says which."""

import psycopg
import pytest
from django.core import checks
from django.db import InternalError

from accounts.models import User
from aetheris.db import context
from aetheris.db.tenancy import acting_as
from tests.conftest import admin_url, sweep


def found() -> list[str]:
    messages = checks.run_checks(tags=["database"], databases=["default"])
    return [message.msg for message in messages if message.is_serious()]


def test_a_database_with_its_laws_is_accepted(real_db: None) -> None:
    assert found() == []


BROKEN = [
    ("ALTER TABLE trades NO FORCE ROW LEVEL SECURITY", "ALTER TABLE trades FORCE ROW LEVEL SECURITY", "trades"),
    ("ALTER TABLE trades DISABLE ROW LEVEL SECURITY", "ALTER TABLE trades ENABLE ROW LEVEL SECURITY", "trades"),
    (
        "CREATE VIEW leak AS SELECT * FROM trades",
        "DROP VIEW leak",
        "public.leak is a view that reads with its owner's rights",
    ),
    (
        "CREATE FUNCTION law.open() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
        "DROP FUNCTION law.open()",
        "law.open is a definer function whose search_path is open",
    ),
    (
        "CREATE INDEX by_symbol ON trades (symbol)",
        "DROP INDEX by_symbol",
        "by_symbol is an index of a user's table that does not begin with whose row it is",
    ),
    (
        "ALTER TABLE trades ADD CONSTRAINT bare FOREIGN KEY (account_id) REFERENCES accounts (id)",
        "ALTER TABLE trades DROP CONSTRAINT bare",
        "bare is a foreign key between users' tables that leaves out user_id",
    ),
    (
        "CREATE TABLE notes (id uuid PRIMARY KEY, user_id uuid)",
        "DROP TABLE notes",
        "The table notes belongs to users and lacks row-level security with FORCE",
    ),
]


@pytest.mark.parametrize(("broken", "mended", "said"), BROKEN)
def test_a_missing_law_is_named(real_db: None, broken: str, mended: str, said: str) -> None:
    with psycopg.connect(admin_url(), autocommit=True) as connection:
        connection.execute(broken)
        try:
            assert any(said in line for line in found()), found()
        finally:
            connection.execute(mended)
    assert found() == []
    sweep()


def test_a_table_without_its_watchers_is_named(real_db: None) -> None:
    with psycopg.connect(admin_url()) as connection:
        name = connection.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = 'trades'::regclass AND tgname LIKE '%audit_update%'"
        ).fetchone()
        assert name is not None
        definition = connection.execute(
            "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = %s", [name[0]]
        ).fetchone()
        assert definition is not None
        connection.execute(f"DROP TRIGGER {name[0]} ON trades")
        connection.commit()
        try:
            assert found() == ["The table trades belongs to users and lacks its four audit watchers."]
        finally:
            connection.execute(definition[0])
            connection.commit()


def test_a_question_changes_nothing(real_db: None, ana: User) -> None:
    """Whatever a view does by mistake, the transaction of a GET refuses to write."""
    asked = context.changed(read_only=True)
    with context.within(asked), pytest.raises(InternalError, match="read-only"), acting_as(ana):
        User.objects.update(first_name="changed")
