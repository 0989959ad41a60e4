"""Sealing behind writers who come late, roll back, take their time, or die; and the images that follow bulk writes."""

import json
import threading
from contextlib import closing
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from accounts.models import TradingAccount, User
from aetheris.db.tenancy import acting_as
from compliance.rounds import capture
from compliance.sealing import anchors
from compliance.sealing.sealer import Sealer, connect
from compliance.verification import tail
from tests.compliance.sealed import AT_ONCE, above_the_law, checked, found, records, seal
from tests.conftest import url_of
from tests.factories import trade_in
from tests.hands import by_the_service, hand_of, look
from tests.hands import trail as told
from trading.models import Trade

pytestmark = pytest.mark.usefixtures("real_db", "anchored")

BULK = """
    INSERT INTO trades (account_id, user_id, broker, broker_trade_id, symbol, side, quantity, entry_price, exit_price,
                        entry_time, exit_time, pnl, gross_pnl, source, raw, tags)
    SELECT %(account)s, %(user)s, 'bulk', 'B' || n, 'EURUSD', 'long', 1, 1.1, 1.2, now(), now(), n, n, 'manual',
           jsonb_build_object('n', n), ARRAY['a', 'b']
    FROM generate_series(1, %(count)s) n
"""


def bulk(account: TradingAccount, count: int = 1200) -> None:
    with hand_of("app", tenant=account.user_id) as app:
        app.execute(BULK, {"account": account.id, "user": account.user_id, "count": count})


# What is final ------------------------------------------------------------------------------------------


def test_a_transaction_that_commits_late_waits_outside_and_is_sealed_after(anas_account: TradingAccount) -> None:
    with closing(psycopg.connect(url_of("app"))) as slow:
        slow.execute("SELECT set_config('aetheris.tenant', %s, true)", [str(anas_account.user_id)])
        slow.execute("UPDATE accounts SET account_name = 'late'")
        trade_in(anas_account, source="manual")  # after it, and committed before it
        with connect() as own:
            Sealer(own).seal_all()
        sealed = look("SELECT max(to_xid)::text::bigint AS x FROM audit.seals")[0]["x"]
        late = slow.execute("SELECT pg_current_xact_id()::text::bigint").fetchone()
        assert late is not None
        assert sealed is None or sealed <= late[0]
        young = timedelta(seconds=5)
        assert checked(lag=young).findings == []  # what cannot be final yet is no fault
        assert checked(lag=young).tail["entries"] >= 1
        slow.commit()
    seal()
    assert checked().findings == []
    assert checked().tail["entries"] == 0


def test_writers_that_race_roll_back_and_hold_on_raise_no_alarm(anas_account: TradingAccount) -> None:
    ended = threading.Event()
    failed: list[BaseException] = []

    def write(number: int) -> None:
        with psycopg.connect(url_of("app"), autocommit=True) as app:
            app.execute("SELECT set_config('aetheris.tenant', %s, false)", [str(anas_account.user_id)])
            count = 0
            while not ended.is_set():
                count += 1
                try:
                    with app.transaction(force_rollback=count % 3 == 0):
                        app.execute(
                            "INSERT INTO sessions (account_id, user_id, session_start, session_end) "
                            "VALUES (%s, %s, now(), now())", [anas_account.id, anas_account.user_id],
                        )  # fmt: skip
                        if count % 10 == number:
                            app.execute("SELECT pg_sleep(0.05)")
                except BaseException as broken:
                    failed.append(broken)
                    return

    threads = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    try:
        with connect() as own:
            sealer = Sealer(own)
            for _ in range(15):
                sealer.tick()
                assert checked(lag=timedelta(seconds=5)).findings == []
    finally:
        ended.set()
        for thread in threads:
            thread.join()
    assert failed == []
    seal()
    report = checked()
    assert report.findings == []
    assert report.entries == len(records()) > 50


def test_two_sealers_do_not_seal_at_once(anas_account: TradingAccount) -> None:
    with connect() as one, connect() as other:
        first, second = Sealer(one), Sealer(other)
        first.tick()
        trade_in(anas_account, source="manual")
        assert second.seal_all() == []
        assert first.seal_all()


