"""I am whoever holds the database: I change the past with the triggers off, and am named for it each time."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Json

from accounts.models import TradingAccount, User
from aetheris.db.tenancy import acting_as
from compliance.sealing import keys, merkle
from compliance.sealing.chapters import CHAPTERS, packed
from compliance.sealing.seals import COLUMNS, Seal, summary
from tests.compliance.sealed import above_the_law, as_owner_of, checked, found, records, seal
from tests.factories import trade_in
from tests.hands import look
from trading.models import Trade


def places(kind: str) -> list[str]:
    return [where for named, where in found(checked()) if named == kind]


def in_seal(id: int) -> str:
    (row,) = look(
        "SELECT xid, (SELECT min(number) FROM audit.seals WHERE to_xid > xid) AS n FROM audit.records WHERE id = %s", id
    )
    return f"records {id} (seal {row['n']})"


# One entry ----------------------------------------------------------------------------------------------


ALTERATIONS = [
    "new_rows = jsonb_set(coalesce(new_rows, old_rows), '{0,pnl}', '999')",
    "actor_label = 'somebody else'",
    "reason = 'it was agreed'",
    "db_role = 'aetheris_service'",
    "action = 'UPDATE'",
    "row_ids = ARRAY[gen_random_uuid()]",
]


@pytest.mark.parametrize("change", ALTERATIONS)
def test_a_value_altered_in_the_trail_is_named(trail: list[Trade], change: str) -> None:
    victim = next(r["id"] for r in records() if r["table_name"] == "trades" and r["action"] == "INSERT")
    with as_owner_of("audit.records_" + this_month()) as owner:
        assert owner.execute(f"UPDATE audit.records_{this_month()} SET {change} WHERE id = %s", [victim]).rowcount == 1
    report = checked()
    assert ("entry altered", in_seal(victim)) in found(report)
    assert report.findings[0].where == in_seal(victim)


@pytest.mark.parametrize("which", ["first", "middle", "last"])
def test_an_entry_removed_is_named(trail: list[Trade], which: str) -> None:
    all = records()
    victim = {"first": all[0], "middle": all[len(all) // 2], "last": all[-1]}[which]["id"]
    where = in_seal(victim)
    with above_the_law() as hand:
        hand.execute("DELETE FROM audit.records WHERE id = %s", [victim])
    assert found(checked())[0] == ("entry removed", where)


def test_an_entry_inserted_into_a_sealed_range_is_named(trail: list[Trade]) -> None:
    old = next(r for r in records() if r["table_name"] == "trades")
    with above_the_law() as hand:
        id = forge(hand, old, xid=old["xid"])
    assert found(checked())[0] == ("entry inserted", in_seal(id))


def test_an_entry_inserted_now_with_an_old_moment_is_named(trail: list[Trade]) -> None:
    """It passes into the next seal, since its transaction is new; its moment gives it away."""
    old = next(r for r in records() if r["table_name"] == "trades")
    with above_the_law() as hand:
        id = forge(hand, old, xid=None, moment="occurred_at - interval '1 hour'")
    seal()
    assert found(checked())[0] == ("entry back-dated", in_seal(id))


def test_an_entry_that_names_a_transaction_to_come_is_named(trail: list[Trade]) -> None:
    """Else it would wait for its seal for ever."""
    old = next(r for r in records() if r["table_name"] == "trades")
    with above_the_law() as hand:
        id = forge(hand, old, xid="9000000000000000")
    assert ("entry inserted", f"records {id}") in found(checked())


def test_two_entries_that_changed_places_are_named(trail: list[Trade]) -> None:
    a, b = [r["id"] for r in records() if (r["table_name"], r["action"]) == ("trades", "INSERT")][:2]
    with above_the_law() as hand:
        hand.execute("UPDATE audit.records x SET row_ids = y.row_ids, new_rows = y.new_rows FROM audit.records y "
                     "WHERE (x.id, y.id) IN ((%s, %s), (%s, %s))", [a, b, b, a])  # fmt: skip
    named = found(checked())
    assert ("entry altered", in_seal(a)) in named
    assert ("entry altered", in_seal(b)) in named


def test_two_entries_of_one_seal_that_swapped_their_numbers_are_named(trail: list[Trade]) -> None:
    ids = [r["id"] for r in records() if r["table_name"] == "trades"][:2]
    with above_the_law() as hand:
        hand.execute("CREATE TEMP TABLE kept AS SELECT * FROM audit.records WHERE id = ANY (%s)", [ids])
        hand.execute("DELETE FROM audit.records WHERE id = ANY (%s)", [ids])
        hand.execute("UPDATE kept SET id = %s - id", [sum(ids)])
        hand.execute("INSERT INTO audit.records OVERRIDING SYSTEM VALUE SELECT * FROM kept")
    assert {where for _, where in found(checked())} >= {in_seal(id) for id in ids}


def test_an_entry_back_dated_is_named_with_both_moments(trail: list[Trade]) -> None:
    victim = records()[-1]
    with above_the_law() as hand:
        hand.execute(
            "UPDATE audit.records SET occurred_at = occurred_at - interval '1 hour' WHERE id = %s", [victim["id"]]
        )
    report = checked()
    assert ("entry back-dated", in_seal(victim["id"])) in found(report)
    assert any(victim["occurred_at"].isoformat() in finding.what for finding in report.findings)


# The rows themselves ------------------------------------------------------------------------------------


def test_a_value_altered_in_trades_with_the_triggers_off_is_named(trail: list[Trade]) -> None:
    with as_owner_of("trades") as owner:
        owner.execute("SELECT set_config('aetheris.tenant', %s, false)", [str(trail[0].user_id)])
        assert owner.execute("UPDATE trades SET pnl = pnl * 10 WHERE id = %s", [trail[0].id]).rowcount == 1
    report = checked()
    assert found(report) == [("row altered", f"trades {trail[0].id}")]
    assert "pnl differ" in report.findings[0].what


def test_a_row_written_removed_or_brought_back_with_the_triggers_off_is_named(trail: list[Trade]) -> None:
    gone, copied, _ = trail
    with above_the_law() as hand:
        hand.execute("CREATE TEMP TABLE kept AS SELECT * FROM trades WHERE id = %s", [copied.id])
        names = ", ".join(n for n in columns("trades") if n not in ("status", "duration_ms"))
        hand.execute("UPDATE kept SET id = gen_random_uuid(), broker_trade_id = 'never'")
        hand.execute(f"INSERT INTO trades ({names}) SELECT {names} FROM kept")
        hand.execute("DELETE FROM trades WHERE id = %s", [gone.id])
    named = dict(found(checked()))
    assert named["row vanished"] == f"trades {gone.id}"
    assert named["row never audited"].startswith("trades ")


def test_a_row_back_from_the_dead_is_named(trail: list[Trade]) -> None:
    back = trail[0]
    names = ", ".join(n for n in columns("trades") if n not in ("status", "duration_ms"))
    with psycopg.connect(admin_of(), autocommit=True) as hand:
        hand.execute("CREATE TEMP TABLE kept AS SELECT * FROM trades WHERE id = %s", [back.id])
        hand.execute("ALTER TABLE trades DISABLE TRIGGER USER; ALTER TABLE trades ENABLE TRIGGER " + watcher("delete"))
        hand.execute("DELETE FROM trades WHERE id = %s", [back.id])  # told to the trail
        hand.execute("ALTER TABLE trades DISABLE TRIGGER USER")
        hand.execute(f"INSERT INTO trades ({names}) SELECT {names} FROM kept")
        hand.execute("ALTER TABLE trades ENABLE TRIGGER USER")
    seal()
    assert found(checked()) == [("row back from the dead", f"trades {back.id}")]


def test_watchers_left_switched_off_are_named(trail: list[Trade]) -> None:
    with as_owner_of("trades"):
        assert found(checked()) == [("watch switched off", "trades")]


# The whole chain ----------------------------------------------------------------------------------------


def rewritten_from(number: int, signer: keys.Signer) -> None:
    """Make every seal from here on anew over what is there now, as whoever holds the database and a key can."""
    with above_the_law() as hand:
        all = [
            Seal.of_row(row) for row in hand.execute(f"SELECT {COLUMNS} FROM audit.seals ORDER BY number").fetchall()
        ]
        previous = all[number - 2].head if number > 1 else bytes(32)
        for old in all[number - 1 :]:
            hand.execute("SET timezone = 'UTC'")
            range = f"xid >= '{old.from_xid}' AND xid < '{old.to_xid}'"
            kept = {name: [leaf for _, leaf in chapter.leaves(hand, range)] for name, chapter in CHAPTERS.items()}
            kept = {name: leaves for name, leaves in kept.items() if leaves}
            told = {name: summary(leaves) for name, leaves in kept.items()}
            new = replace(old, chapters=told, previous=previous, key_id=signer.id)
            hand.execute(
                "UPDATE audit.seals SET chapters = %s, previous = %s, head = %s, key_id = %s, signature = %s "
                "WHERE number = %s",
                [Json(told), previous, new.digest, signer.id, signer.sign(new.digest), old.number],
            )
            for name, leaves in kept.items():
                hand.execute("UPDATE audit.leaves SET leaves = %s WHERE number = %s AND chapter = %s",
                             [packed(leaves), old.number, name])  # fmt: skip
            previous = new.digest


def altered_and_rewritten(signer: keys.Signer) -> None:
    victim = next(r["id"] for r in records() if r["table_name"] == "trades" and r["action"] == "INSERT")
    with above_the_law() as hand:
        hand.execute("UPDATE audit.records SET reason = 'agreed' WHERE id = %s", [victim])
    rewritten_from(1, signer)


def test_a_chain_rewritten_with_another_key_is_named(trail: list[Trade]) -> None:
    stranger = keys.Signer(keys.Ed25519PrivateKey.from_private_bytes(b"\x22" * 32))
    altered_and_rewritten(stranger)
    assert found(checked())[0] == ("seal forged", "seal 1")


def test_a_chain_rewritten_with_the_stolen_key_is_named_by_the_anchors(trail: list[Trade], anchored: Path) -> None:
    altered_and_rewritten(keys.signer())
    assert found(checked())[0] == ("chain rewritten", "seal 1")
    # The biting control: without what was written down outside, this forgery is perfect.
    anchored.write_text("".join(f'{{"number": {n}, "head": "{h}"}}\n' for n, h in heads()))
    assert checked().findings == []


def test_a_chain_rewritten_from_its_middle_is_named_there(trail: list[Trade]) -> None:
    rewritten_from(2, keys.signer())
    assert checked().findings == []  # nothing was changed, so nothing comes out differently
    with above_the_law() as hand:
        hand.execute("UPDATE audit.records SET reason = 'agreed' WHERE id = %s", [records()[-1]["id"]])
    rewritten_from(2, keys.signer())
    assert found(checked())[0][0] == "chain rewritten"


@pytest.mark.parametrize(("number", "kind"), [(1, "seal removed"), (2, "seal removed"), (3, "seals removed")])
def test_a_seal_removed_is_named(trail: list[Trade], number: int, kind: str) -> None:
    with above_the_law() as hand:
        hand.execute("DELETE FROM audit.leaves WHERE number = %s", [number])
        hand.execute("DELETE FROM audit.seals WHERE number = %s", [number])
    assert found(checked())[0] == (kind, f"seal {number}")


def test_a_seals_own_words_altered_are_named(trail: list[Trade]) -> None:
    with above_the_law() as hand:
        hand.execute("UPDATE audit.seals SET sealed_at = sealed_at - interval '1 day' WHERE number = 2")
    assert ("seal altered", "seal 2") in found(checked())


def test_a_list_of_leaves_altered_is_named(trail: list[Trade]) -> None:
    with above_the_law() as hand:
        hand.execute("UPDATE audit.leaves SET leaves = substr(leaves, 49) WHERE number = 2 AND chapter = 'records'")
    assert found(checked()) == [("seal altered", "seal 2")]


def test_an_older_state_of_the_trail_put_back_is_named(
    trail: list[Trade], ana: User, anas_account: TradingAccount
) -> None:
    tables = ["audit.records", "audit.images", "audit.seals", "audit.leaves", "trades"]
    with above_the_law() as hand:
        for table in tables:
            hand.execute(f"CREATE TABLE public.kept_{table.replace('.', '_')} AS SELECT * FROM {table}")
        try:
            trade_in(anas_account, source="manual")
            seal()
            assert checked().findings == []
            for table in reversed(tables):
                hand.execute(f"DELETE FROM {table}")
            for table in tables:
                names = ", ".join(n for n in columns(table) if n not in ("status", "duration_ms"))
                over = "OVERRIDING SYSTEM VALUE " if table == "audit.records" else ""
                hand.execute(
                    f"INSERT INTO {table} ({names}) {over}SELECT {names} FROM public.kept_{table.replace('.', '_')}"
                )
        finally:
            for table in tables:
                hand.execute(f"DROP TABLE public.kept_{table.replace('.', '_')}")
    assert found(checked()) == [("seals removed", "seal 4")]


def test_anchors_cut_short_or_gone_are_named(trail: list[Trade], anchored: Path) -> None:
    whole = anchored.read_text()
    anchored.write_text("".join(whole.splitlines(keepends=True)[:1]))
    assert found(checked()) == [("anchor missing", "seal 2")]
    anchored.unlink()
    assert found(checked()) == [("anchor missing", "seal 1")]
    seal()
    assert ("anchor missing", "seal 1") in found(checked())  # the sealer does not paper over the hole


def test_a_trail_without_any_seal_is_named(trail: list[Trade], anchored: Path) -> None:
    with above_the_law() as hand:
        hand.execute("DELETE FROM audit.leaves")
        hand.execute("DELETE FROM audit.seals")
    anchored.unlink()
    first = look("SELECT min(id) AS id FROM audit.records")[0]["id"]
    assert found(checked()) == [("unsealed", f"records {first}")]


# The biting control -------------------------------------------------------------------------------------


def test_a_naive_verifier_would_miss_what_only_reconciliation_sees(trail: list[Trade]) -> None:
    with above_the_law() as hand:
        hand.execute("UPDATE trades SET pnl = 1000000 WHERE id = %s", [trail[0].id])
    assert checked(rows=False).findings == []
    assert found(checked()) == [("row altered", f"trades {trail[0].id}")]


def test_the_root_alone_would_not_know_an_appended_twin() -> None:
    """RFC 6962's prefixes and its split: the naive tree that repeats its last leaf takes [a, b, c] for [a, b, c, c]."""
    a, b, c = (merkle.leaf(word) for word in (b"a", b"b", b"c"))
    assert merkle.root([a, b, c]) == merkle.node(merkle.node(a, b), c)
    assert merkle.root([a, b, c]) != merkle.root([a, b, c, c])


