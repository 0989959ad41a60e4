"""Reviewing the trail: pages that cost the same, escalation by four eyes, a check in the background, evidence
for others."""

import csv
import io
import json
import runpy
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from accounts.models import User
from compliance import checking
from compliance import trail as pages
from compliance.sealing import keys, merkle
from compliance.sealing.anchors import path as anchor_file
from tests.compliance.sealed import above_the_law, seal
from tests.compliance.staff import act, browser, staff
from tests.database import ROOT
from tests.hands import by_the_service, hand_of, look
from trading.models import Trade

VERIFIER = ROOT / "docs" / "verify_evidence.py"


def sequence() -> int:
    return int(look("SELECT min(id) * 1000 + 1 AS n FROM audit.records WHERE table_name = 'trades'")[0]["n"])


def test_who_escalated_an_entry_does_not_close_it(trail: list[Trade]) -> None:
    one, two = browser(staff("reviewer")), browser(staff("approver"))
    act(one, "auditentry", sequence(), "escalate", note="a limit was raised in a drawdown")
    assert b"somebody else decides" in act(one, "auditentry", sequence(), "review", note="fine").content
    with hand_of("superuser") as sql, pytest.raises(Exception, match="second person"):
        sql.execute("INSERT INTO entry_reviews (sequence, kind, note, reviewer_id) SELECT sequence, 'reviewed', 'x', "
                    "reviewer_id FROM entry_reviews")  # fmt: skip
    assert b"is reviewed" in act(two, "auditentry", sequence(), "review", note="asked, explained").content
    page = two.get("/admin/compliance/auditentry/review/").content.decode()
    assert "Reviewed" in page
    assert "Chain" in page or "Not verified yet" in page


def test_pages_follow_one_another_without_gap_or_repeat(trail: list[Trade]) -> None:
    seen: list[int] = []
    asked, more = pages.Asked(), True
    while more:
        query, values = pages.records(asked, 3)
        rows = look(query, *values)
        seen += [row["id"] for row in rows[:2]]
        more = len(rows) == 3
        asked = pages.Asked(before=seen[-1])
    assert seen == [row["id"] for row in look("SELECT id FROM audit.records ORDER BY id DESC")]


@pytest.mark.parametrize("asked", ["", "table=trades", "did=UPDATE", "days=7", "row=nonsense", "before=x", "actor=1"])
def test_the_review_page_opens_whatever_is_asked(trail: list[Trade], asked: str) -> None:
    answer = browser(staff("auditor")).get(f"/admin/compliance/auditentry/review/?{asked}")
    assert answer.status_code == 200
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert b"style=" not in answer.content


def test_no_page_of_the_trail_sorts_it(trail: list[Trade]) -> None:
    """The plan walks an index backwards and stops; measured at a million records by `bench desk`."""
    with above_the_law() as sql:
        sql.execute("INSERT INTO audit.records (table_name, action, row_ids, db_role) SELECT 'trades', 'INSERT', "
                    "ARRAY[gen_random_uuid()], 'x' FROM generate_series(1, 20000)")  # fmt: skip
        sql.execute("ANALYZE audit.records")
        (middle,) = sql.execute("SELECT max(id) - 10000 FROM audit.records").fetchone() or (0,)
        for asked in (pages.Asked(), pages.Asked(before=middle)):
            query, values = pages.records(asked)
            plan = "\n".join(row[0] for row in sql.execute(f"EXPLAIN {query}", values).fetchall())
            assert "Seq Scan on records_2" not in plan, plan
            assert "->  Sort" not in plan, plan
        unrolled = "EXPLAIN SELECT * FROM audit_trail WHERE record = ANY (%s)"
        plan = "\n".join(row[0] for row in sql.execute(unrolled, [[middle, middle + 1]]).fetchall())
        assert "Index Scan using records_2" in plan, plan  # the months to come are empty


