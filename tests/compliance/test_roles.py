"""Role × model × action, as the registry of the desk tells it: by its pages, and by SQL past them."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.contrib import admin
from django.test import Client

from accounts.models import User
from compliance.desk.work import WorkDesk
from compliance.models.roles import Desk
from tests.compliance.staff import act, browser, by, staff
from tests.factories import person
from tests.hands import hand_of, look

ROLES = [*Desk.values, "trader"]
DESKS = dict(admin.site._registry)
WORK = {model: desk for model, desk in DESKS.items() if isinstance(desk, WorkDesk)}
ACTS = [
    (model._meta.model_name, one.name, one.roles, one in desk.list_acts)
    for model, desk in WORK.items() for one in (*desk.acts, *desk.list_acts)
]  # fmt: skip


@pytest.fixture
def seats(real_db: None, vault: Path) -> dict[str, Client]:
    made = {role: browser(staff(role)) for role in Desk.values}
    return made | {"trader": browser(person("trader@example.com"))}


def test_the_matrix_has_something_in_it() -> None:
    assert len(ACTS) >= 20
    assert {name for name, *_ in ACTS} >= {
        "kyccase",
        "amlcase",
        "hit",
        "watchlist",
        "deskrole",
        "legalhold",
        "auditentry",
    }
    assert not any("auditor" in roles for _, name, roles, _ in ACTS if name != "verify"), "an auditor only reads"


def test_reading_adding_changing_and_deleting_by_role(seats: dict[str, Client]) -> None:
    """Every desk of the registry: staff read, nobody adds, changes or deletes by Django's own forms."""
    for model in DESKS:
        address = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        for role, seat in seats.items():
            where = f"{role} at {address}"
            assert seat.get(address).status_code == (403 if role == "trader" else 200), where
            assert seat.post(f"{address}add/", {}).status_code == 403, where
            assert (
                b"Are you sure"
                not in seat.post(address, {"action": "delete_selected", "_selected_action": "1"}).content
            )


@pytest.mark.parametrize("role", ROLES)
def test_every_act_is_refused_to_whom_it_is_not_for(seats: dict[str, Client], role: str) -> None:
    """Those it is for get past the door: to 404, since the row is nobody's, or back to the list with a message."""
    for model, name, roles, on_list in ACTS:
        if on_list:
            answer = seats[role].post(f"/admin/compliance/{model}/act/{name}/", {})
            expected = 302 if role in roles else 403
        else:
            (row,) = [ROWS.get(model, lambda: None)()]
            address = f"/admin/compliance/{model}/{row or uuid4()}/act/{name}/"
            answer = seats[role].post(address, {})
            expected = 403 if role == "trader" else 404 if row is None else 302 if role in roles else 403
        assert answer.status_code == expected, f"{role}: {name} on {model}"


def first_entry() -> int:
    return int(look("SELECT min(id) * 1000 + 1 AS n FROM audit.records")[0]["n"])


def first_role() -> Any:
    return look("SELECT id FROM desk_roles ORDER BY id LIMIT 1")[0]["id"]


ROWS = {"auditentry": first_entry, "deskrole": first_role}

# Past the pages ------------------------------------------------------------------------------------------

SUBJECT = "(SELECT id FROM users WHERE role = 'USER' LIMIT 1)"
WRITES = {
    "a decision": (f"INSERT INTO decisions (kind, subject_id, case_id, outcome, reason, proposed_by_id) VALUES "
                   f"('aml', {SUBJECT}, gen_random_uuid(), 'passed', 'x', %s)", ("reviewer", "approver")),
    "a note": ("INSERT INTO case_notes (case_id, text, author_id) VALUES (gen_random_uuid(), 'x', %s)",
               ("reviewer", "approver")),
    "a case": (f"INSERT INTO aml_cases (subject_id, title, due_at, opened_by_id) VALUES ({SUBJECT}, 'x', now(), %s)",
               ("reviewer", "approver")),
    "a review": ("INSERT INTO entry_reviews (sequence, kind, note, reviewer_id) VALUES (1, 'reviewed', 'x', %s)",
                 ("reviewer", "approver")),
    "a hold": (f"INSERT INTO legal_holds (subject_id, reason, placed_by_id) VALUES ({SUBJECT}, 'x', %s)",
               ("reviewer", "approver")),
    "a list": ("INSERT INTO watch_lists (source, file_name, sha256, entries, imported_by_id) VALUES "
               "('un', 'x', 'x', 1, %s)", ("administrator",)),
    "a role": (f"INSERT INTO desk_roles (person_id, role, given_by_id) VALUES ({SUBJECT}, 'approver', %s)",
               ("administrator",)),
    "a check": ("INSERT INTO chain_checks (asked_by_id) VALUES (%s)", tuple(Desk.values)),
}  # fmt: skip


