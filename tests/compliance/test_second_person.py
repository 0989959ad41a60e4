"""Which list counts, whom a hit is not about, which alert means nothing: one proposes, a second person decides."""

from pathlib import Path
from typing import Any

import psycopg
import pytest

from accounts.models import User
from compliance.aml import importing
from compliance.models import Hit, WatchList
from compliance.models.roles import Desk
from tests.compliance.staff import act, browser, by, listed, staff
from tests.factories import person
from tests.hands import by_the_service, hand_of, look

pytestmark = pytest.mark.usefixtures("real_db", "vault")
REFUSED = (psycopg.errors.RestrictViolation, psycopg.errors.InsufficientPrivilege, psycopg.errors.CheckViolation)
SDN = (Path(__file__).parent / "lists" / "sdn.xml").read_bytes()
DOCTORED = SDN.replace(b"90001", b"90099").replace(b"KOROLENKO", b"NOBODY")
WHY = "born in another year, another face"
PROPOSED = "INSERT INTO decisions (kind, subject_id, case_id, outcome, reason, proposed_by_id) VALUES (%s, %s, %s, %s, 'x', %s)"  # noqa: E501


def refused(user: User, order: str, *values: Any) -> bool:
    """By the staff's own login, in this person's name."""
    with by(user) as sql, pytest.raises(REFUSED):
        sql.execute(order, values)
    return True


def hit_of(user: User) -> Hit:
    listed(SDN, "sdn.xml")
    with by_the_service():
        importing.screen()
    return Hit.objects.using("admin").get(subject_id=user.pk)


def alert_of(user: User) -> Any:
    with hand_of("superuser") as sql:
        order = "INSERT INTO behaviour_alerts (rule, subject_id, sentence, pattern) VALUES ('wash', %s, 'x', 'p')"
        row = sql.execute(f"{order} RETURNING id", [user.pk]).fetchone()
    assert row is not None
    return row[0]