def test_a_crash_between_commit_and_anchor_is_mended_and_no_more_than_that(
    anas_account: TradingAccount, anchored: Path
) -> None:
    seal()
    trade_in(anas_account, source="manual")
    seal()
    whole = anchored.read_bytes()
    anchored.write_bytes(whole[:-30])  # killed in the middle of the line
    assert found(checked())[0][0] == "anchor missing"
    seal()  # starts again
    assert checked().findings == []
    assert anchors.last() is not None


def test_the_hook_is_told_of_each_head(anas_account: TradingAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[dict[str, Any]] = []
    monkeypatch.setenv("AETHERIS_ANCHOR_HOOK", "tests.compliance.test_seal.hear")
    monkeypatch.setitem(globals(), "hear", heard.append)
    made = seal()
    assert [line["head"] for line in heard] == [one.head.hex() for one in made]


def hear(line: dict[str, Any]) -> None: ...


def test_the_sealer_adds_seals_and_does_nothing_else(anas_account: TradingAccount) -> None:
    seal()
    with hand_of("sealer") as own:
        for order in (
            "UPDATE audit.seals SET key_id = 'x'", "DELETE FROM audit.seals", "TRUNCATE audit.seals CASCADE",
            "INSERT INTO audit.records (table_name, action, row_ids, db_role) VALUES ('x', 'INSERT', '{}', 'x')",
            "UPDATE trades SET pnl = 0", "SELECT password FROM users", "SELECT api_key FROM broker_connections",
            "SELECT transcript FROM vocal_notes", "SELECT audit.capture()",
        ):  # fmt: skip
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                own.execute(order)
    with hand_of("superuser") as hand:
        for order in ("UPDATE audit.seals SET key_id = 'x'", "DELETE FROM audit.leaves", "DELETE FROM audit.readings"):
            with pytest.raises(psycopg.errors.RestrictViolation):
                hand.execute(order)


def test_the_signing_key_is_nowhere_in_the_database(anas_account: TradingAccount) -> None:
    seal()
    assert not look("SELECT FROM audit.seals s WHERE s::text LIKE %s", "%" + "11" * 32 + "%")


def test_what_has_no_seal_for_too_long_is_named_and_what_is_young_is_not(anas_account: TradingAccount) -> None:
    first = records()[0]["id"]
    assert found(checked(lag=AT_ONCE)) == [("unsealed", f"records {first}")]
    with hand_of("superuser") as hand:
        assert tail.look(hand)[0].final > 0


def test_an_entry_shows_its_seal(anas_account: TradingAccount) -> None:
    assert told(anas_account.id)[0]["seal_number"] is None
    seal()
    (entry,) = told(anas_account.id)
    assert entry["seal_number"] == 1
    assert entry["sealed_at"] is not None


# What follows later -------------------------------------------------------------------------------------


def captured() -> None:
    with by_the_service():
        capture()


def test_a_bulk_insert_is_told_row_by_row_at_once_and_its_values_follow(anas_account: TradingAccount) -> None:
    bulk(anas_account)
    before = told(table_name="trades", action="INSERT")
    assert len(before) == 1200
    assert all(entry["pending"] and entry["new_values"] is None for entry in before)
    captured()
    after = told(table_name="trades", action="INSERT")
    assert [entry["row_id"] for entry in after] == [entry["row_id"] for entry in before]
    assert [entry["sequence"] for entry in after] == [entry["sequence"] for entry in before]
    assert sorted(entry["new_values"]["pnl"] for entry in after) == list(range(1, 1201))
    assert not any(entry["pending"] for entry in after)
    assert after[0]["new_values"].keys() == look("SELECT to_jsonb(t) AS t FROM trades t LIMIT 1")[0]["t"].keys()
    seal()
    assert checked().findings == []


def test_a_row_edited_before_its_image_came_is_told_as_it_was_written(anas_account: TradingAccount, ana: User) -> None:
    bulk(anas_account, 300)
    with acting_as(ana):
        Trade.objects.filter(broker_trade_id__in=["B1", "B2"]).update(pnl=Decimal(-5), gross_pnl=Decimal(-5))
        Trade.objects.filter(broker_trade_id="B1").update(pnl=Decimal(-6), gross_pnl=Decimal(-6))
    captured()
    row = look("SELECT id FROM trades WHERE broker_trade_id = 'B1'")[0]["id"]
    assert [entry["new_values"]["pnl"] for entry in told(row)] == [1, -5, -6]
    assert not look("SELECT FROM audit.images WHERE NOT agrees")
    seal()
    assert checked().findings == []


def test_a_bulk_update_keeps_both_sides(anas_account: TradingAccount, ana: User) -> None:
    bulk(anas_account, 300)
    with acting_as(ana):
        Trade.objects.update(setup="all")  # before the images of the INSERT came
        Trade.objects.filter(broker_trade_id="B7").update(setup="one")
    captured()
    row = look("SELECT id FROM trades WHERE broker_trade_id = 'B7'")[0]["id"]
    inserted, all, one = told(row)
    assert [e["new_values"]["setup"] for e in (inserted, all, one)] == [None, "all", "one"]
    assert [e["old_values"] and e["old_values"]["setup"] for e in (inserted, all, one)] == [None, None, "all"]
    assert "setup" in all["changed_fields"]
    seal()
    assert checked().findings == []


def test_the_history_of_a_row_does_not_wait_for_its_image(anas_account: TradingAccount, ana: User) -> None:
    bulk(anas_account, 300)
    row = look("SELECT id FROM trades WHERE broker_trade_id = 'B9'")[0]["id"]
    with acting_as(ana), connection.cursor() as cursor:
        cursor.execute("SELECT action, new_values ->> 'pnl' FROM audit.history('trades', %s)", [row])
        waiting = cursor.fetchall()
    captured()
    with acting_as(ana), connection.cursor() as cursor:
        cursor.execute("SELECT action, new_values ->> 'pnl' FROM audit.history('trades', %s)", [row])
        assert cursor.fetchall() == waiting == [("INSERT", "9.00000000")]


def test_a_row_changed_unseen_before_its_image_came_is_named(anas_account: TradingAccount) -> None:
    bulk(anas_account, 300)
    with above_the_law() as hand:
        hand.execute("UPDATE trades SET pnl = 1000000 WHERE broker_trade_id = 'B3'")
    captured()
    record = records()[-1]["id"]
    assert ("image disagrees", f"records {record}") in found(checked())


def test_an_image_altered_removed_or_never_kept_is_named(anas_account: TradingAccount) -> None:
    bulk(anas_account, 300)
    captured()
    seal()
    (image,) = look("SELECT id FROM audit.images")
    with above_the_law() as hand:
        hand.execute("UPDATE audit.images SET new_rows = jsonb_set(new_rows, '{0,pnl}', '7')")
        assert found(checked())[0] == ("entry altered", f"images {image['id']} (seal 1)")
        hand.execute("DELETE FROM audit.images")
    named = found(checked())
    assert named[0] == ("entry removed", f"images {image['id']} (seal 1)")
    assert ("image missing", f"records {image['id']}") in named


def test_images_read_the_same_whatever_the_writers_zone(anas_account: TradingAccount) -> None:
    with hand_of("app", tenant=anas_account.user_id) as app:
        app.execute("SET timezone = 'Asia/Kolkata'; SET intervalstyle = 'iso_8601'")
        app.execute("UPDATE accounts SET account_name = 'elsewhere'")
    seal()
    assert checked().findings == []
    assert told(anas_account.id)[-1]["new_values"]["created_at"].endswith("+00:00")


def test_the_report_is_json_a_program_can_read(anas_account: TradingAccount) -> None:
    seal()
    report = json.loads(json.dumps(checked().told(), default=str))
    assert (report["stands"], report["first"], report["findings"]) == (True, None, [])