def test_the_worker_checks_the_chain_when_asked_and_the_banner_says_so(trail: list[Trade]) -> None:
    seat = browser(staff("auditor"))
    act(seat, "auditentry", None, "verify")
    act(seat, "auditentry", None, "verify")
    assert look("SELECT count(*) AS n FROM chain_checks") == [{"n": 1}]
    assert b"A check is at work" in seat.get("/admin/compliance/auditentry/review/").content
    with by_the_service():
        assert (checking.work(), checking.work()) == (1, 0)
    assert b"Chain intact." in seat.get("/admin/compliance/auditentry/review/").content
    with above_the_law() as sql:
        sql.execute("UPDATE audit.records SET reason = 'other' WHERE id = (SELECT min(id) FROM audit.records)")
    act(seat, "auditentry", None, "verify")
    with by_the_service():
        checking.work()
    page = seat.get("/admin/compliance/auditentry/review/").content
    assert b"Chain broken." in page
    assert b"entry altered" in page


# Evidence -----------------------------------------------------------------------------------------------


@pytest.fixture
def packed(trail: list[Trade], tmp_path: Path) -> Path:
    seat = browser(staff("auditor"))
    chosen = [row["n"] for row in look("SELECT id * 1000 + 1 AS n FROM audit.records WHERE table_name = 'trades'")]
    seal()
    answer = seat.post("/admin/compliance/auditentry/evidence/", {"sequence": chosen})
    assert answer["Content-Type"] == "application/zip"
    file = tmp_path / "pack.zip"
    file.write_bytes(answer.content)
    return file


def checked(pack: Path, key: str = "", anchors: str = "") -> tuple[int, str]:
    """By the script alone: another process, elsewhere, with nothing of ours to import."""
    command = [sys.executable, "-I", str(VERIFIER), str(pack), key or keys.signer().public.hex()]
    done = subprocess.run(
        [*command, *([anchors] if anchors else [])], capture_output=True, text=True, cwd="/", check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_an_evidence_pack_is_checked_by_a_short_script_of_nobodys(packed: Path) -> None:
    code, told = checked(packed, anchors=str(anchor_file()))
    assert (code, "everything stands" in told) == (0, True), told
    source = VERIFIER.read_text()
    assert sum(bool(line.strip()) for line in source.splitlines()) <= 50
    assert not any(f"import {app}" in source or f"from {app}" in source for app in ("compliance", "aetheris", "django"))
    assert VERIFIER.read_text() == zipfile.ZipFile(packed).read("verify_evidence.py").decode()


def rewritten(pack: Path, name: str, was: bytes, becomes: bytes) -> Path:
    """The same pack with one thing said otherwise."""
    other = pack.with_name("other.zip")
    with zipfile.ZipFile(pack) as source, zipfile.ZipFile(other, "w") as target:
        for item in source.namelist():
            content = source.read(item)
            if item == name:
                assert was in content
                content = content.replace(was, becomes, 1)
            target.writestr(item, content)
    return other


def test_an_altered_pack_another_key_and_another_anchor_are_found(packed: Path, tmp_path: Path) -> None:
    line = b"setup".hex().encode()
    assert checked(rewritten(packed, "entries.json", line, b"SETUP".hex().encode()))[0] == 1
    assert checked(rewritten(packed, "seals.json", b'\\"number\\":', b'\\"numbers\\":'))[0] == 1
    assert checked(packed, key="22" * 32)[0] == 1
    anchors = tmp_path / "anchors.jsonl"
    anchors.write_text(anchor_file().read_text().replace('"head": "', '"head": "00'))
    code, told = checked(packed, anchors=str(anchors))
    assert (code, "another head was anchored" in told) == (1, True)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 7, 8, 13])
