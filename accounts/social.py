"""I know who comes from Google or GitHub: allauth speaks OAuth2 with them, I decide which person of ours it is."""

from dataclasses import dataclass

from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.conf import settings
from django.db import connection

from accounts import mails
from accounts.errors import EmailNotVerified, SignInRefused
from accounts.models import User
from accounts.models.user import Status
from accounts.signin import person, person_of
from aetheris.db.tenancy import acting_as

NAMES = {"google": "Google", "github": "GitHub"}


@dataclass(frozen=True, slots=True)
class Provider:
    id: str
    name: str


def offered() -> list[Provider]:
    """Those that this installation has the keys of."""
    told = settings.SOCIALACCOUNT_PROVIDERS
    return [Provider(id, name) for id, name in NAMES.items() if told.get(id, {}).get("APPS")]


def is_offered(name: str) -> bool:
    return any(provider.id == name for provider in offered())


def person_behind(login: SocialLogin) -> User:
    """By the identity, else by an address that the provider has verified, else someone new."""
    provider, identity = login.account.provider, login.account.uid
    user = _known_as(provider, identity) or _known_by_mail(login) or _new(login)
    if not user.is_active:
        raise SignInRefused
    with acting_as(user):
        SocialAccount.objects.get_or_create(provider=provider, uid=identity, defaults={"user": user})
    return user


def _known_as(provider: str, identity: str) -> User | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT door.person_known_as(%s, %s)", [provider, identity])
        row = cursor.fetchone()
    return person(row[0]) if row and row[0] else None


def _known_by_mail(login: SocialLogin) -> User | None:
    """Whoever registered this address without confirming it never owned it: their password goes."""
    id = person_of(_verified(login))
    user = person(id) if id else None
    if user is not None and user.status == Status.PENDING_VERIFICATION:
        with acting_as(user), connection.cursor() as cursor:
            user.set_password(None)
            user.save(update_fields=["password"])
            cursor.execute("SELECT door.confirm(%s)", [user.pk])
            user.refresh_from_db()
    elif user is not None:
        mails.send("provider_added", user, provider=NAMES[login.account.provider])
    return user


def _new(login: SocialLogin) -> User:
    told = login.user
    names = {"first_name": getattr(told, "first_name", "") or "", "last_name": getattr(told, "last_name", "") or ""}
    return User.objects.create_user(_verified(login), None, status=Status.ACTIVE, **names)


def _verified(login: SocialLogin) -> str:
    for address in login.email_addresses:
        if address.verified:
            return str(address.email)
    raise EmailNotVerified(provider=NAMES[login.account.provider])
