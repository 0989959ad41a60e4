"""The schedule of retention: counted without a touch, carried out in batches, stopped by holds, gone on with after a
kill, told in the trail."""

import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.core.management import CommandError, call_command

from accounts.models import TradingAccount, User
from accounts.models.sign_in import SignIn
from aetheris.db.tenancy import acting_as
from compliance.privacy import erasing, plan, retention
from compliance.vault import files, keys
from tests.compliance.sealed import checked, found, seal
from tests.compliance.staff import browser, handed_in, staff
from tests.database import ROOT
from tests.factories import trade_in
from tests.hands import everything_counted, hand_of, look
from tests.processes import on_this_database

pytestmark = pytest.mark.usefixtures("real_db", "vault")
DAY = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def own_register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasing, "register", lambda: tmp_path / "erasures.jsonl")


def signed_in(user: User, years_ago: float, times: int = 1) -> None:
    """Sign-ins of long ago."""
    with acting_as(user):
        made = SignIn.objects.bulk_create(
            SignIn(user=user, way="password", is_program=False, seen_at=DAY, address="198.51.100.7")
            for _ in range(times)
        )
    with hand_of("superuser") as sql:
        sql.execute("SET session_replication_role = replica")
        sql.execute("UPDATE sign_ins SET created_at = %s::timestamptz - make_interval(days => %s) WHERE id = ANY (%s)",
                    [DAY, round(years_ago * 365.25), [one.pk for one in made]])  # fmt: skip


def left(user: User, years_ago: float) -> None:
    """The relation ended so long ago."""
    with hand_of("superuser") as sql:
        sql.execute("SET session_replication_role = replica")
        sql.execute("UPDATE users SET status = 'CLOSED', deleted_at = %s::timestamptz - make_interval(days => %s) "
                    "WHERE id = %s", [DAY, round(years_ago * 365.25), user.pk])  # fmt: skip


def held(user: User) -> None:
    with hand_of("superuser") as sql:
        sql.execute("INSERT INTO legal_holds (subject_id, reason, placed_by_id) VALUES (%s, 'a court asked', %s)",
                    [user.pk, staff("reviewer").pk])  # fmt: skip


def count(table: str, user: User, whose: str = "user_id") -> int:
    return int(look(f"SELECT count(*) AS n FROM {table} WHERE {whose} = %s", user.pk)[0]["n"])


def due() -> dict[str, tuple[int, int]]:
    return {told.table: (told.rows, told.held) for told in retention.dry_run(DAY) if told.rows or told.held}


def test_a_dry_run_counts_and_touches_nothing(ana: User, bo: User) -> None:
    """Three sign-ins of Ana's older than a year, one younger; two of Bo's, whom a court holds."""
    signed_in(ana, 1.1, 3)
    signed_in(ana, 0.9)
    signed_in(bo, 2, 2)
    held(bo)
    before = everything_counted()
    assert due() == {"sign_ins": (3, 2)}
    call_command("retention", "--dry-run", "--as-of", "2026-11-01")
    assert everything_counted() == before


def test_rows_older_than_their_table_keeps_go_while_the_relation_lasts_and_the_rest_stays(ana: User) -> None:
    signed_in(ana, 1.1, 3)
    signed_in(ana, 0.9)
    done = retention.run(as_of=DAY)
    assert (done["removed"], done["erased"]) == ({"sign_ins": 3}, 0)
    assert count("sign_ins", ana) == 1
    assert retention.run(as_of=DAY)["removed"] == {}


def test_what_went_is_in_the_trail_and_the_chain_stands(ana: User, anchored: Path) -> None:
    signed_in(ana, 3, 2)
    seal()
    retention.run(as_of=DAY)
    seal()
    told = look("SELECT actor_label, reason, cardinality(row_ids) AS rows FROM audit.records "
                "WHERE table_name = 'sign_ins' AND action = 'DELETE'")  # fmt: skip
    assert told == [{"actor_label": "retention", "reason": "the schedule keeps it no longer", "rows": 2}]
    assert "rows never audited" not in found(checked())
    assert look("SELECT removed, finished_at IS NOT NULL AS done FROM retention_runs") == [
        {"removed": {"sign_ins": 2}, "done": True}
    ]


def test_five_years_after_the_end_what_was_shown_for_kyc_goes_with_its_files_and_its_key(
    ana: User, anas_account: TradingAccount
) -> None:
    handed_in(ana)
    trade_in(anas_account, source="manual")
    left(ana, 5.5)
    assert list(files.folder().rglob("*.sealed"))
    done = retention.run(as_of=DAY)
    assert done["removed"]["kyc_documents"] == 2
    assert (count("kyc_cases", ana), count("kyc_documents", ana)) == (0, 0)
    assert not list(files.folder().rglob("*.sealed"))
    with pytest.raises(keys.KeyDestroyed):
        keys.of(ana.pk)
    assert (count("trades", ana), done["erased"]) == (1, 0), "financial records are kept for seven"


