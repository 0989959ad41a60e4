"""Months put away into files, and who read the trail."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.core.management import CommandError, call_command

from accounts.models import TradingAccount, User
from aetheris.db.tenancy import acting_as
from compliance import archive, pieces
from compliance.privacy.erasing import erase
from compliance.vault import keys
from tests.compliance.sealed import above_the_law, checked, found, seal
from tests.compliance.test_desk import signed_in
from tests.conftest import admin_url
from tests.factories import person, trade_in
from tests.hands import hand_of, look
from trading.models import Trade

AUGUST = date(2026, 8, 1)


@pytest.fixture
def old(real_db: None, vault: Path, anchored: Path, ana: User, anas_account: TradingAccount) -> Trade:
    """A trade written in August, before the trail had any seal; another of August that was changed since."""
    kept, changed = trade_in(anas_account, source="manual"), trade_in(anas_account, source="manual")
    with psycopg.connect(admin_url(), autocommit=True) as hand:
        hand.execute("SET ROLE aetheris_audit")
        for whole in ("records", "images"):
            name = f"{whole}_2026_08"
            hand.execute(f"DROP TABLE IF EXISTS audit.{name}")
            hand.execute(f"CREATE TABLE audit.{name} PARTITION OF audit.{whole} FOR VALUES "
                         "FROM ('2026-08-01 00:00:00+00') TO ('2026-09-01 00:00:00+00')")  # fmt: skip
            hand.execute("SELECT audit.guard(%s)", [name])
        hand.execute("RESET ROLE; SET session_replication_role = replica")
        hand.execute("UPDATE audit.records SET occurred_at = %s", [datetime(2026, 8, 9, tzinfo=UTC)])
    seal()
    with acting_as(ana):
        Trade.objects.filter(pk=changed.pk).update(setup="a tab\tand\nlines \\ é")
    seal()
    assert checked().findings == []
    return kept


def put_away(folder: Path) -> Path:
    call_command("archive_audit", "--before", "2026-09", "--to", str(folder))
    return folder / "audit-2026-08.jsonl"


def test_a_month_put_away_leaves_the_trail_provable_with_and_without_its_file(old: Trade, tmp_path: Path) -> None:
    file = put_away(tmp_path)
    assert not look("SELECT FROM audit.records WHERE occurred_at < '2026-09-01'")
    assert look("SELECT to_regclass('audit.records_2026_08') AS gone") == [{"gone": None}]
    seal()
    report = checked()
    assert report.findings == []
    assert [told["file"] for told in report.archived] == [file.name]
    assert checked(files=[file]).findings == []
    (kept,) = look("SELECT sha256, entries FROM audit.archives")
    assert kept["sha256"] == archive.digest(file)
    assert kept["entries"] == sum("chapter" in json.loads(line) for line in file.read_text().splitlines())
    header = json.loads(file.read_text().splitlines()[0])
    assert header["public_keys"]
    assert "verify_audit" in header["how"]


def lines_of(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


@pytest.mark.parametrize("kind", ["entry altered", "entry removed", "entry inserted"])
def test_a_file_tampered_with_is_named(old: Trade, tmp_path: Path, kind: str) -> None:
    file = put_away(tmp_path)
    lines = lines_of(file)
    if kind == "entry altered":
        lines[-1]["values"][-1] = "it was agreed"
    elif kind == "entry removed":
        lines.pop()
    else:
        lines.append({**lines[-1], "values": ["999", *lines[-1]["values"][1:]]})
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    named = found(checked(files=[file], lag=timedelta(seconds=30)))
    assert [k for k, _ in named] == ["archive altered", kind]


def test_what_is_put_away_still_vouches_for_the_rows(old: Trade, tmp_path: Path) -> None:
    put_away(tmp_path)
    seal()
    with above_the_law() as hand:
        hand.execute("UPDATE trades SET pnl = 7 WHERE id = %s", [old.id])
    assert found(checked()) == [("row altered", f"trades {old.id}")]


def test_a_month_removed_without_the_key_is_named(old: Trade) -> None:
    with above_the_law() as hand:
        hand.execute("DELETE FROM audit.records WHERE occurred_at < '2026-09-01'")
        hand.execute("INSERT INTO audit.archives (month, file, sha256, entries, key_id, signature) "
                     "SELECT '2026-08-01', 'x', 'x', 1, key_id, repeat('00', 64) FROM audit.seals LIMIT 1")  # fmt: skip
    assert ("archive forged", "2026-08") in found(checked())


def test_what_is_not_wholly_sealed_stays(old: Trade, tmp_path: Path, anas_account: TradingAccount) -> None:
    trade_in(anas_account, source="manual")
    with above_the_law() as hand:
        hand.execute(
            "UPDATE audit.records SET occurred_at = '2026-08-10' WHERE xid >= (SELECT max(to_xid) FROM audit.seals)"
        )
    with pytest.raises(CommandError, match="under no seal"):
        put_away(tmp_path)
    assert look("SELECT FROM audit.records WHERE occurred_at < '2026-09-01'")


# What people said ---------------------------------------------------------------------------------------


def test_words_in_an_archived_month_go_with_their_persons_key_and_the_file_still_verifies(
    old: Trade, tmp_path: Path, ana: User
) -> None:
    """Figures stay readable; words lie under the key of who said them, in this file and in every copy of it."""
    file = put_away(tmp_path)
    seal()
    text = file.read_text()
    assert "ana@example.com" not in text and str(old.id) in text and '\\"pnl\\": ' in text
    assert checked(files=[file]).findings == []
    assert "ana@example.com" in json.dumps(look("SELECT images FROM audit.carried"), default=str)
    erase(person=ana.pk, request=None)
    seal()
    kept = [look("SELECT images FROM audit.carried"), look("SELECT old_rows, new_rows, actor_label FROM audit.records")]
    assert "ana@example.com" not in json.dumps(kept, default=str), "nor in what the archive left in the database"
    assert checked(files=[file]).findings == []
    lines = lines_of(file)
    (at, number) = next((k, n) for k, line in enumerate(lines) for n, value in enumerate(line.get("values", ()))
                        if isinstance(value, list))  # fmt: skip
    lines[at]["values"][number][-1] = "it was agreed"
    file.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))
    assert [kind for kind, _ in found(checked(files=[file]))] == ["archive altered", "archive not provable"]


ROWS = [
    '[{"id": 1, "user_id": "%s", "trade_notes": "agreed \\"b\\", ]}", "pnl": 1.10, "setup": null, "tags": ["x, y"]}]',
    '[null, {"user_id": "%s", "tags": [], "trade_notes": ""}, {"user_id": null, "trade_notes": "nobody"}]',
    "[]",
]


@pytest.mark.parametrize("row", ROWS)
def test_a_line_opened_again_is_the_same_to_the_letter(vault: Path, row: str) -> None:
    person_id = "01890a5d-ac96-774b-bcce-b302099a8057"
    text = row.replace("%s", person_id)
    columns, values = ("id", "new_rows", "actor_id", "actor_label"), ("7", text, person_id, "Ana")
    hidden = pieces.sealed(columns, values, "trades", "x.7")
    assert "Ana" not in json.dumps(hidden) and "x, y" not in json.dumps(hidden) and "agreed" not in json.dumps(hidden)
    assert pieces.opened(columns, hidden, "x.7") == list(values)
    keys.destroy(UUID(person_id))
    with pytest.raises(keys.KeyDestroyed):
        pieces.opened(columns, hidden, "x.7")


@pytest.mark.parametrize("word", ["2026", "2026-13", "2099-01"])
def test_only_months_that_have_passed_are_put_away(real_db: None, word: str) -> None:
    with pytest.raises(CommandError, match=word):
        call_command("archive_audit", "--before", word)


# Partitions ---------------------------------------------------------------------------------------------


def test_the_next_months_are_there_and_each_obeys_the_laws(real_db: None) -> None:
    with hand_of("service") as service:
        service.execute("SELECT audit.make_partitions(4)")
    found = look(
        "SELECT c.relname AS name, c.relrowsecurity AS secured, (SELECT count(*) FROM pg_trigger t JOIN pg_proc p "
        "ON p.oid = tgfoid WHERE tgrelid = c.oid AND proname = 'refuse') AS kept, "
        "has_table_privilege('aetheris_staff', c.oid, 'SELECT') "
        "OR has_table_privilege('aetheris_app', c.oid, 'SELECT') AS open "
        "FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid JOIN pg_class w ON w.oid = inhparent "
        "WHERE w.relname IN ('records', 'images') AND w.relkind = 'p' ORDER BY 1"
    )
    assert len(found) >= 2 * (5 + 1)
    assert [row["name"] for row in found if not row["secured"] or row["kept"] != 1 or row["open"]] == []


# Who read it --------------------------------------------------------------------------------------------


def test_whoever_of_the_staff_reads_the_trail_is_noted(
    real_db: None, anchored: Path, anas_account: TradingAccount
) -> None:
    desk = person("desk@example.com", role="ADMIN")
    browser = signed_in(desk)
    sequence = look("SELECT max(sequence) AS s FROM audit_trail")[0]["s"]
    assert browser.get("/admin/compliance/auditentry/?table=accounts&q=ana@example.com").status_code == 200
    assert browser.get(f"/admin/compliance/auditentry/{sequence}/change/").status_code == 200
    first, second = look("SELECT * FROM audit.readings ORDER BY id")
    assert (first["reader_id"], first["db_role"], first["what"]) == (desk.id, "aetheris_staff", "list")
    assert first["filters"] == {"table": "accounts", "q": "ana@example.com"}
    assert (second["what"], second["filters"]) == ("entry", {"sequence": str(sequence)})
    seal()
    with above_the_law() as hand:
        hand.execute("UPDATE audit.readings SET reader_label = 'nobody' WHERE id = %s", [second["id"]])
    assert found(checked())[0][0] == "entry altered"


def test_a_stranger_who_asks_is_not_noted_as_a_reader(real_db: None, ana: User) -> None:
    assert signed_in(ana).get("/admin/compliance/auditentry/").status_code in (302, 403)
    assert not look("SELECT FROM audit.readings")
