"""A person shows who they are; two of the desk decide; the database lets nobody cut it short."""

import contextlib
import io
from datetime import date
from typing import Any

import psycopg
import pytest
from PIL import Image

from accounts.models import User
from aetheris.db.tenancy import acting_as
from compliance.errors import CaseIncomplete
from compliance.kyc import applying, checklist
from compliance.models import KycCase, KycDocument
from compliance.vault import files, keys, viewing
from tests.compliance.staff import act, browser, by, handed_in, passport, staff
from tests.hands import hand_of, look

pytestmark = pytest.mark.usefixtures("real_db", "vault")
REFUSED = (psycopg.errors.RestrictViolation, psycopg.errors.InsufficientPrivilege, psycopg.errors.CheckViolation)


def standing(user: User) -> tuple[str, str]:
    (row,) = look("SELECT kyc_status, aml_status FROM users WHERE id = %s", user.pk)
    return row["kyc_status"], row["aml_status"]


def state(case: KycCase) -> str:
    return str(look("SELECT state FROM kyc_cases WHERE id = %s", case.pk)[0]["state"])


def reviewed(ana: User) -> tuple[KycCase, Any, Any]:
    """Ana's case, proposed as verified by the reviewer; with the reviewer's and the approver's browsers."""
    case = handed_in(ana)
    reviewer, approver = browser(staff("reviewer")), browser(staff("approver"))
    act(reviewer, "kyccase", case.pk, "take")
    act(
        reviewer, "kyccase", case.pk, "propose", outcome="verified", reason="passport and address agree", told="Welcome"
    )
    return case, reviewer, approver


def test_a_case_walks_from_draft_to_verified_through_two_people(ana: User) -> None:
    case, _, approver = reviewed(ana)
    assert (state(case), standing(ana)[0]) == ("in_review", "pending")
    page = act(approver, "kyccase", case.pk, "decide", verdict="approved", note="agreed")
    assert b"Approved: verified" in page.content
    assert (state(case), standing(ana)[0]) == ("verified", "verified")
    (row,) = look("SELECT review_again_on FROM kyc_cases")
    assert row["review_again_on"] is not None


def test_a_declined_proposal_leaves_everything_where_it_was(ana: User) -> None:
    case, _, approver = reviewed(ana)
    act(approver, "kyccase", case.pk, "decide", verdict="declined", note="address is too old")
    assert (state(case), standing(ana)[0]) == ("in_review", "pending")


def test_an_incomplete_case_is_not_handed_in_and_says_what_is_missing(ana: User) -> None:
    with acting_as(ana):
        case = applying.open_case(user=ana, country="US", account_type="crypto", profile={})
        applying.add_document(case=case, kind="passport", name="p", content=passport(), expires_on=date(2020, 1, 1))
        with pytest.raises(CaseIncomplete, match=r"photograph.*address.*money.*W-9"):
            applying.hand_in(case=case)


@pytest.mark.parametrize(
    ("country", "account_type", "keys"),
    [("FR", "personal", ["identity", "address"]), ("US", "personal", ["identity", "address", "tax"]),
     ("FR", "prop_firm", ["identity", "address", "firm"]),
     ("IR", "crypto", ["identity", "address", "second_identity", "funds", "funds_high_risk"])],
)  # fmt: skip
def test_the_checklist_follows_country_and_account(country: str, account_type: str, keys: list[str]) -> None:
    assert [item.key for item in checklist.needed(country, account_type)] == keys


def test_a_verified_case_is_reviewed_again_when_its_first_document_runs_out() -> None:
    today = date(2026, 11, 21)
    assert checklist.review_again_on(today, [None]) == date(2028, 11, 21)
    assert checklist.review_again_on(today, [date(2027, 3, 1), None]) == date(2027, 3, 1)


# Four eyes, by SQL --------------------------------------------------------------------------------------

APPROVE = "UPDATE decisions SET verdict = 'approved', decided_by_id = %s, decided_at = now()"


def test_who_proposed_does_not_approve_even_as_an_approver(ana: User) -> None:
    case = handed_in(ana)
    approver = staff("approver")
    seat = browser(approver)
    act(seat, "kyccase", case.pk, "take")
    act(seat, "kyccase", case.pk, "propose", outcome="verified", reason="I am quite sure of it")
    assert b"somebody else decides" in act(seat, "kyccase", case.pk, "decide", verdict="approved").content
    with by(approver) as sql, pytest.raises(psycopg.errors.CheckViolation, match="four_eyes"):
        sql.execute(APPROVE, [approver.pk])
    with hand_of("superuser") as sql, pytest.raises(psycopg.Error):
        sql.execute("SELECT set_config('aetheris.actor_id', %s, false)", [str(approver.pk)])
        sql.execute(APPROVE, [approver.pk])
    assert state(case) == "in_review"


