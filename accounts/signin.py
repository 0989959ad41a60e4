"""I let a person in by e-mail and password, before there is a tenant to see them as."""

from typing import Any
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.hashers import make_password
from django.db import connection, router
from django.http import HttpRequest

from accounts.models import User
from aetheris import clock
from aetheris.db import tenancy

# Every request asks for its person, so the question is put together once.
FIELDS = [field.attname for field in User._meta.concrete_fields]
COLUMNS = ", ".join(f'"{field.column}"' for field in User._meta.concrete_fields)
PERSON = f"SELECT {COLUMNS} FROM users WHERE id = %s"  # noqa: S608
WITH_SESSION = (
    f"SELECT session_data, {COLUMNS} FROM users, django_session WHERE id = %s AND session_key = %s AND expire_date > %s"  # noqa: S608
)


def person_of(email: str) -> UUID | None:
    """The id behind an e-mail, through the one function that may look across people."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT door.person_of(%s)", [email.strip()])
        row = cursor.fetchone()
    return row[0] if row else None


def person(id: UUID | str) -> User | None:
    """The person, read as themselves."""
    id = id if isinstance(id, UUID) else UUID(id)
    using = router.db_for_read(User)
    row = tenancy.asked_as(id, PERSON, [id], using=using)
    return None if row is None else User.from_db(using, FIELDS, row)


def person_with_session(id: UUID, key: str) -> tuple[User, str] | None:
    """The person and the text of this living session, in one question; whether it is theirs is for the caller."""
    using = router.db_for_read(User)
    row = tenancy.asked_as(id, WITH_SESSION, [id, key, clock.now()], using=using)
    return None if row is None else (User.from_db(using, FIELDS, row[1:]), row[0])


class EmailBackend:
    """Django's authentication by e-mail. A wrong e-mail costs the same time as a wrong password."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        email = credentials.get("email") or credentials.get("login") or credentials.get("username")
        password = credentials.get("password")
        if not email or password is None:
            return None
        id = person_of(email)
        if id is None:
            make_password(password)
            return None
        found = person(id)
        if found is None or not _knows(found, password) or not found.is_active:
            return None
        tenancy.become(found)
        return found

    def get_user(self, user_id: UUID | str) -> User | None:
        found = person(user_id)
        return found if found is not None and found.is_active else None


def _knows(found: User, password: str) -> bool:
    """As themselves: a hash made with less work than today's is written anew, and that is their row."""
    with tenancy.acting_as(found):
        return found.check_password(password)


class AccountAdapter(DefaultAccountAdapter):
    """allauth's hooks: registration opens with its own pages, not before."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
