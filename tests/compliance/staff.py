"""I am the staff of the desk, one for each role, and a person whose case they work on."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.test import Client
from PIL import Image

from accounts.models import User
from aetheris import clock
from aetheris.db.router import door
from aetheris.db.tenancy import acting_as
from compliance import decisions
from compliance.aml import importing
from compliance.kyc import applying
from compliance.models import KycCase, WatchList
from compliance.models.decision import Verdict
from tests.factories import person
from tests.hands import hand_of

BACKEND = "accounts.signin.EmailBackend"


def staff(role: str, name: str = "") -> User:
    """Appointed at the machine."""
    address = name if "@" in name else f"{name or role}@desk.example"
    made = person(address, role="ADMIN")
    with hand_of("superuser") as sql:
        sql.execute("INSERT INTO desk_roles (person_id, role) VALUES (%s, %s)", [made.pk, role])
    return made


def listed(content: bytes, name: str) -> WatchList:
    """Imported by an administrator and agreed to by an approver: it counts."""
    users = User.objects.using("admin")
    found = {role: users.filter(email=f"{role}@lists.example").first() for role in ("administrator", "approver")}
    boss, second = (known or staff(role, f"{role}@lists.example") for role, known in found.items())
    with at_the_desk(boss):
        made = importing.import_list(content=content, name=name, by=boss)
    with at_the_desk(second):
        decisions.decide(case_id=made.pk, verdict=Verdict.APPROVED, note="", by=second)
    return made


@contextmanager
def at_the_desk(user: User) -> Iterator[None]:
    """The staff's own connection, working for this person, in one transaction."""
    token = door.set("staff")
    try:
        with acting_as(user, using="staff"), transaction.atomic(using="staff"):
            yield
    finally:
        door.reset(token)


def browser(user: User) -> Client:
    made = Client()
    with acting_as(user):
        made.force_login(user, backend=BACKEND)
    return made


def passport() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (120, 80), "navy").save(out, "PNG")
    return out.getvalue()


def handed_in(user: User, **told: Any) -> KycCase:
    """A complete case of a person in France, waiting for the desk."""
    soon = clock.now().date() + timedelta(days=700)
    with acting_as(user):
        case = applying.open_case(
            user=user,
            country=told.get("country", "FR"),
            account_type="personal",
            profile={"legal_name": told.get("name", "Ana Moreau"), "birth_date": told.get("born", "1990-05-04")},
        )
        applying.add_document(case=case, kind="passport", name="p.png", content=passport(), expires_on=soon)
        applying.add_document(case=case, kind="proof_of_address", name="a.png", content=passport(), expires_on=None)
        applying.hand_in(case=case)
    return case


def act(client: Client, model: str, row: Any, name: str, **told: Any) -> Any:
    """An act at the desk, by its form; the page it leads back to."""
    where = f"/admin/compliance/{model}/{row}/act/{name}/" if row else f"/admin/compliance/{model}/act/{name}/"
    return client.post(where, {f"{name}-{key}": value for key, value in told.items()}, follow=True)


def by(user: User) -> Any:
    """Staff's own login in SQL, working for this person."""

    @contextmanager
    def opened() -> Any:
        with hand_of("staff") as sql:
            sql.execute("SELECT set_config('aetheris.actor_id', %s, false)", [str(user.pk)])
            yield sql

    return opened()