def test_who_escalated_does_not_approve(ana: User) -> None:
    case, _, approver = reviewed(ana)
    second = User.objects.using("admin").get(email="approver@desk.example")
    act(approver, "kyccase", case.pk, "escalate", reason="the photograph looks odd")
    assert b"somebody else decides" in act(approver, "kyccase", case.pk, "decide", verdict="approved").content
    with by(second) as sql, pytest.raises(psycopg.errors.RestrictViolation, match="second person"):
        sql.execute(APPROVE, [second.pk])


def test_nobody_signs_a_decision_as_another(ana: User) -> None:
    reviewed(ana)
    other = staff("approver", "other")
    with by(other) as sql, pytest.raises(psycopg.errors.RestrictViolation, match="signed by whoever"):
        sql.execute(APPROVE, [User.objects.using("admin").get(email="approver@desk.example").pk])


@pytest.mark.parametrize("role", ["reviewer", "auditor", "administrator"])
def test_only_an_approver_approves(ana: User, role: str) -> None:
    reviewed(ana)
    someone = staff(role, "someone")
    with by(someone) as sql:
        assert sql.execute(APPROVE, [someone.pk]).rowcount == 0
    assert look("SELECT verdict FROM decisions") == [{"verdict": None}]


def test_a_decision_once_made_stays(ana: User) -> None:
    case, _, approver = reviewed(ana)
    act(approver, "kyccase", case.pk, "decide", verdict="approved")
    for order in (
        "UPDATE decisions SET verdict = 'declined'",
        "UPDATE decisions SET reason = 'other'",
        "DELETE FROM decisions",
        "TRUNCATE decisions",
    ):
        with hand_of("superuser") as sql, pytest.raises(psycopg.errors.RestrictViolation):
            sql.execute(order)


STATUS = "UPDATE users SET kyc_status = 'verified' WHERE id = %s"


@pytest.mark.parametrize("hand", ["app", "service", "staff", "migrator", "superuser"])
def test_a_persons_standing_changes_by_a_decision_alone(ana: User, hand: str) -> None:
    with hand_of(hand, tenant=ana.pk) as sql:
        with contextlib.suppress(*REFUSED):
            assert sql.execute(STATUS, [ana.pk]).rowcount == 0
        with contextlib.suppress(*REFUSED):
            assert sql.execute("UPDATE users SET aml_status = 'passed' WHERE id = %s", [ana.pk]).rowcount == 0
    assert standing(ana) == ("pending", "review")


def test_an_approver_without_a_decision_changes_nothing(ana: User) -> None:
    with by(staff("approver")) as sql, pytest.raises(psycopg.errors.RestrictViolation, match="decision alone"):
        sql.execute(STATUS, [ana.pk])


def test_nobody_signs_up_as_verified(real_db: None) -> None:
    with hand_of("superuser") as sql, pytest.raises(psycopg.errors.RestrictViolation):
        sql.execute("INSERT INTO users (email, password, kyc_status) VALUES ('x@example.com', 'x', 'verified')")


STEPS = [
    ("draft", "in_review"), ("draft", "verified"), ("submitted", "verified"), ("submitted", "draft"),
    ("in_review", "verified"), ("verified", "draft"), ("rejected", "in_review"), ("expired", "verified"),
]  # fmt: skip


@pytest.mark.parametrize(("was", "becomes"), STEPS)
def test_a_case_takes_no_step_that_is_not_drawn(ana: User, was: str, becomes: str) -> None:
    case = handed_in(ana)
    with hand_of("superuser") as sql:
        sql.execute("SET session_replication_role = replica")
        sql.execute("UPDATE kyc_cases SET state = %s", [was])
        sql.execute("SET session_replication_role = origin")
        with pytest.raises(REFUSED):
            sql.execute("UPDATE kyc_cases SET state = %s", [becomes])
    assert state(case) == was


def test_a_person_does_not_move_their_own_case_on(ana: User) -> None:
    handed_in(ana)
    with hand_of("app", tenant=ana.pk) as sql:
        for becomes in ("in_review", "draft", "verified"):
            with pytest.raises(psycopg.errors.RestrictViolation):
                sql.execute("UPDATE kyc_cases SET state = %s", [becomes])


