"""I tell the open lines of a person that a sign-in of theirs is over; every process hears it at once."""

from collections.abc import Iterable
from uuid import UUID

from aetheris.readers import Message, reads

SIGNED_OUT = "SIGNED_OUT"


@reads("signed_out", at_a_glance=True)
def over(user_id: UUID, words: list[str]) -> Iterable[Message]:
    """The sign-in or key that ended, or "all": never said to a browser, whose line just closes."""
    return [{"type": SIGNED_OUT, "line": words[0]}]
