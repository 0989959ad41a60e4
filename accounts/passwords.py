"""I refuse a password that others have used before us: one of the breached list, or of this place's own words, dressed
up or not.

The list is Django's, of 20,000 passwords from public breaches. Almost all are shorter than our least length, so what
counts is the heart of a password: without its digits and signs at both ends, and written once where it is repeated.
"""

import re
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

ENDS = re.compile(r"^[\W\d_]+|[\W\d_]+$")
REPEATED = re.compile(r"^(.{3,}?)\1+$")
LEET = str.maketrans("013457@$!", "oleastasi")
ROWS = ("1234567890", "0987654321", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")
WALKS = tuple(row * 4 for row in ROWS)
OURS = frozenset({"aetheris", "trading", "trader", "broker", "forex", "metatrader", "drawdown"})  # words of this place
OWN_ENOUGH = 8  # letters of one's own that make even a common heart a good password


class NotBreached(CommonPasswordValidator):
    """`validate` raises in words a person can act on."""

    def validate(self, password: str, user: Any = None) -> None:
        hearts = _hearts(password.lower())
        email = str(getattr(user, "email", "") or "").lower()
        walked = any(password.lower() in walk for walk in WALKS)
        if (
            walked
            or any(self._is_known(heart, len(password)) for heart in hearts)
            or (email and email in password.lower())
        ):
            raise ValidationError(
                "This password, or its heart, is on a list of passwords known from breaches. Choose another: a few "
                "words that do not belong together are easy to keep.", code="password_breached",
            )  # fmt: skip

    def _is_known(self, heart: str, length: int) -> bool:
        little = length - len(heart) < OWN_ENOUGH or length % len(heart) == 0
        return little and (heart in self.passwords or heart in OURS)

    def get_help_text(self) -> str:
        return "At least 12 characters, of any kind; none that is known from a breach."


def _hearts(password: str) -> set[str]:
    found = {password}
    for change in (lambda word: ENDS.sub("", word), lambda word: word.translate(LEET), _once):
        found |= {change(word) for word in found}
    return {word for word in found if word}


def _once(word: str) -> str:
    match = REPEATED.match(word)
    return match[1] if match else word
