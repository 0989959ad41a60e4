"""I try to break the database's own laws with every hand there is, the owner's and the superuser's among them."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pgtrigger
import psycopg
import pytest
from django.apps import apps
from django.db import DatabaseError, models

from accounts.models import TradingAccount, User
from aetheris import clock
from aetheris.db.context import changed, within
from aetheris.db.tenancy import acting_as, because
from armor.models import Breach
from tests.conftest import admin_url
from tests.factories import account_of, trade_in
from tests.hands import hand_of, look, trail
from trading import services
from trading.models import BrokerConnection, SyncLog, Trade
from trading.models.trade import ECONOMIC

pytestmark = pytest.mark.usefixtures("real_db")
HANDS = ["app", "staff", "service", "migrator"]
REFUSED = (
    psycopg.errors.InsufficientPrivilege,
    psycopg.errors.RestrictViolation,
    psycopg.errors.ObjectNotInPrerequisiteState,  # a view over a join takes no change
)


@pytest.fixture
def imported(anas_account: TradingAccount) -> Trade:
    return trade_in(anas_account, source="file", mfe=1, mae=1, slippage=0, pnl_percent=1)


@pytest.fixture
def breach(ana: User) -> Breach:
    account = account_of(ana, risk_limit=1000)
    with acting_as(ana):
        services.add_trade(account=account, values=losing(1500))
        return Breach.objects.get(breach_level=3)


def losing(loss: int) -> dict[str, Any]:
    now = clock.now()
    return {
        "symbol": "EURUSD", "side": "long", "quantity": 1, "entry_price": 1, "exit_price": 1, "pnl": Decimal(-loss),
        "entry_time": now - timedelta(minutes=1), "exit_time": now,
    }  # fmt: skip


# What the trail says ------------------------------------------------------------------------------------


def test_an_insert_is_told_with_its_values_its_actor_and_its_request(ana: User) -> None:
    with within(changed(request_id="req-12345678", ip="192.0.2.7")), acting_as(ana, reason="first account"):
        account = TradingAccount.objects.create(user=ana, account_name="Main", starting_balance=Decimal("100000.5"))
    (entry,) = trail(account.id)
    assert (entry["table_name"], entry["action"], entry["old_values"]) == ("accounts", "INSERT", None)
    assert entry["new_values"]["account_name"] == "Main"
    assert entry["new_values"]["starting_balance"] == 100_000.5
    assert (entry["actor_id"], entry["actor_label"], entry["db_role"]) == (ana.id, "ana@example.com", "aetheris_app")
    assert (entry["request_id"], entry["ip"], entry["reason"]) == ("req-12345678", "192.0.2.7", "first account")


def test_an_update_is_told_with_old_and_new_values_and_the_names_that_differ(anas_account: TradingAccount) -> None:
    with acting_as(anas_account.user):
        TradingAccount.objects.filter(pk=anas_account.pk).update(account_name="Renamed")
    entry = trail(anas_account.id)[-1]
    assert entry["action"] == "UPDATE"
    assert (entry["old_values"]["account_name"], entry["new_values"]["account_name"]) == (
        anas_account.account_name, "Renamed",
    )  # fmt: skip
    assert entry["changed_fields"] == ["account_name", "updated_at", "version"]


def test_many_rows_of_one_statement_are_told_one_by_one(ana: User) -> None:
    accounts = [account_of(ana) for _ in range(3)]
    with acting_as(ana):
        TradingAccount.objects.update(currency="EUR")
    told = {entry["row_id"]: entry["new_values"]["currency"] for entry in trail(action="UPDATE", table_name="accounts")}
    assert told == {account.id: "EUR" for account in accounts}


def test_what_is_rolled_back_was_never_told(ana: User) -> None:
    with pytest.raises(ZeroDivisionError), acting_as(ana):
        TradingAccount.objects.create(user=ana, account_name="Gone")
        raise ZeroDivisionError
    assert trail(table_name="accounts") == []


def test_a_change_by_plain_sql_is_told_with_the_hand_that_made_it(imported: Trade) -> None:
    with hand_of("migrator", tenant=imported.user_id) as owner:
        owner.execute("UPDATE trades SET setup = 'x' WHERE id = %s", [imported.id])
    with hand_of("superuser") as superuser:
        superuser.execute("UPDATE trades SET setup = 'y' WHERE id = %s", [imported.id])
    last = trail(imported.id)[-2:]
    assert [entry["db_role"] for entry in last] == ["aetheris_owner", "postgres"]
    assert [entry["new_values"]["setup"] for entry in last] == ["x", "y"]


def test_a_secret_is_told_as_kept_or_changed_and_never_with_its_value(anas_account: TradingAccount) -> None:
    with acting_as(anas_account.user):
        connection = BrokerConnection.objects.create(
            account=anas_account, user=anas_account.user, broker_type="mt5", api_key="k-111", key_hint="-111"
        )
        BrokerConnection.objects.filter(pk=connection.pk).update(key_hint="-112")
        connection.api_key = "k-222"
        connection.save(update_fields=["api_key"])
    made, hinted, rekeyed = trail(connection.id)
    assert (made["new_values"]["api_key"], made["new_values"]["api_secret"]) == ("[secret]", None)
    assert (hinted["new_values"]["api_key"], "api_key" in hinted["changed_fields"]) == ("[secret]", False)
    assert (rekeyed["old_values"]["api_key"], rekeyed["new_values"]["api_key"]) == ("[secret]", "[secret, changed]")
    assert "api_key" in rekeyed["changed_fields"]


def test_a_password_hash_never_reaches_the_trail(ana: User) -> None:
    ana.set_password("another long password")
    with acting_as(ana):
        ana.save(update_fields=["password"])
    made, rehashed = trail(ana.id)
    assert (made["new_values"]["password"], rehashed["new_values"]["password"]) == ("[secret]", "[secret, changed]")
    assert not look(
        "SELECT FROM audit.records WHERE new_rows::text LIKE '%%argon2%%' OR old_rows::text LIKE '%%argon2%%'"
    )


def test_ignoring_triggers_does_not_switch_the_trail_off(imported: Trade) -> None:
    with acting_as(imported.user), pgtrigger.ignore():
        Trade.objects.filter(pk=imported.pk).update(setup="quietly")
    with hand_of("app", tenant=imported.user_id) as app:
        names = [f"{t}:{n}" for t in ("trading.Trade", "trades") for n in ("audit_update", "economics_kept")]
        pgids = [row["tgname"] for row in look("SELECT tgname FROM pg_trigger WHERE tgrelid = 'trades'::regclass")]
        app.execute("SELECT set_config('pgtrigger.ignore', %s, false)", ["{" + ",".join(names + pgids) + "}"])
        app.execute("UPDATE trades SET setup = 'more quietly' WHERE id = %s", [imported.id])
        with pytest.raises(psycopg.errors.RestrictViolation):
            app.execute("UPDATE trades SET pnl = pnl + 1 WHERE id = %s", [imported.id])
    assert [entry["new_values"]["setup"] for entry in trail(imported.id)[-2:]] == ["quietly", "more quietly"]


def test_a_person_reads_the_history_of_their_own_row_and_of_no_others(imported: Trade, cy: User) -> None:
    asked = "SELECT count(*) AS n FROM audit.history('trades', %s)"
    with hand_of("app", tenant=imported.user_id) as app:
        assert app.execute(asked, [imported.id]).fetchone() == (1,)
    with hand_of("app", tenant=cy.id) as app:
        assert app.execute(asked, [imported.id]).fetchone() == (0,)


# What is written stays ----------------------------------------------------------------------------------


def partition() -> str:
    return f"audit.records_{clock.now():%Y_%m}"


@pytest.mark.parametrize("hand", [*HANDS, "superuser"])
def test_the_trail_is_neither_changed_nor_emptied_by_any_of_its_names(anas_account: TradingAccount, hand: str) -> None:
    before = trail()
    assert before
    with hand_of(hand, tenant=anas_account.user_id) as sql:
        for place in ("audit_trail", "audit.records", partition()):
            for order in (f"UPDATE {place} SET table_name = 'x'", f"DELETE FROM {place}", f"TRUNCATE {place}"):
                with pytest.raises((*REFUSED, psycopg.errors.WrongObjectType)):
                    sql.execute(order)
    assert trail() == before


@pytest.mark.parametrize("hand", HANDS)
def test_nobody_writes_an_entry_of_the_trail_by_hand(anas_account: TradingAccount, hand: str) -> None:
    forged = "INSERT INTO audit.records (table_name, action, row_ids, db_role) VALUES ('x', 'INSERT', '{}', 'x')"
    with hand_of(hand, tenant=anas_account.user_id) as sql, pytest.raises(psycopg.errors.InsufficientPrivilege):
        sql.execute(forged)


BREACH_CHANGES = [
    "UPDATE armor_breaches SET breach_value = 0",
    "UPDATE armor_breaches SET breach_level = 1, number = 99",
    "UPDATE armor_breaches SET created_at = now()",
    "DELETE FROM armor_breaches",
    "TRUNCATE armor_breaches CASCADE",
]


@pytest.mark.parametrize("hand", [*HANDS, "superuser"])
def test_a_breach_is_neither_changed_nor_removed(breach: Breach, hand: str) -> None:
    before = look("SELECT * FROM armor_breaches ORDER BY number")
    with hand_of(hand, tenant=breach.user_id) as sql:
        for order in BREACH_CHANGES:
            with pytest.raises(REFUSED):
                sql.execute(order)
    assert look("SELECT * FROM armor_breaches ORDER BY number") == before


def test_acknowledging_is_the_one_change_a_breach_takes(breach: Breach) -> None:
    with hand_of("app", tenant=breach.user_id) as app:
        app.execute(
            "UPDATE armor_breaches SET dismissed_at = now(), acknowledged_note = 'seen' WHERE id = %s", [breach.id]
        )
    assert trail(breach.id)[-1]["changed_fields"] == ["acknowledged_note", "dismissed_at"]


@pytest.mark.parametrize("hand", [*HANDS, "superuser"])
def test_a_sync_log_stays_as_it_was_written(anas_account: TradingAccount, hand: str) -> None:
    with acting_as(anas_account.user):
        SyncLog.objects.create(
            account=anas_account, user=anas_account.user, broker="mt5", source="a.html", sync_timestamp=clock.now()
        )
    with hand_of(hand, tenant=anas_account.user_id) as sql:
        for order in ("UPDATE sync_logs SET rows_read = 0", "DELETE FROM sync_logs", "TRUNCATE sync_logs CASCADE"):
            with pytest.raises(REFUSED):
                sql.execute(order)


@pytest.mark.parametrize("hand", [*HANDS, "superuser"])
def test_people_accounts_and_trades_are_never_removed(imported: Trade, hand: str) -> None:
    with hand_of(hand, tenant=imported.user_id) as sql:
        for table in ("users", "accounts", "trades"):
            for order in (f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
                with pytest.raises(REFUSED):
                    sql.execute(order)
            assert look(f"SELECT count(*) AS n FROM {table}") == [{"n": 1}]


# What a broker said -------------------------------------------------------------------------------------

OTHERWISE: dict[str, Any] = {
    "broker": "other", "broker_trade_id": "other", "symbol": "GBPUSD", "asset_class": "crypto", "side": "short",
    "raw": '{"a": 1}', "source": "manual",
}  # fmt: skip


def said_otherwise(column: str, trade: Trade) -> Any:
    if column in ("account_id", "user_id"):
        return uuid4()
    was = getattr(trade, column)
    return OTHERWISE[column] if column in OTHERWISE else was + (timedelta(seconds=1) if "time" in column else 1)


@pytest.mark.parametrize("column", ECONOMIC)
def test_what_the_broker_said_of_a_closed_trade_changes_only_by_the_sync_path(imported: Trade, column: str) -> None:
    value = said_otherwise(column, imported)
    order = f"UPDATE trades SET {column} = %s WHERE id = %s"
    for hand in ("app", "migrator", "superuser"):
        with (
            hand_of(hand, tenant=imported.user_id) as sql,
            pytest.raises(psycopg.errors.RestrictViolation, match=column),
        ):
            sql.execute(order, [value, imported.id])
    if column in ("account_id", "user_id"):
        return
    with hand_of("app", tenant=imported.user_id) as app:
        app.execute("SELECT set_config('aetheris.path', 'sync', false)")
        assert app.execute(order, [value, imported.id]).rowcount == 1


def test_every_column_a_broker_tells_is_kept() -> None:
    """Whatever is not kept is the trader's own, or the database's."""
    own = {"setup", "tags", "trade_notes", "stop_loss", "take_profit", "initial_risk", "deleted_at"}
    kept_by_the_database = {
        "id",
        "created_at",
        "updated_at",
        "version",
        "status",
        "duration_ms",
        "broker_connection_id",
    }
    where_from = {"brought_by_id", "import_row"}
    columns = {field.attname for field in Trade._meta.concrete_fields}
    assert columns - own - where_from - kept_by_the_database == set(ECONOMIC)


def test_a_trade_of_ones_own_and_an_open_position_may_change(anas_account: TradingAccount) -> None:
    mine = trade_in(anas_account, source="manual")
    standing = trade_in(anas_account, source="file", exit_price=None, exit_time=None, pnl=None, gross_pnl=None)
    with acting_as(anas_account.user):
        assert Trade.objects.filter(pk=mine.pk).update(pnl=1) == 1
        assert Trade.objects.filter(pk=standing.pk).update(entry_price=2) == 1


def test_the_sync_path_ends_with_its_work(imported: Trade) -> None:
    with acting_as(imported.user):
        with because("sync", path="sync"):
            Trade.objects.filter(pk=imported.pk).update(pnl=7)
        with pytest.raises(DatabaseError, match="pnl"):
            Trade.objects.filter(pk=imported.pk).update(pnl=8)


# Counting and walking ------------------------------------------------------------------------------------


def test_the_version_rises_by_one_whoever_writes_and_whatever_they_claim(imported: Trade) -> None:
    with hand_of("app", tenant=imported.user_id) as app:
        for claim in ("setup = 'a'", "version = 99", "version = 1, updated_at = 'epoch'"):
            app.execute(f"UPDATE trades SET {claim} WHERE id = %s", [imported.id])
    found = look("SELECT version, updated_at > created_at AS later FROM trades")
    assert found == [{"version": 4, "later": True}]


WALKS = [
    ("active", "suspended", True), ("suspended", "active", True), ("active", "closed", True),
    ("suspended", "closed", True), ("closed", "active", False), ("closed", "suspended", False),
]  # fmt: skip


@pytest.mark.parametrize(("was", "becomes", "allowed"), WALKS)
def test_an_account_walks_only_the_drawn_ways(ana: User, was: str, becomes: str, allowed: bool) -> None:
    account = account_of(ana, account_status=was)
    order = "UPDATE accounts SET account_status = %s WHERE id = %s"
    with hand_of("superuser") as sql:
        if allowed:
            assert sql.execute(order, [becomes, account.id]).rowcount == 1
        else:
            with pytest.raises(psycopg.errors.CheckViolation, match=f"from {was} to {becomes}"):
                sql.execute(order, [becomes, account.id])


def test_a_state_no_table_knows_is_refused(anas_account: TradingAccount) -> None:
    with hand_of("superuser") as sql, pytest.raises(psycopg.errors.CheckViolation):
        sql.execute("UPDATE accounts SET account_status = 'asleep'")


def test_a_row_never_changes_its_id(imported: Trade) -> None:
    with hand_of("superuser") as sql, pytest.raises(psycopg.errors.RestrictViolation, match="never changes"):
        sql.execute("UPDATE trades SET id = gen_random_uuid()")


# Whose row it is ----------------------------------------------------------------------------------------


def owned_models() -> list[type[models.Model]]:
    """Every table of ours with an account."""
    return [
        model for model in apps.get_models()
        if model._meta.managed and not model._meta.proxy
        and {"account_id", "user_id"} <= {field.attname for field in model._meta.concrete_fields}
    ]  # fmt: skip


SAMPLES: dict[str, Any] = {
    "side": "long", "breach_level": 1, "bias_detected": "none", "number": 1, "quantity": 1, "entry_price": 1,
    "ends_at": clock.now() + timedelta(days=1),
}  # fmt: skip


COLUMNS_NEEDED = """
    SELECT column_name, data_type FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name = %s AND is_nullable = 'NO' AND column_default IS NULL
      AND is_generated = 'NEVER' AND is_identity = 'NO'
