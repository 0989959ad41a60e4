"""I put what people said, within a line of the trail, under each person's own key: their key gone, their words are
gone from every copy of the file."""

import json
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from compliance.privacy import plan
from compliance.vault import keys

# A value is its text, or a list of pieces: text as it stands, or [person, sealed text in hex].
Value = str | None | list[Any]
SCAN = json.JSONDecoder().raw_decode
SILENT = ('""', "null", "[]", "{}", '"[secret]"', '"[secret, changed]"', '"[erased]"', '"!"', '"\\\\x"')
LABELS = ("actor_label", "ip")


def sealed(columns: Sequence[str], values: Sequence[str | None], table: str, place: str) -> list[Value]:
    """The line with every word under its owner's key; what is nobody's word stays readable."""
    told = dict(zip(columns, values, strict=True))
    actor, made = told.get("actor_id"), []
    for name, value in told.items():
        pieces: list[Any] = []
        if name in LABELS and actor and value and not value.startswith("erased-"):
            pieces = [[actor, value]]
        elif name in ("old_rows", "new_rows") and value and plan.of(table).blanked:
            pieces = list(_rows(value, table))
        is_sealed = any(isinstance(piece, list) for piece in pieces)
        made.append([_closed(piece, f"{place}.{name}.{k}") for k, piece in enumerate(pieces)] if is_sealed else value)
    return made


def opened(columns: Sequence[str], values: Sequence[Value], place: str) -> list[str | None]:
    """The line as it was sealed; KeyDestroyed where somebody's words are gone."""
    return [_joined(value, f"{place}.{name}") for name, value in zip(columns, values, strict=True)]


def _joined(value: Value, place: str) -> str | None:
    if not isinstance(value, list):
        return value
    return "".join(_open(piece, f"{place}.{k}") for k, piece in enumerate(value))


def _rows(text: str, table: str) -> Iterator[Any]:
    """A list of images as PostgreSQL wrote it, cut around the words; joined again it is the same text to the letter."""
    whose, blanked = "id" if table == "users" else "user_id", frozenset(plan.of(table).blanked)
    done, at = 0, 1
    while at < len(text) and text[at] != "]":
        row, end = SCAN(text, at)
        owner = row.get(whose) if isinstance(row, dict) else None
        for start, stop in _words(text, at, blanked) if owner else ():
            yield text[done:start]
            yield [owner, text[start:stop]]
            done = stop
        at = end + 2 if text[end : end + 2] == ", " else end
    yield text[done:]


def _words(text: str, at: int, names: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Where the values of these names lie within the object that begins here."""
    at += 1
    while text[at : at + 1] == '"':
        name, end = SCAN(text, at)
        start = end + 2  # past ": "
        _, stop = SCAN(text, start)
        word = text[start:stop]
        if name in names and word not in SILENT and not word.startswith('"erased-'):
            yield start, stop
        at = stop + 2  # past ", ", or past the end


def _closed(piece: Any, place: str) -> Any:
    if isinstance(piece, str):
        return piece
    owner, text = piece
    return [owner, keys.seal(_key(owner, True), text.encode(), place).hex()]


def _open(piece: Any, place: str) -> str:
    if isinstance(piece, str):
        return piece
    owner, hidden = piece
    return keys.unseal(_key(owner, False), bytes.fromhex(hidden), place).decode()


def _key(owner: str, may_make: bool) -> bytes:
    return keys.make(UUID(owner)) if may_make else keys.of(UUID(owner))