# Documents ----------------------------------------------------------------------------------------------


def test_a_document_lies_encrypted_and_opens_for_its_owner_alone(ana: User, bo: User) -> None:
    handed_in(ana)
    document = KycDocument.objects.using("admin").filter(kind="passport").get()
    raw = files.place(document.pk).read_bytes()
    assert b"PNG" not in raw
    assert files.get(ana.pk, document.pk, document.wrapped_key) == passport()
    keys.make(bo.pk)
    with pytest.raises(keys.NotOpened):
        files.get(bo.pk, document.pk, document.wrapped_key)


def test_a_moved_file_and_a_destroyed_key_do_not_open(ana: User) -> None:
    handed_in(ana)
    one, two = KycDocument.objects.using("admin").order_by("created_at")
    files.place(one.pk).write_bytes(files.place(two.pk).read_bytes())
    with pytest.raises(keys.NotOpened):
        files.get(ana.pk, one.pk, one.wrapped_key)
    assert keys.destroy(ana.pk)
    with pytest.raises(keys.KeyDestroyed):
        files.get(ana.pk, two.pk, two.wrapped_key)


def test_the_desk_sees_a_picture_made_anew_and_it_is_noted(ana: User) -> None:
    case = handed_in(ana)
    document = KycDocument.objects.using("admin").filter(kind="passport").get()
    seat = browser(staff("auditor"))
    answer = seat.get(f"/admin/compliance/kyccase/{case.pk}/document/{document.pk}/1/")
    assert answer["Content-Type"] == "image/jpeg"
    assert answer.content[:3] == b"\xff\xd8\xff"
    assert look("SELECT count(*) AS n FROM audit.readings WHERE what = 'KYC document'") == [{"n": 1}]
    assert seat.get(f"/admin/compliance/kyccase/{case.pk}/document/{document.pk}/9/").status_code == 422


def hostile() -> list[tuple[str, bytes]]:
    bomb = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(bomb, "PNG")
    return [
        ("empty", b""), ("html", b"<script>alert(1)</script>"), ("svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("a bomb of pixels", bomb.getvalue()), ("torn", passport()[:60]), ("a false PDF", b"%PDF-1.7 nothing"),
        ("executable", b"MZ" + bytes(500)), ("too large", b"%PDF-" + bytes(11 * 2**20)),
    ]  # fmt: skip


@pytest.mark.parametrize(("name", "content"), hostile(), ids=[name for name, _ in hostile()])
def test_a_file_that_cannot_be_drawn_is_refused_and_not_kept(ana: User, name: str, content: bytes) -> None:
    with acting_as(ana):
        case = applying.open_case(user=ana, country="FR", account_type="personal", profile={})
        with pytest.raises(viewing.FileNotShown):
            applying.add_document(case=case, kind="passport", name="p", content=content, expires_on=None)
    assert not KycDocument.objects.using("admin").exists()
    assert not files.folder().exists()


def test_what_hides_in_a_picture_is_left_behind(real_db: None) -> None:
    out = io.BytesIO()
    picture = Image.new("RGB", (50, 40), "teal")
    told = Image.Exif()
    told[0x010E] = "hidden words"
    picture.save(out, "JPEG", exif=told)
    seen = viewing.look(out.getvalue() + b"<?php trailing(); ?>")
    assert b"hidden words" in out.getvalue()
    assert b"hidden" not in seen.jpeg
    assert b"php" not in seen.jpeg


def test_a_pdf_becomes_pages(real_db: None) -> None:
    out = io.BytesIO()
    first = Image.new("RGB", (200, 300), "white")
    first.save(out, "PDF", save_all=True, append_images=[Image.new("RGB", (200, 300), "red")])
    seen = viewing.look(out.getvalue(), 2)
    assert (seen.kind, seen.pages) == ("PDF", 2)
    with Image.open(io.BytesIO(seen.jpeg)) as page:
        red, green, _ = page.convert("RGB").getpixel((10, 10))
    assert red > 200 > 100 > green


def test_what_a_person_says_of_themselves_is_not_in_the_database_in_clear(ana: User) -> None:
    handed_in(ana, name="Anastasia Unmistakable")
    assert not look("SELECT FROM kyc_cases c WHERE c::text LIKE '%%Unmistakable%%'")
    assert not look("SELECT FROM audit.records r WHERE r::text LIKE '%%Unmistakable%%'")
    (case,) = KycCase.objects.using("admin").all()
    assert applying.profile_of(case)["legal_name"] == "Anastasia Unmistakable"