"""


def insert_one(sql: psycopg.Connection[Any], table: str, **told: Any) -> None:
    """A row with the least it needs, by the superuser's hand, which no policy stops."""
    needed = sql.execute(COLUMNS_NEEDED, [table]).fetchall()
    of_type = {
        "uuid": uuid4(), "text": "x", "character varying": "x", "numeric": 1, "bigint": 1, "integer": 1, "smallint": 1,
        "timestamp with time zone": clock.now(), "date": clock.now().date(), "boolean": False, "bytea": b"x",
        "jsonb": "{}",
    }  # fmt: skip
    values = {name: SAMPLES.get(name, of_type.get(type)) for name, type in needed} | told
    sql.execute(
        f"INSERT INTO {table} ({', '.join(values)}) VALUES ({', '.join(['%s'] * len(values))})", list(values.values())
    )


def test_the_walk_meets_the_tables_it_should() -> None:
    names = {model._meta.db_table for model in owned_models()}
    assert {"trades", "broker_connections", "sync_logs", "sessions", "armor_breaches", "armor_due", "daily_snapshots",
            "kpi_snapshots"} <= names  # fmt: skip


@pytest.mark.parametrize("model", owned_models(), ids=lambda model: model._meta.db_table)
def test_a_row_in_anas_account_cannot_carry_a_strangers_name(
    model: type[models.Model], anas_account: TradingAccount, cy: User
) -> None:
    table = model._meta.db_table
    with hand_of("superuser") as sql:
        with pytest.raises(psycopg.errors.ForeignKeyViolation, match="account"):
            insert_one(sql, table, account_id=anas_account.id, user_id=cy.id)
        insert_one(sql, table, account_id=anas_account.id, user_id=anas_account.user_id)  # in her own it may


