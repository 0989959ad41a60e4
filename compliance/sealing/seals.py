"""I am one seal: a range of transactions that is final, what lies in it, and the seal before."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from compliance.sealing import merkle
from compliance.sealing.chapters import Leaf, packed

FIRST = bytes(32)
COLUMNS = "number, from_xid, to_xid, next_xid, sealed_at, chapters, previous, head, key_id, signature"
FORMAT = "aetheris seal 1"


@dataclass(frozen=True, slots=True)
class Seal:
    """Transactions from `from_xid` up to, without, `to_xid`; `next_xid` was the first not yet begun as it was made."""

    number: int
    from_xid: int
    to_xid: int
    next_xid: int
    sealed_at: datetime
    chapters: dict[str, dict[str, Any]]
    previous: bytes
    head: bytes
    key_id: str
    signature: bytes

    @classmethod
    def of_row(cls, row: tuple[Any, ...]) -> "Seal":
        number, from_xid, to_xid, next_xid, sealed_at, chapters, *rest = row
        previous, head, key_id, signature = rest
        return cls(number, int(from_xid), int(to_xid), int(next_xid), sealed_at, chapters, previous, head, key_id,
                   signature)  # fmt: skip

    @property
    def body(self) -> bytes:
        """Everything the seal says, in one way of writing it."""
        told = {
            "format": FORMAT, "number": self.number, "from": self.from_xid, "to": self.to_xid, "next": self.next_xid,
            "sealed_at": self.sealed_at.astimezone(UTC).isoformat(timespec="microseconds"),
            "chapters": self.chapters, "previous": self.previous.hex(), "key": self.key_id,
        }  # fmt: skip
        return json.dumps(told, sort_keys=True, separators=(",", ":")).encode()

    @property
    def digest(self) -> bytes:
        return sha256(self.body).digest()

    @property
    def entries(self) -> int:
        return sum(chapter["count"] for chapter in self.chapters.values())


def summary(leaves: list[Leaf]) -> dict[str, Any]:
    """What a seal tells of one chapter."""
    ids = [leaf.id for leaf in leaves]
    return {
        "count": len(leaves), "first": min(ids), "last": max(ids),
        "root": merkle.root([leaf.hash for leaf in leaves]).hex(), "leaves": sha256(packed(leaves)).hexdigest(),
    }  # fmt: skip
