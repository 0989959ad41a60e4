"""A person's own pages: showing who they are, asking for a copy, asking to be erased."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts import stepup
from accounts.models import User
from compliance.models import KycDocument
from tests.compliance.staff import browser, passport
from tests.hands import look

pytestmark = pytest.mark.usefixtures("real_db", "vault")
WHO = {"step": "who", "legal_name": "Ana Moreau", "birth_date": "1990-05-04", "nationality": "fr", "country": "fr",
       "address": "1 rue de l'Exemple", "account_type": "personal"}  # fmt: skip


def sent(kind: str) -> dict[str, object]:
    return {"step": "document", "kind": kind, "file": SimpleUploadedFile("a.png", passport(), "image/png")}


def test_a_person_shows_who_they_are_step_by_step(ana: User) -> None:
    seat = browser(ana)
    assert seat.get("/settings/identity/").status_code == 200
    assert seat.post("/settings/identity/", WHO).status_code == 302
    assert b"Still missing" in seat.get("/settings/identity/").content
    assert seat.post("/settings/identity/", {"step": "hand-in"}).status_code == 422
    for kind in ("passport", "proof_of_address"):
        assert seat.post("/settings/identity/", sent(kind)).status_code == 302
    assert seat.post("/settings/identity/", {"step": "hand-in"}).status_code == 302
    assert look("SELECT state, country FROM kyc_cases") == [{"state": "submitted", "country": "FR"}]
    assert b"Hand it in" not in seat.get("/settings/identity/").content


def test_what_cannot_be_shown_is_refused_with_the_reason(ana: User) -> None:
    seat = browser(ana)
    seat.post("/settings/identity/", WHO)
    bad = {"step": "document", "kind": "passport", "file": SimpleUploadedFile("a.svg", b"<svg/>", "image/svg+xml")}
    answer = seat.post("/settings/identity/", bad)
    assert answer.status_code == 422
    assert b"cannot be shown" in answer.content
    assert not KycDocument.objects.using("admin").exists()


def test_a_document_is_taken_back_by_its_owner_alone(ana: User, cy: User) -> None:
    seat = browser(ana)
    seat.post("/settings/identity/", WHO)
    seat.post("/settings/identity/", sent("passport"))
    (document,) = KycDocument.objects.using("admin").all()
    address = f"/settings/identity/documents/{document.pk}/withdraw/"
    assert browser(cy).post(address).status_code == 404
    assert seat.post(address).status_code == 302
    assert look("SELECT withdrawn_at IS NULL AS stays FROM kyc_documents") == [{"stays": False}]


def test_a_copy_and_an_erasure_are_asked_for_after_the_second_factor(
    ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat = browser(ana)
    monkeypatch.setattr(stepup, "is_fresh", lambda request: False)
    assert seat.post("/settings/data/", {"wish": "copy"}).status_code == 403
    monkeypatch.setattr(stepup, "is_fresh", lambda request: True)
    for wish in ("copy", "erase", "erase"):
        assert seat.post("/settings/data/", {"wish": wish}).status_code == 302
    assert look("SELECT state FROM data_exports") == [{"state": "pending"}]
    assert look("SELECT state FROM erasure_requests") == [{"state": "requested"}]
    assert seat.get("/settings/data/").status_code == 200


@pytest.mark.parametrize("path", ["/settings/identity/", "/settings/data/"])
def test_the_pages_are_under_the_strict_policy(ana: User, vault: Path, path: str) -> None:
    answer = browser(ana).get(path)
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert b"style=" not in answer.content
    assert b"<script>" not in answer.content
