"""I know what reads each kind of note from the database."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple
from uuid import UUID

Message = dict[str, Any]
Read = Callable[[UUID, list[str]], Iterable[Message]]


class Reader(NamedTuple):
    """`at_a_glance`: it looks for a moment, writes nothing, and is called as the person the note is for; others see
    to that themselves and may take their time."""

    read: Read
    at_a_glance: bool


readers: dict[str, Reader] = {}


def reads(kind: str, *, at_a_glance: bool = False) -> Callable[[Read], Read]:
    """A note of this kind becomes the messages this function reads for the person it is for."""

    def take(read: Read) -> Read:
        if kind in readers:
            raise ValueError(f"Notes of kind {kind!r} are read already.")
        readers[kind] = Reader(read, at_a_glance)
        return read

    return take
