"""I judge what a person shows at the door, password or code, and slow down whoever guesses.

Guesses are counted by the account they try and by the address they come from, in the store all processes share.
"""

from django.contrib.auth import authenticate
from django.http import HttpRequest

from accounts import attempts, passkeys, second
from accounts.errors import CodeRefused, PasskeyRefused, SignInRefused, TooManyTries
from accounts.models import User
from accounts.models.sign_in import Way


def by_password(request: HttpRequest, email: str, password: str) -> User:
    """Who they are; an unknown e-mail, a wrong password and a closed account are refused in the same words."""
    address = request.META.get("REMOTE_ADDR", "")
    _wait(email, address)
    user = authenticate(request, email=email, password=password)
    if not isinstance(user, User):
        attempts.failed(email, address)
        raise SignInRefused
    if not second.is_on(user):
        attempts.succeeded(email)
    return user


def by_code(request: HttpRequest, user: User, code: str) -> Way:
    """Which factor it was. Whoever can guess here knows the password already: ten tries, then a pause."""
    address, name = request.META.get("REMOTE_ADDR", ""), f"code:{user.pk}"
    _wait(name, address)
    way = second.accepts(user, code)
    if way is None:
        attempts.failed(name, address)
        raise CodeRefused
    attempts.succeeded(name)
    attempts.succeeded(user.email)
    return way


def by_passkey(request: HttpRequest, answer: str, only: User | None = None) -> User:
    """Whose key it was. A signature cannot be guessed; whoever tries to is slowed down all the same."""
    address = request.META.get("REMOTE_ADDR", "")
    name = f"passkey:{only.pk if only else address}"
    _wait(name, address)
    try:
        return passkeys.shown_by(request, answer, only)
    except PasskeyRefused:
        attempts.failed(name, address)
        raise


def again(request: HttpRequest, user: User, *, code: str, password: str) -> None:
    """Step up: a code, or the password of someone who has no second factor."""
    if second.is_on(user) or not password:
        by_code(request, user, code)
    elif by_password(request, user.email, password).pk != user.pk:
        raise SignInRefused


def asked(request: HttpRequest, name: str) -> None:
    """A mail was asked for: by anyone, for anyone, so only so many."""
    address = request.META.get("REMOTE_ADDR", "")
    _wait(f"mail:{name}", address)
    attempts.failed(f"mail:{name}", address)


def _wait(name: str, address: str) -> None:
    if wait := attempts.wait_of(name, address):
        raise TooManyTries(wait=wait)