def test_a_path_leads_from_every_leaf_to_the_root(count: int) -> None:
    root_of = script()["root_of"]
    lines = [bytes([k]) * 5 for k in range(count)]
    leaves = [merkle.leaf(line) for line in lines]
    for k, line in enumerate(lines):
        path = [step.hex() for step in merkle.path(leaves, k)]
        assert root_of({"line": line.hex(), "index": k, "count": count, "path": path}) == merkle.root(leaves)


def script() -> dict[str, Any]:
    """The short script's own functions."""
    return runpy.run_path(str(VERIFIER), run_name="script")


# Reports ------------------------------------------------------------------------------------------------


def test_reports_count_what_was_done_and_come_as_csv_and_xlsx(trail: list[Trade], ana: User) -> None:
    one = browser(staff("reviewer"))
    for _ in range(3):
        act(one, "auditentry", sequence(), "escalate", note="look at this")
    assert one.get("/admin/compliance/chaincheck/reports/").status_code == 200
    told = one.get("/admin/compliance/chaincheck/reports/staff.csv").content.decode()
    rows = {(row["who"], row["what"]): row["times"] for row in csv.DictReader(io.StringIO(told))}
    assert rows["reviewer@desk.example", "escalated"] == "3"
    book = load_workbook(io.BytesIO(one.get("/admin/compliance/chaincheck/reports/staff.xlsx").content))
    assert ["reviewer@desk.example", "escalated", 3] in [list(row) for row in book["staff"].values]
    for name in ("cases", "decisions", "breaches"):
        assert one.get(f"/admin/compliance/chaincheck/reports/{name}.csv").status_code == 200
    assert one.get("/admin/compliance/chaincheck/reports/nothing.csv").status_code == 404


# An evidence pack that was tampered with: each in one clear word ----------------------------------------


def repacked(pack: Path, change: Any) -> Path:
    """The same pack with its entries changed, and the digest of the file with it, as far as anybody without the key
    can."""
    other = pack.with_name("tampered.zip")
    with zipfile.ZipFile(pack) as source, zipfile.ZipFile(other, "w") as target:
        for item in source.namelist():
            content = source.read(item)
            if item == "entries.json":
                content = json.dumps(change(json.loads(content))).encode()
            target.writestr(item, content)
    return other


@pytest.mark.parametrize(
    ("change", "word"),
    [(lambda e: e[1:], "REMOVED"), (lambda e: e[::-1], "REORDERED"), (lambda e: [*e, e[-1] | {"sequence": 1}], "ADDED"),
     (lambda e: [e[0] | {"line": e[1]["line"]}, *e[1:]], "ALTERED, not what seal"),
     (lambda e: [e[0] | {"index": e[0]["index"] + 1}, *e[1:]], "ALTERED, not what seal")],
)  # fmt: skip
def test_a_pack_that_was_tampered_with_fails_in_one_clear_word(packed: Path, change: Any, word: str) -> None:
    code, told = checked(repacked(packed, change))
    assert (code, word in told, "everything stands" in told) == (1, True, False), told


def test_a_pack_of_an_entry_out_of_which_words_were_erased_verifies_and_says_so(
    trail: list[Trade], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ana: User, vault: Path
) -> None:
    from compliance.privacy import erasing

    monkeypatch.setattr(erasing, "register", lambda: tmp_path / "erasures.jsonl")
    erasing.erase(person=ana.pk, request=None)
    seal()
    chosen = [row["n"] for row in look("SELECT id * 1000 + 1 AS n FROM audit.records WHERE table_name = 'trades'")]
    answer = browser(staff("auditor")).post("/admin/compliance/auditentry/evidence/", {"sequence": chosen})
    pack = tmp_path / "erased.zip"
    pack.write_bytes(answer.content)
    code, told = checked(pack)
    assert (code, "everything stands" in told) == (0, True), told
    assert "0 with words erased" not in told
    forged = repacked(pack, lambda e: [one | {"erased": [n | {"signature": "00" * 64} for n in one.get("erased", ())]}
                                       for one in e])  # fmt: skip
    assert checked(forged)[0] == 1