def sent(user: User, content: bytes) -> WatchList:
    """Imported at the desk; it waits."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    seat = browser(user)
    page = act(seat, "watchlist", None, "import", file=SimpleUploadedFile("sdn.xml", content)).content
    assert b"It waits for a second person" in page
    return WatchList.objects.using("admin").latest("created_at")


def test_a_list_counts_when_a_second_person_has_seen_what_would_be_missing() -> None:
    boss, reviewer, approver = staff("administrator"), browser(staff("reviewer")), browser(staff("approver"))
    listed(SDN, "sdn.xml")
    waiting = sent(boss, DOCTORED)
    with by_the_service():
        assert importing.newest("ofac") != waiting, "nobody is held against a list that one person chose"
        assert importing.due() is True
        importing.screen()
        assert importing.due() is False
    page = approver.get(f"/admin/compliance/watchlist/{waiting.pk}/change/").content.decode()
    assert "90001" in page and "is missing" in page and "waits for a second person" in page
    assert b"waits for one" in reviewer.get("/admin/compliance/watchlist/?waits=1").content
    for seat in (reviewer, browser(boss)):
        assert act(seat, "watchlist", waiting.pk, "decide", verdict="approved").status_code == 403
    act(approver, "watchlist", waiting.pk, "decide", verdict="approved")
    with by_the_service():
        assert importing.newest("ofac") == waiting
        assert importing.due() is True


def test_a_declined_list_never_counts() -> None:
    boss = staff("administrator")
    waiting = sent(boss, DOCTORED)
    act(browser(staff("approver")), "watchlist", waiting.pk, "decide", verdict="declined", note="an entry is missing")
    with by_the_service():
        assert importing.newest("ofac") is None
    assert look("SELECT activated_at FROM watch_lists") == [{"activated_at": None}]


def test_by_sql_too_no_one_person_makes_a_list_count() -> None:
    boss, one = staff("administrator"), staff("approver")
    waiting = sent(boss, DOCTORED)
    for user in (boss, one):
        with by(user) as sql:
            try:
                assert sql.execute("UPDATE watch_lists SET activated_at = now()").rowcount == 0
            except REFUSED as refusal:
                assert user == one, refusal
    assert refused(boss, "INSERT INTO watch_lists (source, file_name, sha256, entries, imported_by_id, activated_at) "
                         "VALUES ('un', 'x', 'x', 1, %s, now())", boss.pk)  # fmt: skip
    added = ("INSERT INTO listed_parties (watch_list_id, reference, names, digest) VALUES (%s, '9', '{X}', 'd')",
             waiting.pk)  # fmt: skip
    assert refused(boss, *added), "what was proposed is what the second person saw"
    assert refused(one, PROPOSED, "list", None, waiting.pk, "activated", one.pk)
    with hand_of("superuser") as sql:  # the same person, an approver since
        sql.execute("UPDATE desk_roles SET ended_at = now() WHERE person_id = %s", [boss.pk])
        sql.execute("INSERT INTO desk_roles (person_id, role) VALUES (%s, 'approver')", [boss.pk])
    assert refused(boss, "UPDATE decisions SET verdict = 'approved', decided_at = now(), decided_by_id = %s", boss.pk)
    with hand_of("service") as sql, pytest.raises(psycopg.errors.InsufficientPrivilege):
        sql.execute("INSERT INTO watch_lists (source, file_name, sha256, entries) VALUES ('un', 'x', 'x', 1)")
    assert look("SELECT activated_at FROM watch_lists") == [{"activated_at": None}]


@pytest.fixture
def alike() -> User:
    return person("v@example.com", first_name="Wiktor", last_name="Korolenko")


def test_a_hit_is_cleared_by_two(alike: User) -> None:
    hit, one, two = hit_of(alike), staff("approver"), staff("approver", "other")
    page = act(browser(one), "hit", hit.pk, "answer", answer="cleared", why=WHY).content.decode()
    assert "waits for a second person" in page and 'value="confirmed"' not in page
    assert b"yourself" in act(browser(one), "hit", hit.pk, "decide", verdict="approved").content
    assert look("SELECT state FROM screening_hits") == [{"state": "open"}]
    act(browser(two), "hit", hit.pk, "decide", verdict="approved")
    assert look("SELECT state, resolution, resolved_by_id FROM screening_hits") == [
        {"state": "cleared", "resolution": WHY, "resolved_by_id": two.pk}
    ]


def test_an_alert_is_dismissed_by_two_and_after_a_decline_still_asks(alike: User) -> None:
    alert, one, two = alert_of(alike), staff("approver"), staff("approver", "other")
    for verdict, state in (("declined", "open"), ("approved", "dismissed")):
        act(browser(one), "behaviouralert", alert, "dismiss", reason=WHY)
        assert b"yourself" in act(browser(one), "behaviouralert", alert, "decide", verdict="approved").content
        assert look("SELECT state FROM behaviour_alerts") == [{"state": "open"}]
        act(browser(two), "behaviouralert", alert, "decide", verdict=verdict)
        assert look("SELECT state FROM behaviour_alerts") == [{"state": state}]


def test_by_sql_too_no_one_person_takes_a_hit_or_an_alert_out_of_the_queue(alike: User, ana: User) -> None:
    hit, alert, one = hit_of(alike), alert_of(alike), staff("approver")
    answered = "UPDATE screening_hits SET state = %s, case_id = %s, resolution = 'x', resolved_by_id = %s"
    put = "UPDATE behaviour_alerts SET state = %s, case_id = %s"
    with by(one) as sql:
        (elsewhere,) = sql.execute(  # a case, but another person's
            "INSERT INTO aml_cases (subject_id, title, due_at, opened_by_id) VALUES (%s, 'x', now(), %s) RETURNING id",
            [ana.pk, one.pk],
        ).fetchone()
        sql.execute(PROPOSED, ["hit", alike.pk, hit.pk, "cleared", one.pk])
        sql.execute(PROPOSED, ["alert", alike.pk, alert, "dismissed", one.pk])
    for state, case in (("cleared", None), ("confirmed", None), ("confirmed", elsewhere)):
        assert refused(one, answered, state, case, one.pk)
    for state, case in (("dismissed", None), ("in_case", None), ("in_case", elsewhere)):
        assert refused(one, put, state, case)
    assert refused(one, PROPOSED, "hit", ana.pk, hit.pk, "cleared", one.pk), "about somebody else"
    assert refused(one, PROPOSED, "hit", alike.pk, elsewhere, "cleared", one.pk), "about no hit"
    assert refused(one, PROPOSED, "alert", alike.pk, alert, "cleared", one.pk), "with another's outcome"
    assert refused(one, "UPDATE decisions SET verdict = 'approved', decided_at = now(), decided_by_id = %s", one.pk)
    assert look("SELECT (SELECT state FROM screening_hits) AS hit, state AS alert FROM behaviour_alerts") == [
        {"hit": "open", "alert": "open"}
    ]


def test_what_waits_is_one_list_that_the_whole_desk_reads(alike: User) -> None:
    sent(staff("administrator", "boss"), SDN)
    alert, one = alert_of(alike), browser(staff("reviewer", "first"))
    act(one, "behaviouralert", alert, "dismiss", reason=WHY)
    for role in Desk.values:
        page = browser(staff(role)).get("/admin/compliance/decision/?waits=1").content.decode()
        assert page.count("waits for a second person") == 2, role
        assert f"/admin/compliance/behaviouralert/{alert}/change/" in page
