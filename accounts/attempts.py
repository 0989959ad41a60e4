"""I slow down whoever guesses passwords: by the account they try and by the address they come from."""

from hashlib import sha256

from django.core.cache import cache

WINDOW_SECONDS = 300
MOST_FOR_AN_ACCOUNT = 10
MOST_FROM_AN_ADDRESS = 50


def wait_of(email: str, address: str) -> int:
    """Seconds to wait before the next attempt is looked at; 0 when it may come."""
    account = cache.get(_account(email), 0) >= MOST_FOR_AN_ACCOUNT
    return WINDOW_SECONDS if account or cache.get(_address(address), 0) >= MOST_FROM_AN_ADDRESS else 0


def failed(email: str, address: str) -> None:
    for name in (_account(email), _address(address)):
        cache.count(name, WINDOW_SECONDS)  # type: ignore[attr-defined]


def succeeded(email: str) -> None:
    cache.delete(_account(email))


def _account(email: str) -> str:
    return "attempts:account:" + sha256(email.strip().lower().encode()).hexdigest()


def _address(address: str) -> str:
    return f"attempts:address:{sha256(address.encode()).hexdigest()}"
