"""A person takes everything with them, or has it erased; what the law keeps stays, nameless, and still proves
itself."""

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from accounts.models import TradingAccount, User
from aetheris.db.tenancy import acting_as
from compliance.models import DataExport, ErasureRequest, KycDocument
from compliance.privacy import copying, erasing, exports, plan
from compliance.vault import files, keys
from tests.asking import Program
from tests.compliance.sealed import checked, found, seal
from tests.compliance.staff import handed_in, staff
from tests.factories import trade_in
from tests.hands import by_the_service, hand_of, look

pytestmark = pytest.mark.usefixtures("real_db", "vault")


@pytest.fixture(autouse=True)
def own_register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasing, "register", lambda: tmp_path / "erasures.jsonl")


def archive_of(user: User) -> tuple[zipfile.ZipFile, dict[str, Any]]:
    out = io.BytesIO()
    with by_the_service(), acting_as(user):
        manifest = copying.write(user.pk, out)
    return zipfile.ZipFile(out), manifest


def test_every_table_that_names_a_person_is_in_the_copy_or_withheld_with_its_reason(ana: User) -> None:
    """The tables come from the database's own catalogue, so that a new one is given by itself."""
    _, manifest = archive_of(ana)
    rows = look(plan.WITH_PEOPLE)
    with_people = {row["relname"] for row in rows}
    owned = {row["relname"] for row in rows if row["attname"] == "user_id"}
    assert len(owned) >= 20
    assert set(manifest["tables"]) | set(manifest["withheld"]) == with_people
    assert owned - set(manifest["tables"]) == {"django_admin_log"}
    assert all(len(reason) > 20 for reason in manifest["withheld"].values())


def test_a_copy_holds_all_of_ones_own_rows_and_none_of_anothers(
    ana: User, bo: User, anas_account: TradingAccount
) -> None:
    for n in range(3):
        trade_in(anas_account, source="manual", trade_notes=f"note {n}")
    from tests.factories import account_of

    trade_in(account_of(bo), source="manual", trade_notes="bo's secret plan")
    archive, manifest = archive_of(ana)
    rows = json.loads(archive.read("data/trades.json"))
    table = list(csv.DictReader(io.StringIO(archive.read("data/trades.csv").decode())))
    assert manifest["tables"]["trades"] == len(rows) == len(table) == 3
    assert [row["trade_notes"] for row in rows] == ["note 0", "note 1", "note 2"]
    assert rows[0]["pnl"] == "100.00000000"
    everything = b"".join(archive.read(name) for name in archive.namelist())
    assert b"bo's secret plan" not in everything
    assert b"bo@example.com" not in everything
    assert b"argon2" not in everything


def test_a_copy_gives_ones_documents_back(ana: User) -> None:
    handed_in(ana)
    archive, _ = archive_of(ana)
    names = [name for name in archive.namelist() if name.startswith("documents/")]
    assert len(names) == 3
    assert any(b"Ana Moreau" in archive.read(name) for name in names)
    assert any(archive.read(name).startswith(b"\x89PNG") for name in names)


def test_no_cell_is_a_formula(ana: User, anas_account: TradingAccount) -> None:
    trade_in(anas_account, source="manual", trade_notes="=HYPERLINK('http://x')", pnl=-5, gross_pnl=-5)
    archive, _ = archive_of(ana)
    (row,) = csv.DictReader(io.StringIO(archive.read("data/trades.csv").decode()))
    assert row["trade_notes"] == "'=HYPERLINK('http://x')"
    assert row["pnl"] == "-5.00000000"


def test_the_command_writes_the_archive(ana: User, tmp_path: Path) -> None:
    target = tmp_path / "ana.zip"
    with by_the_service():
        call_command("export_user", "ana@example.com", to=target)
        with pytest.raises(CommandError, match="Nobody here"):
            call_command("export_user", "nobody@example.com", to=tmp_path / "x.zip")
    assert "data/users.json" in zipfile.ZipFile(target).namelist()
    assert target.stat().st_mode & 0o077 == 0