@pytest.mark.parametrize("model", owned_models(), ids=lambda model: model._meta.db_table)
def test_the_app_sees_a_row_as_its_owner_alone(
    model: type[models.Model], anas_account: TradingAccount, ana: User, cy: User
) -> None:
    table = model._meta.db_table
    with hand_of("superuser") as sql:
        insert_one(sql, table, account_id=anas_account.id, user_id=ana.id)

    def seen(tenant: UUID | None) -> Any:
        with hand_of("app", tenant=tenant) as app:
            return (app.execute(f"SELECT count(*) FROM {table}").fetchone() or [None])[0]

    assert (seen(None), seen(cy.id), seen(ana.id)) == (0, 0, 1)


@pytest.fixture
def tables_of_people() -> Iterator[list[dict[str, Any]]]:
    yield look("""
        SELECT c.relname AS name, c.relrowsecurity AS row_level, c.relforcerowsecurity AS forced,
               (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid) AS policies,
               (SELECT string_agg(pg_get_expr(p.polqual, p.polrelid), ' ') FROM pg_policy p
                WHERE p.polrelid = c.oid AND 'aetheris_app'::regrole = ANY (p.polroles)) AS app
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'user_id'
        WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace ORDER BY 1
    """)


def test_every_table_with_a_person_is_under_row_level_security(tables_of_people: list[dict[str, Any]]) -> None:
    assert len(tables_of_people) >= 16
    bare = [t["name"] for t in tables_of_people if not (t["row_level"] and t["forced"] and t["policies"])]
    assert bare == []


