"""Nobody sees what is not theirs."""

import psycopg
import pytest
from django.db import DatabaseError, connections, transaction

from accounts.models import TradingAccount, User
from aetheris.db.tenancy import acting_as, asked_as
from tests.conftest import url_of
from tests.factories import account_of, trade_in
from trading.models import Trade


def test_without_a_tenant_no_row_is_seen(anas_account: TradingAccount) -> None:
    trade_in(anas_account)
    assert not Trade.objects.exists()
    assert not TradingAccount.objects.exists()
    assert not User.objects.exists()


def test_a_stranger_sees_nothing_of_anas(anas_account: TradingAccount, cy: User) -> None:
    trade_in(anas_account)
    with acting_as(cy):
        assert not Trade.objects.exists()
        assert not TradingAccount.objects.filter(pk=anas_account.pk).exists()


def test_ana_sees_her_own(anas_account: TradingAccount, ana: User) -> None:
    trade = trade_in(anas_account)
    with acting_as(ana):
        assert list(Trade.objects.all()) == [trade]


def test_a_trade_cannot_be_written_into_a_strangers_account(anas_account: TradingAccount, cy: User) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        trade_in(anas_account, user=cy)


def test_nested_work_returns_to_the_outer_person(ana: User, bo: User) -> None:
    account_of(ana)
    with acting_as(ana):
        with acting_as(bo):
            assert not TradingAccount.objects.exists()
        assert TradingAccount.objects.count() == 1
    assert not TradingAccount.objects.exists()


def test_a_rolled_back_savepoint_returns_to_the_outer_person(ana: User, bo: User) -> None:
    account_of(ana)
    with acting_as(ana):
        with pytest.raises(ZeroDivisionError), acting_as(bo):
            raise ZeroDivisionError
        assert TradingAccount.objects.count() == 1


TABLES = [
    "users", "accounts", "broker_connections", "trades", "sync_logs", "sessions", "armor_breaches", "webhook_events",
    "daily_snapshots", "kpi_snapshots", "emotion_logs", "vocal_notes",
]  # fmt: skip


@pytest.mark.parametrize("table", TABLES)
def test_the_apps_role_without_a_tenant_reads_nothing_and_cannot_insert(
    real_db: None, anas_account: TradingAccount, table: str
) -> None:
    trade_in(anas_account)
    with psycopg.connect(url_of("app"), autocommit=True) as connection:
        assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
        with pytest.raises(psycopg.errors.Error, match=r"row-level security|null value|not-null"):
            connection.execute(f"INSERT INTO {table} DEFAULT VALUES")


def test_the_app_is_neither_owner_nor_superuser(real_db: None) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False)
        cursor.execute("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole")
        assert cursor.fetchone() == (0,)


def test_after_an_exception_the_pooled_connection_belongs_to_nobody(real_db: None, ana: User) -> None:
    account_of(ana)
    with pytest.raises(ZeroDivisionError), acting_as(ana):
        raise ZeroDivisionError
    assert not TradingAccount.objects.exists()
    with pytest.raises(DatabaseError), acting_as(ana), connections["default"].cursor() as cursor:
        cursor.execute("SELECT 1/0")
    assert not TradingAccount.objects.exists()
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT current_setting('aetheris.tenant', true)")
        assert cursor.fetchone()[0] in (None, "")


HIS = "SELECT current_setting('aetheris.tenant', true), (SELECT count(*) FROM accounts)"


def test_a_single_question_is_its_person_s_and_leaves_nobody_behind(real_db: None, ana: User, cy: User) -> None:
    account_of(ana)
    assert asked_as(ana, HIS, []) == (str(ana.pk), 1)
    assert asked_as(cy, HIS, []) == (str(cy.pk), 0)
    with pytest.raises(DatabaseError):
        asked_as(ana, "SELECT 1/0", [])
    with connections["default"].cursor() as cursor:
        cursor.execute(HIS)
        assert cursor.fetchone() in ((None, 0), ("", 0))
    with acting_as(cy):
        assert asked_as(ana, HIS, []) == (str(ana.pk), 1)
        assert not TradingAccount.objects.exists()
