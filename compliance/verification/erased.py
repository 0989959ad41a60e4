"""I follow an entry's leaf through the erasures that took words out of it, as far as a trusted key has signed them."""

from collections.abc import Iterable, Mapping
from typing import Any

from compliance.sealing import keys

Step = tuple[bytes, bytes]


def word(note: Mapping[str, Any]) -> bytes:
    """What is signed."""
    return f"aetheris redaction 1|{note['chapter']}|{note['entry']}|{note['was']}|{note['becomes']}".encode()


def signed_step(note: Mapping[str, Any], trusted: Mapping[str, bytes]) -> Step | None:
    public = trusted.get(note["key_id"])
    if public is None or not keys.stands(public, bytes.fromhex(note["signature"]), word(note)):
        return None
    return bytes.fromhex(note["was"]), bytes.fromhex(note["becomes"])


def after(leaf: bytes, steps: Iterable[Step]) -> bytes:
    for was, becomes in steps:
        leaf = becomes if leaf == was else leaf
    return leaf