def test_seven_years_after_the_end_nothing_but_a_nameless_row_is_left(
    ana: User, bo: User, anas_account: TradingAccount, anchored: Path
) -> None:
    trade_in(anas_account, source="manual", trade_notes="Unmistakable")
    seal()
    left(ana, 7.1)
    left(bo, 6.9)
    done = retention.run(as_of=DAY)
    assert (done["removed"]["trades"], done["removed"]["accounts"], done["erased"]) == (1, 1, 1)
    assert look("SELECT email FROM users ORDER BY email") == [
        {"email": "bo@example.com"}, {"email": f"{erasing.pseudonym(ana.pk)}@erased.invalid"},
    ]  # fmt: skip
    for table, whose in _tables():
        assert table == "users" or count(table, ana, whose) == 0, table
    assert look("SELECT 1 FROM audit.records r WHERE r::text LIKE '%%Unmistakable%%'") == []
    seal()
    assert [kind for kind, _ in found(checked(rows=False))] == []


def _tables() -> list[tuple[str, str]]:
    rows = look(plan.WITH_PEOPLE)
    whose: dict[str, str] = {}
    for row in rows:
        whose.setdefault(row["relname"], row["attname"])
    return [(table, column) for table, column in whose.items() if not plan.of(table).staffs and table != "case_notes"]


@pytest.mark.parametrize("why", ["a hold", "an open case"])
def test_a_hold_and_an_open_inquiry_keep_everything(ana: User, anas_account: TradingAccount, why: str) -> None:
    trade_in(anas_account, source="manual")
    signed_in(ana, 9, 4)
    left(ana, 9)
    if why == "a hold":
        held(ana)
    else:
        with hand_of("superuser") as sql:
            sql.execute("INSERT INTO aml_cases (subject_id, title, due_at) VALUES (%s, 'Mirrors', now())", [ana.pk])
    done = retention.run(as_of=DAY)
    assert (done["removed"], done["erased"], done["held"]) == ({}, 0, 1)
    assert (count("trades", ana), count("sign_ins", ana)) == (1, 4)
    assert User.objects.using("admin").get(pk=ana.pk).email == "ana@example.com"
    with hand_of("superuser") as sql:
        sql.execute("SET session_replication_role = replica")
        sql.execute("UPDATE legal_holds SET lifted_by_id = %s, lifted_at = now()", [staff("approver").pk])
        sql.execute("UPDATE aml_cases SET state = 'closed'")
    assert retention.run(as_of=DAY)["removed"]["sign_ins"] == 4