def test_the_apps_policies_ask_for_the_tenant_once_for_each_query(tables_of_people: list[dict[str, Any]]) -> None:
    """In a sub-select, so that it is not asked for each row; only the back office's own log has no app policy."""
    without = [t["name"] for t in tables_of_people if t["app"] is None]
    assert without == ["django_admin_log"]
    slow = [t["name"] for t in tables_of_people if t["app"] and "( SELECT" not in t["app"]]
    assert slow == []


def test_without_a_tenant_the_app_reads_no_row_of_any_persons_table(
    breach: Breach, tables_of_people: list[dict[str, Any]]
) -> None:
    with hand_of("app") as app:
        for table in tables_of_people:
            if table["app"] is not None:
                assert app.execute(f"SELECT count(*) FROM {table['name']}").fetchone() == (0,), table["name"]


def test_rows_that_come_by_copy_are_in_the_trail_one_by_one(real_db: None, anas_account: TradingAccount) -> None:
    head = "account_id, user_id, broker, broker_trade_id, symbol, side, quantity, entry_price, entry_time"
    with psycopg.connect(admin_url(), autocommit=True) as connection:
        with connection.cursor() as cursor, cursor.copy(f"COPY trades ({head}) FROM STDIN") as copy:
            for n in range(3):
                copy.write_row(
                    [anas_account.id, anas_account.user_id, "copy", str(n), "ES", "long", 1, 1, "2026-11-20T10:00:00Z"]
                )
        told = connection.execute(
            "SELECT count(*), min(db_role), count(DISTINCT row_id) FROM audit_trail "
            "WHERE table_name = 'trades' AND action = 'INSERT' AND new_values ->> 'broker' = 'copy'"
        ).fetchone()
    assert told == (3, "postgres", 3)
