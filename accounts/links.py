"""I make the secret words that a mail's link carries: good once, for one purpose, for a while."""

from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from django.core.cache import cache

SECONDS = {"verify": 3 * 24 * 3600, "enter": 10 * 60, "reset": 60 * 60, "second_step": 5 * 60, "export": 60 * 60}


def issue(purpose: str, about: Any) -> str:
    """`about` comes back when the word is brought."""
    word = token_urlsafe(32)
    cache.set(_name(purpose, word), about, SECONDS[purpose])
    return word


def look(purpose: str, word: str) -> Any:
    """What it is about, leaving it good."""
    return cache.get(_name(purpose, word))


def redeem(purpose: str, word: str) -> Any:
    """What it is about, for the first who brings it; None otherwise."""
    return cache.take(_name(purpose, word))  # type: ignore[attr-defined]


def _name(purpose: str, word: str) -> str:
    return f"link:{purpose}:{sha256(word.encode('utf-8', 'replace')).hexdigest()}"