# By the API ---------------------------------------------------------------------------------------------


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the second factor had been shown a moment ago."""
    from accounts import stepup

    monkeypatch.setattr(stepup, "is_fresh", lambda request: True)


def test_a_copy_is_asked_for_made_and_fetched_by_its_link(ana: User, fresh: None) -> None:
    program = Program(ana)
    asked = program.ask("post", "exports")
    assert (asked.status_code, asked.json()["state"], asked.json()["download_url"]) == (202, "pending", None)
    again = program.ask("post", "exports")
    assert again.json()["id"] == asked.json()["id"]
    with by_the_service():
        assert exports.work() == 1
    told = program.ask("get", f"exports/{asked.json()['id']}").json()
    assert told["state"] == "ready"
    answer = Client().get(told["download_url"])
    assert answer["Content-Type"] == "application/zip"
    assert "manifest.json" in zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert b"ana@example.com" not in files.place(told["id"]).read_bytes()


def test_a_copy_needs_a_second_factor_and_is_nobody_elses(ana: User, cy: User, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Program(ana).ask("post", "exports").status_code in (401, 403)
    with acting_as(ana):
        made = exports.ask(user=ana)
    assert Program(cy).ask("get", f"exports/{made.pk}").status_code == 404
    assert Client().get(f"/api/v1/exports/{made.pk}/file?token=forged").status_code == 410


def test_a_link_ends_and_the_file_goes(ana: User) -> None:
    with acting_as(ana):
        made = exports.ask(user=ana)
    with by_the_service():
        exports.work()
    token = exports.link(made)
    with hand_of("superuser") as sql:
        sql.execute("UPDATE data_exports SET expires_at = now() - interval '1 second'")
    with pytest.raises(exports.LinkOver):
        exports.open_link(made.pk, token)
    with by_the_service():
        exports.work()
    assert not files.place(made.pk).exists()
    assert DataExport.objects.using("admin").get().state == "gone"


# Erasure ------------------------------------------------------------------------------------------------


def asked_and_approved(user: User) -> None:
    """Asked for by the person; how two people approve it is tried at the desk."""
    with acting_as(user):
        ErasureRequest(user_id=user.pk, due_at="2026-12-21T00:00:00Z").save(force_insert=True)
    with hand_of("superuser") as sql:
        sql.execute("UPDATE erasure_requests SET state = 'approved'")


def test_an_erased_person_is_found_nowhere_while_figures_and_chain_still_stand(
    ana: User, anas_account: TradingAccount, anchored: Path
) -> None:
    with acting_as(ana):
        User.objects.filter(pk=ana.pk).update(first_name="Anastasia", last_name="Unmistakable")
    handed_in(ana, name="Anastasia Unmistakable")
    trade = trade_in(anas_account, source="manual", trade_notes="Unmistakable note", pnl=123)
    seal()
    before = look("SELECT id, pnl, entry_price, quantity FROM trades")
    raw = [path.read_bytes() for path in files.folder().rglob("*.sealed")]
    documents = list(KycDocument.objects.using("admin").all())
    asked_and_approved(ana)
    call_command("erase_approved")
    assert look("SELECT id, pnl, entry_price, quantity FROM trades") == before
    for word in ("ana@example.com", "Anastasia", "Unmistakable"):
        assert everywhere(word) == []
    # A backup of the database and of the files does not help without the key, which neither holds.
    assert raw and not list(files.folder().rglob("*.sealed"))
    with pytest.raises(keys.KeyDestroyed):
        files.get(ana.pk, documents[0].pk, bytes(documents[0].wrapped_key))
    seal()
    report = checked()
    assert found(report) == []
    assert look("SELECT count(*) > 3 AS many FROM audit.redactions") == [{"many": True}]
    assert look("SELECT state, report ->> 'key' AS key FROM erasure_requests") == [
        {"state": "done", "key": "destroyed"}
    ]
    assert trade.pk == before[0]["id"]


def everywhere(word: str) -> list[str]:
    """Every table and every row of it, as the superuser reads them."""
    names = look("SELECT format('%%I.%%I', nspname, relname) AS name FROM pg_class c JOIN pg_namespace n "
                 "ON n.oid = relnamespace WHERE relkind = 'r' AND nspname IN ('public', 'audit')")  # fmt: skip
    return [
        row["name"]
        for row in names
        if look(f"SELECT 1 FROM {row['name']} t WHERE t::text ILIKE %s LIMIT 1", f"%{word}%")
    ]


def test_an_entry_altered_by_hand_is_still_found_after_an_erasure(ana: User, anchored: Path) -> None:
    seal()
    asked_and_approved(ana)
    call_command("erase_approved")
    seal()
    with hand_of("superuser") as sql:
        sql.execute("SET session_replication_role = replica")
        sql.execute("UPDATE audit.records SET reason = 'other' WHERE id = (SELECT min(id) FROM audit.records)")
    assert [kind for kind, _ in found(checked(rows=False))] == ["entry altered"]


def test_a_forged_note_of_erasure_hides_nothing(ana: User, anchored: Path) -> None:
    seal()
    with hand_of("superuser") as sql:
        sql.execute("SET session_replication_role = replica")
        sql.execute("UPDATE audit.records SET reason = 'other' WHERE id = (SELECT min(id) FROM audit.records)")
        sql.execute(
            "INSERT INTO audit.redactions (chapter, entry, was, becomes, reason, key_id, signature) "
            "SELECT 'records', min(id), repeat('0', 64), repeat('1', 64), 'x', 'x', '00' FROM audit.records"
        )
    assert "entry altered" in [kind for kind, _ in found(checked(rows=False))]


def test_a_legal_hold_stops_an_erasure(ana: User) -> None:
    keys.make(ana.pk)
    reviewer = staff("reviewer")
    with hand_of("superuser") as sql:
        sql.execute("INSERT INTO legal_holds (subject_id, reason, placed_by_id) VALUES (%s, 'a court asked', %s)",
                    [ana.pk, reviewer.pk])  # fmt: skip
    asked_and_approved(ana)
    with pytest.raises(CommandError, match="legal hold"):
        call_command("erase_approved")
    assert keys.of(ana.pk)
    assert User.objects.using("admin").get(pk=ana.pk).email == "ana@example.com"


def test_after_a_restore_who_was_erased_is_erased_again(ana: User) -> None:
    asked_and_approved(ana)
    call_command("erase_approved")
    with hand_of("superuser") as sql:
        sql.execute("SET session_replication_role = replica")
        sql.execute("UPDATE users SET email = 'ana@example.com'")
    call_command("erase_approved", "--again")
    assert everywhere("ana@example.com") == []


def test_every_named_table_is_there_and_every_reason_is_told(real_db: None) -> None:
    with connection.cursor() as cursor:
        there = set(plan.tables(cursor))
    missing = set(plan.named()) - there
    assert missing <= {"vocal_notes"} | set(), missing
    assert all(plan.of(table).reason and plan.of(table).years >= 0 for table in there)


def test_only_the_machine_erases(ana: User) -> None:
    for hand in ("app", "service", "staff"):
        with hand_of(hand, tenant=ana.pk) as sql, pytest.raises(psycopg.errors.InsufficientPrivilege):
            sql.execute("INSERT INTO audit.redactions (chapter, entry, was, becomes, reason, key_id, signature) "
                        "VALUES ('records', 1, 'x', 'x', 'x', 'x', 'x')")  # fmt: skip
