"""A cunning insider at the desk: two roles in turn, another's signature, the proposal swapped, the past reopened."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
import pytest
from django.contrib import admin

from accounts.models import User
from aetheris.db.router import door
from aetheris.db.tenancy import acting_as
from compliance import decisions
from compliance.desk.work import WorkDesk
from compliance.errors import CaseNotThere
from compliance.kyc import applying
from compliance.models.decision import Verdict
from compliance.vault import files
from tests.compliance.staff import act, browser, by, handed_in, staff
from tests.hands import hand_of, look

pytestmark = pytest.mark.usefixtures("real_db", "vault")
REFUSED = (psycopg.errors.RestrictViolation, psycopg.errors.InsufficientPrivilege, psycopg.errors.CheckViolation)
PROPOSED = """
    INSERT INTO decisions (kind, subject_id, case_id, outcome, reason, proposed_by_id) VALUES (%s, %s, %s, %s, 'x', %s)
"""


@contextmanager
def refused(user: User) -> Iterator[psycopg.Connection[Any]]:
    """In this person's name, with the staff's own login: whatever is tried here must be refused."""
    with by(user) as sql, pytest.raises(REFUSED):
        yield sql


def inquiry(user: User, state: str = "in_review") -> Any:
    with hand_of("superuser") as sql:
        row = sql.execute("INSERT INTO aml_cases (subject_id, title, state, due_at) VALUES (%s, 'Mirrors', %s, now()) "
                          "RETURNING id", [user.pk, state]).fetchone()  # fmt: skip
    assert row is not None
    return row[0]


def test_one_person_closes_no_inquiry_alone(ana: User) -> None:
    case, approver = inquiry(ana), staff("approver")
    for state in ("closed", "reported"):
        with refused(approver) as sql:
            sql.execute("UPDATE aml_cases SET state = %s", [state])
    assert look("SELECT state FROM aml_cases WHERE id = %s", case) == [{"state": "in_review"}]


def test_one_person_agrees_to_no_erasure_alone(ana: User) -> None:
    from compliance.privacy import asking

    with acting_as(ana):
        asking.ask(user=ana)
    for state in ("approved", "withdrawn"):
        with refused(staff("approver", f"a-{state}")) as sql:
            sql.execute("UPDATE erasure_requests SET state = %s", [state])


def test_a_hold_is_not_lifted_in_anothers_name_nor_born_lifted(ana: User) -> None:
    approver, other = staff("approver"), staff("approver", "other")
    with by(approver) as sql:
        sql.execute("INSERT INTO legal_holds (subject_id, reason, placed_by_id) VALUES (%s, 'a court', %s)",
                    [ana.pk, approver.pk])  # fmt: skip
    with refused(approver) as sql:
        sql.execute("UPDATE legal_holds SET lifted_by_id = %s, lifted_at = now()", [other.pk])
    with refused(approver) as sql:
        sql.execute("INSERT INTO legal_holds (subject_id, reason, placed_by_id, lifted_by_id, lifted_at) VALUES "
                    "(%s, 'x', %s, %s, now())", [ana.pk, approver.pk, other.pk])  # fmt: skip
    with by(other) as sql:
        sql.execute("UPDATE legal_holds SET lifted_by_id = %s, lifted_at = now()", [other.pk])
    with refused(other) as sql:
        sql.execute("UPDATE legal_holds SET lifted_by_id = NULL, lifted_at = NULL")


def test_a_role_that_ended_does_not_come_back_to_life(real_db: None) -> None:
    """Who was an approver once and is administrator now gives themselves nothing by un-ending the old row."""
    boss = staff("administrator")
    with hand_of("superuser") as sql:
        sql.execute("SET session_replication_role = replica")
        sql.execute("INSERT INTO desk_roles (person_id, role, ended_at) VALUES (%s, 'approver', now())", [boss.pk])
    with refused(boss) as sql:
        sql.execute("UPDATE desk_roles SET ended_at = CASE role WHEN 'approver' THEN NULL ELSE now() END "
                    "WHERE person_id = %s", [boss.pk])  # fmt: skip
    assert look("SELECT role FROM desk_roles WHERE ended_at IS NULL") == [{"role": "administrator"}]


def test_reviewer_first_and_approver_later_is_still_one_person(ana: User) -> None:
    case, one = inquiry(ana), staff("reviewer")
    with by(one) as sql:
        sql.execute(PROPOSED, ["aml", ana.pk, case, "passed", one.pk])
    with hand_of("superuser") as sql:
        sql.execute("UPDATE desk_roles SET ended_at = now()")
        sql.execute("INSERT INTO desk_roles (person_id, role) VALUES (%s, 'approver')", [one.pk])
    with refused(one) as sql:
        sql.execute("UPDATE decisions SET verdict = 'approved', decided_by_id = %s, decided_at = now()", [one.pk])


def test_the_proposer_is_not_rewritten_and_a_decision_not_made_in_anothers_name(ana: User) -> None:
    case, one, two = inquiry(ana), staff("reviewer"), staff("approver")
    with by(one) as sql:
        sql.execute(PROPOSED, ["aml", ana.pk, case, "passed", one.pk])
    for column in ("proposed_by_id", "subject_id"):
        with refused(one) as sql:
            sql.execute(f"UPDATE decisions SET {column} = %s", [two.pk])
    for person in (one, two):
        with by(person) as sql, suppress(*REFUSED):
            sql.execute("UPDATE decisions SET verdict = 'approved', decided_at = now(), decided_by_id = %s",
                        [(two if person == one else one).pk])  # fmt: skip
    assert look("SELECT verdict, decided_by_id FROM decisions") == [{"verdict": None, "decided_by_id": None}]
    with hand_of("superuser") as sql, pytest.raises(psycopg.Error):
        sql.execute("UPDATE decisions SET proposed_by_id = %s", [two.pk])


def test_a_decision_is_about_the_person_whose_case_it_is(ana: User, bo: User) -> None:
    case, one = inquiry(ana), staff("reviewer")
    with refused(one) as sql:
        sql.execute(PROPOSED, ["aml", bo.pk, case, "passed", one.pk])


def test_nobody_reads_or_proposes_what_is_about_themselves(ana: User) -> None:
    """Somebody of the staff under inquiry does not see it, let alone decide it."""
    one = staff("reviewer")
    case = inquiry(one)
    with by(one) as sql:
        assert sql.execute("SELECT count(*) FROM aml_cases").fetchone() == (0,)
    with refused(one) as sql:
        sql.execute(PROPOSED, ["aml", one.pk, case, "passed", one.pk])
    with by(staff("approver")) as sql:
        assert sql.execute("SELECT count(*) FROM aml_cases").fetchone() == (1,)


def test_what_was_answered_stays_answered(ana: User) -> None:
    one = staff("reviewer")
    with hand_of("superuser") as sql:
        sql.execute("INSERT INTO behaviour_alerts (rule, subject_id, sentence, pattern, state, resolution) "
                    "VALUES ('wash_trades', %s, 'x', 'p', 'dismissed', 'nothing in it')", [ana.pk])  # fmt: skip
        sql.execute("INSERT INTO screening_hits (subject_id, source, reference, digest, listed_name, score, state, "
                    "resolved_by_id, resolution) VALUES (%s, 'un', '1', 'd', 'X', 90, 'confirmed', %s, 'it is them')",
                    [ana.pk, one.pk])  # fmt: skip
    for order in ("behaviour_alerts SET state = 'open'", "behaviour_alerts SET resolution = 'other'",
                  "screening_hits SET state = 'cleared'", "screening_hits SET resolution = 'other'"):  # fmt: skip
        with refused(one) as sql:
            sql.execute(f"UPDATE {order}")


def test_a_case_is_not_sent_back_while_a_proposal_about_it_stands(ana: User) -> None:
    """Else its owner could put other documents under a proposal that was made about the first ones."""
    case, reviewer = handed_in(ana), staff("reviewer")
    seat = browser(reviewer)
    act(seat, "kyccase", case.pk, "take")
    act(seat, "kyccase", case.pk, "propose", outcome="verified", reason="passport and address agree")
    assert b"next step" in act(seat, "kyccase", case.pk, "ask", reason="one more page please").content
    with refused(reviewer) as sql:
        sql.execute("UPDATE kyc_cases SET state = 'draft'")
    with refused(reviewer) as sql:
        sql.execute("UPDATE kyc_cases SET state = 'verified'")


def test_what_the_desk_has_seen_is_not_taken_away_by_its_owner(ana: User) -> None:
    """Sent back to the person, a document may be withdrawn from the case; its file stays in the vault."""
    case, seat = handed_in(ana), browser(staff("reviewer"))
    act(seat, "kyccase", case.pk, "take")
    act(seat, "kyccase", case.pk, "ask", reason="a younger proof of address")
    before = len(list(files.folder().rglob("*.sealed")))
    with acting_as(ana):
        again = applying.current_case(ana)
        assert again is not None
        applying.withdraw_document(document=again.documents.all()[0])
    assert len(list(files.folder().rglob("*.sealed"))) == before == 2


def test_nobody_reviews_their_own_doing(ana: User) -> None:
    one = staff("reviewer")
    seat = browser(one)
    act(seat, "legalhold", None, "hold", email=ana.email, reason="a court has asked for it")
    (mine,) = look("SELECT id * 1000 + 1 AS n FROM audit.records WHERE table_name = 'legal_holds'")
    assert b"yourself" in act(seat, "auditentry", mine["n"], "review", note="all is well").content
    with refused(one) as sql:
        sql.execute("INSERT INTO entry_reviews (sequence, kind, note, reviewer_id) VALUES (%s, 'reviewed', 'x', %s)",
                    [mine["n"], one.pk])  # fmt: skip
    assert b"is reviewed" in act(browser(staff("approver")), "auditentry", mine["n"], "review", note="seen it").content


@pytest.mark.parametrize("table", ["case_notes", "decisions", "kyc_documents", "behaviour_alerts", "entry_reviews",
                                   "screening_hits", "legal_holds", "aml_cases", "payments"])  # fmt: skip
def test_evidence_is_not_deleted_by_any_role(ana: User, table: str) -> None:
    for role in ("reviewer", "approver", "administrator"):
        with refused(staff(role, f"{role}-{table}")) as sql:
            sql.execute(f"DELETE FROM {table}")


def test_of_two_approvers_at_once_one_decides(ana: User) -> None:
    """Both have read the proposal before either writes: the second is told that it is decided."""
    case, one = inquiry(ana), staff("reviewer")
    with by(one) as sql:
        sql.execute(PROPOSED, ["aml", ana.pk, case, "passed", one.pk])
    both = [staff("approver"), staff("approver", "other")]
    told: list[str] = []
    at_once = threading.Barrier(2, timeout=60)
    read = decisions.has_escalated

    def together(case_id: Any, person: User) -> bool:
        at_once.wait()
        return read(case_id, person)

    def decide(person: User, verdict: Verdict) -> None:
        from django.db import connections, transaction

        token = door.set("staff")
        try:
            with acting_as(person, using="staff"), transaction.atomic(using="staff"):
                decisions.decide(case_id=case, verdict=verdict, note="", by=person)
            told.append(verdict.value)
        except CaseNotThere:
            told.append("too late")
        finally:
            door.reset(token)
            connections["staff"].close()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decisions, "has_escalated", together)
        hands = [threading.Thread(target=decide, args=told) for told in zip(both, Verdict, strict=True)]
        for hand in hands:
            hand.start()
        for hand in hands:
            hand.join(120)
    (row,) = look("SELECT verdict FROM decisions")
    assert sorted(told) == sorted([row["verdict"], "too late"])
    ended = "closed" if row["verdict"] == "approved" else "in_review"
    assert look("SELECT state FROM aml_cases") == [{"state": ended}]


# The matrix ---------------------------------------------------------------------------------------------

# Model of the registry → the acts of its desk. A new desk or act fails below until somebody has judged who may.
ACTS: dict[str, dict[str, str]] = {
    "accounts.tradingaccount": {}, "accounts.user": {}, "analytics.kpisnapshot": {}, "armor.breach": {},
    "compliance.amlcase": {"take": "RA", "note": "RA", "rate": "RA", "escalate": "RA", "propose": "RA", "decide": "A",
                           "reassign": "RA"},
    "compliance.auditentry": {"review": "RA", "escalate": "RA", "verify": "RAUD"},
    "compliance.behaviouralert": {"case": "RA", "dismiss": "RA", "decide": "A"}, "compliance.chaincheck": {},
    "compliance.dataexport": {}, "compliance.decision": {}, "compliance.deskrole": {"give": "D", "end": "D"},
    "compliance.erasurerequest": {"propose": "RA", "decide": "A"}, "compliance.hit": {"answer": "RA", "decide": "A"},
    "compliance.kyccase": {"take": "RA", "ask": "RA", "propose": "RA", "escalate": "RA", "decide": "A",
                           "reassign": "RA"},
    "compliance.legalhold": {"hold": "RA", "lift": "A"}, "compliance.listedparty": {},
    "compliance.payment": {"import": "D"}, "compliance.retentionrun": {},
    "compliance.watchlist": {"import": "D", "decide": "A"},
}  # fmt: skip
LETTERS = {"R": "reviewer", "A": "approver", "U": "auditor", "D": "administrator"}


def test_every_act_of_every_desk_is_judged() -> None:
    """R reviewer, A approver, U auditor, D administrator."""
    found = {}
    for model, desk in admin.site._registry.items():
        acts = [*desk.acts, *desk.list_acts] if isinstance(desk, WorkDesk) else []
        found[f"{model._meta.app_label}.{model._meta.model_name}"] = {one.name: set(one.roles) for one in acts}
    judged = {name: {act: {LETTERS[one] for one in who} for act, who in acts.items()} for name, acts in ACTS.items()}
    assert {name: acts for name, acts in found.items() if acts or name.startswith("compliance.")} == {
        name: acts for name, acts in judged.items() if acts or name.startswith("compliance.")
    }
