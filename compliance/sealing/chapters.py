"""I say which tables are under seal, and how an entry of each becomes the bytes that are hashed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from struct import Struct
from typing import Any

import psycopg

from compliance.sealing import merkle

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PLACE = Struct(">qq32s")
# What a value looks like as text must not hang on the server's or the session's habits.
SETTINGS = (
    "SET timezone = 'UTC'; SET datestyle = 'ISO, YMD'; SET intervalstyle = 'postgres'; SET bytea_output = 'hex'; "
    "SET extra_float_digits = 1; SET client_encoding = 'UTF8'"
)
WHEN = "(extract(epoch FROM occurred_at) * 1000000)::bigint"


@dataclass(frozen=True, slots=True)
class Leaf:
    """One entry's place in a seal: its id, its moment in microseconds, its hash."""

    id: int
    at: int
    hash: bytes

    @property
    def moment(self) -> datetime:
        return EPOCH + timedelta(microseconds=self.at)


@dataclass(frozen=True, slots=True)
class Chapter:
    """One table under seal. The bytes of an entry are its line in COPY's text format, columns in this order."""

    name: str
    columns: tuple[str, ...]

    @property
    def table(self) -> str:
        return f"audit.{self.name}"

    def leaves(self, connection: psycopg.Connection[Any], where: str = "true") -> Iterator[tuple[int, Leaf]]:
        """(transaction, leaf) in the order of sealing, streamed."""
        query = f"COPY (SELECT xid, {WHEN}, {', '.join(self.columns)} FROM {self.table} WHERE {where} ORDER BY xid, id) TO STDOUT"  # noqa: S608, E501
        with connection.cursor() as cursor, cursor.copy(query) as lines:  # type: ignore[call-overload]
            for line in lines:
                xid, at, entry = bytes(line).split(b"\t", 2)
                yield int(xid), Leaf(int(entry[: entry.index(b"\t")]), int(at), merkle.leaf(entry))


COMMON = ("id", "occurred_at", "xid")
CHAPTERS = {
    chapter.name: chapter
    for chapter in (
        Chapter("records", (*COMMON, "table_name", "action", "row_ids", "old_rows", "new_rows", "digest", "actor_id",
                            "actor_label", "db_role", "request_id", "ip", "reason")),
        Chapter("images", (*COMMON, "agrees", "new_rows")),
        Chapter("readings", (*COMMON, "reader_id", "reader_label", "db_role", "what", "filters", "request_id", "ip")),
        Chapter("archives", (*COMMON, "month", "file", "sha256", "entries", "key_id", "signature")),
        Chapter("carried", (*COMMON, "month", "table_name", "row_ids", "images")),
        Chapter("redactions", (*COMMON, "chapter", "entry", "was", "becomes", "reason", "key_id", "signature")),
    )
}  # fmt: skip


def packed(leaves: list[Leaf]) -> bytes:
    return b"".join(PLACE.pack(leaf.id, leaf.at, leaf.hash) for leaf in leaves)


def unpacked(leaves: bytes) -> list[Leaf]:
    whole = len(leaves) - len(leaves) % PLACE.size
    return [Leaf(*told) for told in PLACE.iter_unpack(leaves[:whole])]
