"""I check the seals themselves: each follows the one before, is signed by a trusted key and anchored outside."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import psycopg

from compliance.sealing import anchors, keys
from compliance.sealing.anchors import Anchor
from compliance.sealing.seals import COLUMNS, FIRST, Seal
from compliance.verification.findings import Finding


def seals(connection: psycopg.Connection[Any]) -> Iterator[Seal]:
    with connection.cursor(name="seals") as cursor:
        cursor.itersize = 500
        cursor.execute(f"SELECT {COLUMNS} FROM audit.seals ORDER BY number")  # noqa: S608
        for row in cursor:
            yield Seal.of_row(row)


def check(connection: psycopg.Connection[Any], *, now: datetime, lag: timedelta, anchored_to: int) -> Iterator[Finding]:
    """`anchored_to`: the anchor file's length before the seals were looked at; later lines are not ours to judge."""
    trusted = keys.trusted()
    outside = Outside(anchored_to)
    before: Seal | None = None
    for seal in seals(connection):
        yield from _follows(before, seal)
        yield from _signed(seal, trusted)
        yield from outside.check(seal)
        before = seal
    yield from outside.rest(before, now=now, lag=lag)
    yield from _strays(connection)


def _follows(before: Seal | None, seal: Seal) -> Iterator[Finding]:
    number, previous, start = (before.number + 1, before.head, before.to_xid) if before else (1, FIRST, 0)
    if seal.number != number:
        gone = str(number) if seal.number == number + 1 else f"{number} to {seal.number - 1}"
        yield Finding("seal removed", f"seal {gone}", f"the next seal there is is number {seal.number}")
    elif seal.previous != previous:
        yield Finding("chain broken", f"seal {seal.number}", "it does not follow the seal before it")
    elif seal.from_xid != start or seal.to_xid < seal.from_xid:
        yield Finding("chain broken", f"seal {seal.number}", "its range does not begin where the one before ends")
    elif before and seal.sealed_at < before.sealed_at - CLOCK:
        yield Finding("chain broken", f"seal {seal.number}", "it is older than the seal before it")


CLOCK = timedelta(seconds=5)


def _signed(seal: Seal, trusted: dict[str, bytes]) -> Iterator[Finding]:
    if seal.digest != seal.head:
        yield Finding("seal altered", f"seal {seal.number}", "what it says does not give its head")
    elif (public := trusted.get(seal.key_id)) is None:
        yield Finding("seal forged", f"seal {seal.number}", f"its key is not trusted: {seal.key_id}")
    elif not keys.stands(public, seal.signature, seal.head):
        yield Finding("seal forged", f"seal {seal.number}", "its signature does not stand")


class Outside:
    """The anchor file, read beside the seals."""

    def __init__(self, length: int) -> None:
        self.lines = anchors.read(length)
        self.waiting: Anchor | None = next(self.lines, None)
        self.held = 0
        self.missing: int | None = None

    def check(self, seal: Seal) -> Iterator[Finding]:
        found = False
        while self.waiting is not None and self.waiting.number <= seal.number:
            if self.waiting.number == seal.number:
                found = True
                self.held = seal.number
                if self.waiting.head != seal.head.hex():
                    yield Finding("chain rewritten", f"seal {seal.number}", "another head was anchored outside")
            self.waiting = next(self.lines, None)
        if not found and self.missing is None:
            self.missing = seal.number

    def rest(self, newest: Seal | None, *, now: datetime, lag: timedelta) -> Iterator[Finding]:
        if self.waiting is not None:
            newer = self.waiting.number
            yield Finding("seals removed", f"seal {newer}",
                          "it was anchored outside and is not here: an older state was put back")  # fmt: skip
        young = newest is not None and self.missing == newest.number and now - newest.sealed_at <= lag
        if self.missing is not None and not young:
            yield Finding("anchor missing", f"seal {self.missing}",
                          f"{anchors.path()} does not hold its head: the file was cut, or it is not ours")  # fmt: skip


def _strays(connection: psycopg.Connection[Any]) -> Iterator[Finding]:
    """A list of leaves that is not the one its seal speaks of."""
    with connection.cursor(name="strays") as cursor:
        cursor.execute(
            "SELECT s.number, c.key FROM audit.seals s CROSS JOIN jsonb_each(s.chapters) c "
            "LEFT JOIN audit.leaves l ON l.number = s.number AND l.chapter = c.key "
            "WHERE encode(sha256(l.leaves), 'hex') IS DISTINCT FROM c.value ->> 'leaves' ORDER BY 1, 2"
        )
        for number, chapter in cursor:
            yield Finding("seal altered", f"seal {number}", f"its list of {chapter} is not the one that was sealed")