@pytest.mark.parametrize("what", sorted(WRITES))
@pytest.mark.parametrize("role", Desk.values)
def test_the_database_itself_knows_the_roles(real_db: None, ana: User, role: str, what: str) -> None:
    order, roles = WRITES[what]
    someone, other = staff(role), staff("reviewer", "other")
    with by(someone) as sql:
        if role in roles:
            assert sql.execute(order, [someone.pk]).rowcount == 1
        else:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                sql.execute(order, [someone.pk])
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            sql.execute(order, [other.pk])  # in another's name


def test_who_is_not_of_the_staff_reads_nothing_of_the_desk_with_staffs_own_login(real_db: None, ana: User) -> None:
    with by(staff("reviewer")) as sql:
        sql.execute(WRITES["a note"][0], [User.objects.using("admin").get(email="reviewer@desk.example").pk])
        assert sql.execute("SELECT count(*) FROM case_notes").fetchone() == (1,)
    with by(ana) as sql:
        assert sql.execute("SELECT count(*) FROM case_notes").fetchone() == (0,)


def test_an_ended_role_is_a_readers(real_db: None) -> None:
    boss, one = staff("administrator"), staff("approver")
    assert b"The role has ended" in act(browser(boss), "deskrole", role_of(one), "end").content
    with by(one) as sql:
        assert sql.execute("SELECT door.desk_role()").fetchone() == ("auditor",)


def role_of(user: User) -> Any:
    return look("SELECT id FROM desk_roles WHERE person_id = %s", user.pk)[0]["id"]


def test_nobody_gives_a_role_to_themselves_or_to_a_trader(real_db: None, ana: User) -> None:
    boss = staff("administrator")
    seat = browser(boss)
    assert b"Nothing was done" in act(seat, "deskrole", None, "give", email=ana.email, role="approver").content
    act(seat, "deskrole", None, "give", email=boss.email, role="approver")
    with by(boss) as sql, pytest.raises(psycopg.Error):
        sql.execute("INSERT INTO desk_roles (person_id, role, given_by_id) VALUES (%s, 'approver', %s)", [boss.pk] * 2)
    assert look("SELECT role FROM desk_roles WHERE ended_at IS NULL") == [{"role": "administrator"}]


def test_an_erasure_needs_two_people_and_no_hold(real_db: None, vault: Path, ana: User) -> None:
    from aetheris.db.tenancy import acting_as
    from compliance.privacy import asking

    with acting_as(ana):
        asked = asking.ask(user=ana)
    reviewer, approver = browser(staff("reviewer")), browser(staff("approver"))
    act(reviewer, "legalhold", None, "hold", email=ana.email, reason="a court has asked for it")
    assert b"legal hold" in act(reviewer, "erasurerequest", asked.pk, "propose", reason="they asked for it").content
    hold = look("SELECT id FROM legal_holds")[0]["id"]
    act(approver, "legalhold", hold, "lift")
    act(reviewer, "erasurerequest", asked.pk, "propose", reason="they asked for it")
    assert look("SELECT state FROM erasure_requests") == [{"state": "requested"}]
    act(approver, "erasurerequest", asked.pk, "decide", verdict="approved")
    assert look("SELECT state FROM erasure_requests") == [{"state": "approved"}]


def test_whoever_placed_a_hold_does_not_lift_it(real_db: None, ana: User) -> None:
    approver = staff("approver")
    seat = browser(approver)
    act(seat, "legalhold", None, "hold", email=ana.email, reason="a court has asked for it")
    act(seat, "legalhold", look("SELECT id FROM legal_holds")[0]["id"], "lift")
    with by(approver) as sql, pytest.raises(psycopg.errors.CheckViolation):
        sql.execute("UPDATE legal_holds SET lifted_by_id = %s, lifted_at = now()", [approver.pk])
    assert look("SELECT lifted_at FROM legal_holds") == [{"lifted_at": None}]


def test_the_first_roles_are_given_at_the_machine(real_db: None, ana: User) -> None:
    from django.core.management import call_command

    call_command("appoint", "ana@example.com", "reviewer")
    with by(ana) as sql:
        assert sql.execute("SELECT door.desk_role()").fetchone() == ("reviewer",)
    with hand_of("app", tenant=ana.pk) as sql, pytest.raises(psycopg.errors.InsufficientPrivilege):
        sql.execute("SELECT door.appoint(%s, 'approver')", [ana.pk])
