"""I close the trail behind its writers: what is final becomes a seal, chained, signed and anchored outside."""

import json
import logging
from typing import Any

import psycopg

from aetheris.db.places import urls
from aetheris.errors import AetherisError
from compliance.sealing import anchors, keys
from compliance.sealing.chapters import CHAPTERS, SETTINGS, Leaf, packed
from compliance.sealing.seals import COLUMNS, FIRST, Seal, summary

log = logging.getLogger("aetheris.seals")

ALONE = 7246022
AT_MOST = 20_000
QUIET_SECONDS = 3600
LATE_SECONDS = 10


class HorizonWentBack(AetherisError):
    """The server's transaction counter ({now}) lies below the last seal ({sealed}): this database was moved to another
    server. Stop the product, set that server's counter beyond {sealed} with pg_resetwal --next-transaction-id and
    --epoch, and start again; until then nothing new is sealed."""


class NotTheSealer(AetherisError):
    """{who} may not seal the audit trail. Set DATABASE_URL_SEALER to the address of aetheris_sealer; `make up` does it
    by itself."""


def connect() -> psycopg.Connection[Any]:
    """As the sealer, who also checks: it sees the trail and the rows the trail speaks of, without their secrets."""
    connection = psycopg.connect(urls()["sealer"], connect_timeout=5)
    connection.execute(SETTINGS)
    row = connection.execute("SELECT session_user, has_table_privilege('audit.seals', 'INSERT')").fetchone()
    connection.commit()
    if row is None or not row[1]:
        connection.close()
        raise NotTheSealer(who=row[0] if row else "Nobody")
    return connection


class Sealer:
    """One connection of the sealer's own; of all the sealers at one database, one is at work."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        self.alone = False
        self.anchored = 0

    def tick(self) -> Seal | None:
        """Seal what has become final, if anything has."""
        if not self.alone and not self._stand_alone():
            return None
        seal = self._close()
        if seal is not None:
            anchors.write(seal)
            self.anchored = seal.number
        return seal

    def seal_all(self) -> list[Seal]:
        """Until nothing that is final is left open."""
        made = []
        while (seal := self.tick()) is not None:
            made.append(seal)
        return made

    # How it does it -----------------------------------------------------------------------------------

    def _stand_alone(self) -> bool:
        row = self.connection.execute("SELECT pg_try_advisory_lock(%s)", [ALONE]).fetchone()
        self.alone = bool(row and row[0])
        if self.alone:
            self._mend()
        self.connection.commit()
        return self.alone

    def _mend(self) -> None:
        """A crash between commit and anchor leaves one seal without its anchor, never more; a larger hole stays open
        for verification to find."""
        newest, anchor = self._newest(), anchors.last()
        if newest is None or (anchor is not None and anchor.number >= newest.number):
            return
        if newest.number - (anchor.number if anchor else 0) == 1 and newest.previous.hex() == (
            anchor.head if anchor else FIRST.hex()
        ):
            anchors.write(newest)
        else:
            log.error("The anchors end at %s, the seals at %s: see verify_audit", anchor, newest.number)

    def _close(self) -> Seal | None:
        connection = self.connection
        connection.rollback()
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        with connection.transaction():
            horizon, next_xid, now = self._horizon()
            newest = self._newest()
            start = newest.to_xid if newest else 0
            if horizon < start:
                raise HorizonWentBack(now=horizon, sealed=start)
            self._warn_if_late(start, horizon)
            end = self._end(start, horizon)
            found = {
                name: leaves for name, chapter in CHAPTERS.items()
                if (leaves := [leaf for _, leaf in chapter.leaves(connection, f"xid >= '{start}' AND xid < '{end}'")])
            }  # fmt: skip
            if not found and newest and (now - newest.sealed_at).total_seconds() < QUIET_SECONDS:
                return None
            return self._write(newest, (start, end, next_xid), now, found)

    def _horizon(self) -> tuple[int, int, Any]:
        """The oldest transaction still running, the first not yet begun, and the time, as of this snapshot."""
        row = self.connection.execute(
            "SELECT pg_snapshot_xmin(s)::text::bigint, pg_snapshot_xmax(s)::text::bigint, clock_timestamp() "
            "FROM pg_current_snapshot() s"
        ).fetchone()
        assert row is not None
        return row[0], row[1], row[2]

    def _newest(self) -> Seal | None:
        row = self.connection.execute(
            f"SELECT {COLUMNS} FROM audit.seals ORDER BY number DESC LIMIT 1"  # noqa: S608
        ).fetchone()
        return Seal.of_row(row) if row else None

    def _end(self, start: int, horizon: int) -> int:
        """As far as the horizon, but not more than one seal can hold; never through the middle of a transaction."""
        row = self.connection.execute(
            "SELECT xid::text::bigint FROM audit.records WHERE xid >= %s::text::xid8 AND xid < %s::text::xid8 "
            "ORDER BY xid OFFSET %s LIMIT 1",
            [start, horizon, AT_MOST],
        ).fetchone()
        return max(row[0], start + 1) if row else horizon

    def _write(self, newest: Seal | None, range: tuple[int, int, int], now: Any, found: dict[str, list[Leaf]]) -> Seal:
        signer = keys.signer()
        number, previous = (newest.number + 1, newest.head) if newest else (1, FIRST)
        told = {name: summary(leaves) for name, leaves in found.items()}
        bare = Seal(number, *range, now, told, previous, b"", signer.id, b"")
        head = bare.digest
        seal = Seal(number, *range, now, told, previous, head, signer.id, signer.sign(head))
        self.connection.execute(
            f"INSERT INTO audit.seals ({COLUMNS}) VALUES (%s, %s::text::xid8, %s::text::xid8, %s::text::xid8, %s, %s, %s, %s, %s, %s)",  # noqa: S608, E501
            [number, *range, now, json.dumps(told), previous, head, signer.id, seal.signature],
        )
        with self.connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO audit.leaves VALUES (%s, %s, %s)",
                [(number, name, packed(leaves)) for name, leaves in found.items()],
            )
        return seal

    def _warn_if_late(self, start: int, horizon: int) -> None:
        row = self.connection.execute(
            "SELECT extract(epoch FROM clock_timestamp() - occurred_at)::float8, xid >= %s::text::xid8 "
            "FROM audit.records WHERE xid >= %s::text::xid8 ORDER BY xid LIMIT 1",
            [horizon, start],
        ).fetchone()
        if row and row[0] > LATE_SECONDS:
            held = "a transaction that still runs holds it open" if row[1] else "the sealer is behind"
            log.warning("The oldest entry without a seal is %.0f s old: %s", row[0], held)