def test_a_run_that_was_killed_goes_on_where_it_was(ana: User, tmp_path: Path) -> None:
    """One row is held fast, so the run stands still amid its work; it is killed there, and gone on with."""
    signed_in(ana, 3, 40)
    place = on_this_database("migrator") | {"AETHERIS_STATE": str(tmp_path)}
    command = [sys.executable, "manage.py", "retention", "--as-of", "2026-11-01", "--batch", "10"]
    with hand_of("superuser") as sql, sql.transaction():
        last = sql.execute("SELECT ctid::text FROM sign_ins ORDER BY ctid DESC LIMIT 1").fetchone()
        assert last is not None
        sql.execute("SELECT 1 FROM sign_ins WHERE ctid = %s::tid FOR UPDATE", [last[0]])
        at_work = subprocess.Popen(command, cwd=ROOT, env=place, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            _until(lambda: _removed() >= 10 and bool(look(WAITING)), at_work)
        finally:
            at_work.kill()
            at_work.wait(60)
    _until(lambda: not look(WAITING))
    before = _removed()
    assert 10 <= before < 40
    assert count("sign_ins", ana) == 40 - before, "what is counted is what went"
    _until(lambda: not look("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = %s",
                            retention.ONE_AT_A_TIME))  # fmt: skip
    done = retention.run(as_of=datetime.now(UTC))
    assert done["removed"] == {"sign_ins": 40}
    assert (done["starts"], done["as_of"]) == (2, DAY.isoformat()), "as of the day it was begun for"
    assert look("SELECT count(*) AS n FROM retention_runs") == [{"n": 1}]


WAITING = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def _removed() -> int:
    rows = look("SELECT coalesce((removed ->> 'sign_ins')::int, 0) AS n FROM retention_runs")
    return int(rows[0]["n"]) if rows else 0


def _until(there: Any, process: subprocess.Popen[bytes] | None = None, seconds: float = 150) -> None:
    deadline = time.monotonic() + seconds
    while not there():
        assert process is None or process.poll() is None, process.stdout.read() if process and process.stdout else ""
        assert time.monotonic() < deadline, "it does not come to pass"
        time.sleep(0.05)


def test_two_runs_do_not_work_at_once(ana: User) -> None:
    with hand_of("superuser") as sql:
        sql.execute("SELECT pg_advisory_lock(%s)", [retention.ONE_AT_A_TIME])
        with pytest.raises(retention.AlreadyAtWork):
            retention.run(as_of=DAY)
    assert look("SELECT 1 FROM retention_runs") == []


def test_nobody_looks_ahead_but_dry(ana: User) -> None:
    with pytest.raises(CommandError, match="look ahead"):
        call_command("retention", "--as-of", "2099-01-01")
    with pytest.raises(CommandError, match="not a day"):
        call_command("retention", "--as-of", "yesterday")
    call_command("retention", "--dry-run", "--as-of", "2099-01-01")


def test_only_the_machine_thins_out(ana: User) -> None:
    signed_in(ana, 3)
    for hand in ("app", "service", "staff"):
        with hand_of(hand, tenant=ana.pk) as sql:
            for order in ("DELETE FROM sign_ins", "INSERT INTO retention_runs (as_of) VALUES (now())"):
                with pytest.raises(psycopg.Error):
                    sql.execute(order)
    with hand_of("migrator", tenant=ana.pk) as sql, pytest.raises(psycopg.Error):
        sql.execute("DELETE FROM sign_ins")  # the law of the table holds its owner too
    assert count("sign_ins", ana) == 1


# The schedule itself ------------------------------------------------------------------------------------

TEXTS = """
    SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = 'public' AND (data_type IN ('text', 'character varying', 'character', 'json', 'jsonb', 'bytea',
        'inet', 'ARRAY', 'xml') ) ORDER BY 1, 2
"""


def test_every_table_of_a_person_is_named_and_every_text_in_it_is_judged(ana: User) -> None:
    """By the database's own catalogue: a new table or column fails here until tables.toml says what becomes of it."""
    people = {row["relname"] for row in look(plan.WITH_PEOPLE)}
    assert people - set(plan.named()) == set(), "name these tables in compliance/privacy/tables.toml"
    unjudged = [
        f"{row['table_name']}.{row['column_name']}"
        for row in look(TEXTS)
        if row["table_name"] in people and not _judged(row["table_name"], row["column_name"])
    ]
    assert unjudged == [], "say of these columns in tables.toml: blanked, plain, words or key"


def _judged(table: str, column: str) -> bool:
    rule = plan.of(table)
    return rule.erasure == "removed" or column in {*rule.blanked, *rule.plain, *rule.words, rule.key}


def test_no_column_is_judged_that_is_not_there(ana: User) -> None:
    there = {(row["table_name"], row["column_name"]) for row in look(TEXTS)}
    for table in plan.named():
        rule = plan.of(table)
        named = {(table, column) for column in (*rule.blanked, *rule.plain, *rule.words, rule.key) if column}
        assert named - there == set()


def test_what_is_kept_in_words_says_by_which_law(ana: User) -> None:
    for table in plan.named():
        rule = plan.of(table)
        assert not rule.words or rule.staffs or "article" in rule.reason or "two people" in rule.reason, table


def test_no_row_outlives_what_it_points_at(ana: User) -> None:
    with hand_of("superuser") as sql:
        points = sql.execute(plan.POINTING).fetchall()
    judged = set(plan.named()) - {"users"}
    pairs = [(child, parent) for child, parent in points if {child, parent} <= judged]
    assert len(pairs) > 20
    assert [(c, p) for c, p in pairs if plan.of(c).years > plan.of(p).years and plan.of(c).erasure != "removed"] == []


def test_the_desk_shows_the_schedule_with_counts_and_the_runs(ana: User) -> None:
    signed_in(ana, 3, 2)
    retention.run(as_of=DAY)
    signed_in(ana, 4, 5)
    seat = browser(staff("auditor"))
    page = seat.get("/admin/compliance/retentionrun/schedule/")
    assert page.status_code == 200
    told = page.content.decode()
    row = told.partition("<code>sign_ins</code>")[2].partition("</tr>")[0]
    assert ">5<" in row
    assert "year" in row
    assert "unsafe" not in page["Content-Security-Policy"]
    assert b"sign_ins" in seat.get("/admin/compliance/retentionrun/").content
    assert UUID(str(look("SELECT id FROM retention_runs")[0]["id"]))
