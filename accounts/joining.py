"""I let people join, come back by mail, and change their password; what I answer never tells who is known here."""

from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection

from accounts import entering, links, mails
from accounts.errors import LinkOver, PasswordNotRight
from accounts.models import User
from accounts.models.user import Status
from accounts.signin import person, person_of
from aetheris import language
from aetheris.db import tenancy
from aetheris.db.tenancy import acting_as
from aetheris.retelling import retold


def register(*, email: str, password: str, first_name: str = "", last_name: str = "", locale: str = "en") -> None:
    """A mail follows either way: with a link to confirm, or with word that this address is known already."""
    _good(password, User(email=email))
    try:
        named = {"first_name": first_name, "last_name": last_name, "locale": language.chosen(locale)}
        user = User.objects.create_user(email.strip(), password, **named)
    except IntegrityError:
        _remind(email)
    else:
        mails.send("verify", user, token=links.issue("verify", str(user.pk)))


def _remind(email: str) -> None:
    known = _known(email)
    if known is not None and known.status == Status.PENDING_VERIFICATION:
        mails.send("verify", known, token=links.issue("verify", str(known.pk)))
    elif known is not None and known.is_active:
        mails.send("known_already", known)


def verify(token: str) -> User:
    """The address is theirs: from now on they may sign in."""
    user = _person_behind("verify", token)
    with acting_as(user), connection.cursor() as cursor:
        cursor.execute("SELECT door.confirm(%s)", [user.pk])
        user.refresh_from_db()
    if not user.is_active:
        raise LinkOver
    return user


def ask_link(email: str) -> None:
    if (known := _known(email)) is not None and known.is_active:
        mails.send("magic_link", known, token=links.issue("enter", str(known.pk)))


def by_link(token: str) -> User:
    """Who holds the mail's link; a second factor is asked for all the same."""
    user = _person_behind("enter", token)
    if not user.is_active:
        raise LinkOver
    tenancy.become(user)
    return user


def ask_reset(email: str) -> None:
    if (known := _known(email)) is not None and known.is_active:
        token = links.issue("reset", {"user": str(known.pk), "as": known.get_session_auth_hash()})
        mails.send("reset", known, token=token)


def reset(*, token: str, password: str) -> User:
    """A new password by mail. A second factor stays as it is; every sign-in ends."""
    about = links.look("reset", token) or {}
    user = person(about["user"]) if about else None
    if user is None or not user.is_active or about["as"] != user.get_session_auth_hash():
        raise LinkOver
    _good(password, user)
    if links.redeem("reset", token) is None:
        raise LinkOver
    with acting_as(user):
        _write(user, password)
        entering.end(user, "password changed")
    return user


def change(*, user: User, current: str, password: str, here: SessionBase | None) -> None:
    """A new password; every other sign-in ends, this one goes on."""
    if not user.check_password(current):
        raise PasswordNotRight(field="current_password", why="This is not your current password.")
    _good(password, user)
    _write(user, password)
    entering.end(user, "password changed", but=here)
    if here is not None:
        entering.renew(here, user)


def _write(user: User, password: str) -> None:
    user.set_password(password)
    user.save(update_fields=["password"])
    mails.send("password_changed", user)


def _good(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as found:
        raise PasswordNotRight(field="password", why=" ".join(retold(said) for said in found.messages)) from None


def _known(email: str) -> User | None:
    id = person_of(email)
    return person(id) if id else None


def _person_behind(purpose: str, token: str) -> User:
    id = links.redeem(purpose, token)
    user = person(id) if id else None
    if user is None:
        raise LinkOver
    return user
