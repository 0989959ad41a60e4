"""I check every entry under seal, in one pass over each chapter: nothing altered, removed, inserted, reordered."""

from collections import deque
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

import psycopg

from compliance.sealing import keys, merkle
from compliance.sealing.chapters import CHAPTERS, EPOCH, Chapter, Leaf, unpacked
from compliance.sealing.seals import COLUMNS, Seal
from compliance.verification.chain import CLOCK
from compliance.verification.erased import after, signed_step
from compliance.verification.findings import Finding

Tell = Callable[[int], None]
SLACK = int(CLOCK.total_seconds() * 1_000_000)


def check(
    seals_at: psycopg.Connection[Any], entries_at: psycopg.Connection[Any], *, archived: frozenset[date], tell: Tell
) -> Iterator[Finding]:
    """Two connections that see the same moment: the seals come from one, the entries from the other."""
    for chapter in CHAPTERS.values():
        yield from Walk(chapter, archived, tell).check(seals_at, entries_at)


class Walk:
    """One chapter, seal by seal; what is held in memory is one seal's worth."""

    def __init__(self, chapter: Chapter, archived: frozenset[date], tell: Tell) -> None:
        self.chapter, self.archived, self.tell = chapter, archived, tell
        self.begun: deque[tuple[int, int]] = deque()
        self.floor = 0
        self.blotted: dict[int, list[tuple[bytes, bytes]]] = {}

    def check(self, seals_at: psycopg.Connection[Any], entries_at: psycopg.Connection[Any]) -> Iterator[Finding]:
        last = seals_at.execute("SELECT max(to_xid::text::bigint) FROM audit.seals").fetchone()
        end = (last and last[0]) or 0
        self.blotted = blotted(entries_at, self.chapter.name)
        entries = self.chapter.leaves(entries_at, f"xid < '{end}'")
        waiting = next(entries, None)
        for seal, leaves in self._seals(seals_at):
            found: list[Leaf] = []
            while waiting is not None and waiting[0] < seal.to_xid:
                yield from self._backdated(*waiting, seal)
                found.append(waiting[1])
                waiting = next(entries, None)
            yield from self._compare(seal, leaves, found)
            self.begun.append((seal.next_xid, micro(seal.sealed_at)))
            self.tell(len(found))

    def _seals(self, connection: psycopg.Connection[Any]) -> Iterator[tuple[Seal, list[Leaf]]]:
        with connection.cursor(name="leaves") as cursor:
            cursor.itersize = 50
            cursor.execute(
                f"SELECT {COLUMNS}, leaves FROM audit.seals LEFT JOIN audit.leaves USING (number) "  # noqa: S608
                "WHERE chapter = %s OR chapter IS NULL OR NOT chapters ? %s ORDER BY number",
                [self.chapter.name, self.chapter.name],
            )
            before = 0
            for *row, leaves in cursor:
                seal = Seal.of_row(tuple(row))
                if seal.number == before:
                    continue
                before = seal.number
                yield seal, unpacked(leaves) if leaves and self.chapter.name in seal.chapters else []

    def _compare(self, seal: Seal, sealed: list[Leaf], found: list[Leaf]) -> Iterator[Finding]:
        told = seal.chapters.get(self.chapter.name)
        if self.blotted:
            found = self._as_sealed(sealed, found)
        if self.archived:
            sealed_here = {leaf.id for leaf in found}
            found = [*found, *(leaf for leaf in sealed if leaf.id not in sealed_here and self._is_archived(leaf))]
        root = merkle.root([leaf.hash for leaf in found]) if not self.archived else _root_of(sealed, found)
        count = told["count"] if told else 0
        if len(found) == count and (count == 0 or root.hex() == told["root"]):  # type: ignore[index]
            return
        named = list(self._named(seal, sealed, found))
        yield from named or [Finding("range altered", f"{self.chapter.name} of seal {seal.number}",
                                     f"{count} entries were sealed, {len(found)} are there")]  # fmt: skip

    def _as_sealed(self, sealed: list[Leaf], found: list[Leaf]) -> list[Leaf]:
        """What an erasure changed, and signed for, counts as what it was."""
        was = {leaf.id: leaf for leaf in sealed}
        return [was[leaf.id] if leaf.id in was and self._follows(was[leaf.id].hash, leaf) else leaf for leaf in found]

    def _follows(self, hash: bytes, leaf: Leaf) -> bool:
        return after(hash, self.blotted.get(leaf.id, ())) == leaf.hash

    def _named(self, seal: Seal, sealed: list[Leaf], found: list[Leaf]) -> Iterator[Finding]:
        """Which entry it was, by the list of leaves; the seal vouches for the list."""
        was, there = {leaf.id: leaf for leaf in sealed}, {leaf.id: leaf for leaf in found}
        owner = {leaf.hash: leaf.id for leaf in sealed}
        for id in sorted(was.keys() | there.keys()):
            where = f"{self.chapter.name} {id} (seal {seal.number})"
            if id not in there:
                yield Finding("entry removed", where, f"it was written at {was[id].moment.isoformat()}")
            elif id not in was:
                yield Finding("entry inserted", where, "it was not there when its range was sealed")
            elif was[id].at != there[id].at:
                kind = "entry back-dated" if there[id].at < was[id].at else "entry post-dated"
                moments = was[id].moment.isoformat(), there[id].moment.isoformat()
                yield Finding(kind, where, f"it was written at {moments[0]} and now says {moments[1]}")
            elif was[id].hash != there[id].hash:
                yield Finding("entry altered", where, "it does not say what it said when it was sealed")
        if [leaf.id for leaf in sealed] != [leaf.id for leaf in found] and was == there and owner:
            yield Finding(
                "entries reordered", f"{self.chapter.name} of seal {seal.number}", "they lie in another order"
            )

    def _backdated(self, xid: int, leaf: Leaf, seal: Seal) -> Iterator[Finding]:
        """Whoever began after a seal was made cannot have written before it."""
        if self.chapter.name == "images":
            return
        while self.begun and self.begun[0][0] <= xid:
            self.floor = max(self.floor, self.begun.popleft()[1])
        where = f"{self.chapter.name} {leaf.id} (seal {seal.number})"
        if leaf.at < self.floor - SLACK:
            yield Finding("entry back-dated", where, f"it says {leaf.moment.isoformat()}, its transaction began later")
        elif leaf.at > micro(seal.sealed_at) + SLACK:
            yield Finding("entry post-dated", where, f"it says {leaf.moment.isoformat()}, after it was sealed")

    def _is_archived(self, leaf: Leaf) -> bool:
        return self.chapter.name in ("records", "images") and leaf.moment.date().replace(day=1) in self.archived


def blotted(connection: psycopg.Connection[Any], chapter: str) -> dict[int, list[tuple[bytes, bytes]]]:
    """Entry → the steps of its leaf, of those that a trusted key has signed."""
    trusted = keys.trusted()
    steps: dict[int, list[tuple[bytes, bytes]]] = {}
    names = ("chapter", "entry", "was", "becomes", "key_id", "signature")
    query = f"SELECT {', '.join(names)} FROM audit.redactions WHERE chapter = %s ORDER BY id"  # noqa: S608
    for row in connection.execute(query, [chapter]):  # type: ignore[call-overload]
        note = dict(zip(names, row, strict=True))
        if step := signed_step(note, trusted):
            steps.setdefault(note["entry"], []).append(step)
    return steps


def _root_of(sealed: list[Leaf], found: list[Leaf]) -> bytes:
    """With some entries put away into files, their places among the others are those of the sealed list."""
    there = {leaf.id: leaf for leaf in found}
    known = [there[leaf.id] for leaf in sealed if leaf.id in there]
    return merkle.root([leaf.hash for leaf in (known if len(known) == len(found) else found)])


def micro(moment: datetime) -> int:
    return int((moment - EPOCH).total_seconds() * 1_000_000)