# How ----------------------------------------------------------------------------------------------------


def forge(hand: psycopg.Connection[Any], old: dict[str, Any], *, xid: str | None, moment: str = "occurred_at") -> int:
    row = hand.execute(
        f"INSERT INTO audit.records (occurred_at, xid, table_name, action, row_ids, old_rows, new_rows, db_role) "
        f"SELECT {moment}, coalesce(%s::xid8, pg_current_xact_id()), table_name, action, row_ids, old_rows, new_rows, "
        f"db_role FROM audit.records WHERE id = %s RETURNING id",
        [xid, old["id"]],
    ).fetchone()
    assert row is not None
    return int(row[0])


def this_month() -> str:
    return str(look("SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY_MM') AS m")[0]["m"])


def columns(table: str) -> list[str]:
    return [r["attname"] for r in look("SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 "
                                       "AND NOT attisdropped ORDER BY attnum", table)]  # fmt: skip


def watcher(operation: str) -> str:
    return str(look("SELECT tgname FROM pg_trigger WHERE tgrelid = 'trades'::regclass AND tgname LIKE %s",
                    f"pgtrigger_audit_{operation}%")[0]["tgname"])  # fmt: skip


def heads() -> list[tuple[int, str]]:
    return [(r["number"], bytes(r["head"]).hex()) for r in look("SELECT number, head FROM audit.seals ORDER BY number")]


def admin_of() -> str:
    from tests.conftest import admin_url

    return admin_url()


def test_a_clean_trail_has_no_findings(trail: list[Trade], ana: User) -> None:
    with acting_as(ana):
        Trade.objects.update(setup="all")
    seal()
    report = checked()
    assert report.findings == []
    assert report.seals >= 4
    assert report.entries == len(records())
