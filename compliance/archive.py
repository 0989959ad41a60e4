"""I put a month of the trail away into a file that proves itself, and say whether such a file still does."""

import json
import os
import re
from collections.abc import Iterator, Sequence
from datetime import date
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from aetheris.db.places import urls
from aetheris.db.roles import AUDIT
from aetheris.errors import AetherisError
from compliance import pieces
from compliance.sealing import keys, merkle
from compliance.sealing.chapters import CHAPTERS, EPOCH, SETTINGS, Leaf, packed, unpacked
from compliance.sealing.seals import COLUMNS, Seal
from compliance.vault.keys import KeyDestroyed, NotOpened
from compliance.verification.erased import after, signed_step
from compliance.verification.findings import Finding

FORMAT = "aetheris archive 1"
INSTRUCTIONS = (
    "One JSON object a line: this header, then seals, then entries. A seal's head is the SHA-256 of its body and is "
    "signed with Ed25519 by the public key named in it. Its chapters tell, for each table, the SHA-256 of the list of "
    "leaves beside it (48 bytes each, big-endian: id, µs since 1970, hash) and their Merkle root by RFC 6962. "
    "An entry's leaf is SHA-256(0x00 + its values as one line of PostgreSQL's COPY text format + newline). "
    "What people said lies within a value as [person, AES-256-GCM under that person's own key, in hex]: opened, the "
    "pieces joined give the value; where a key was destroyed on request, the signature in this header over the SHA-256 "
    "of all lines below says that they are as they were put away. "
    "`manage.py verify_audit --archive FILE` checks all of it, without the database's help."
)
SQL = (Path(__file__).parent / "sql" / "carry.sql").read_text()
PUT_AWAY = ("records", "images")
ESCAPES = {"\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v", "\\": "\\\\"}
MEANT = {escaped: plain for plain, escaped in ESCAPES.items()}


class NotYetFinal(AetherisError):
    """{month} cannot be put away yet: {count} of its entries are under no seal or wait for their images. Let the worker
    run, or run manage.py seal_audit, and try again."""


class AlreadyThere(AetherisError):
    """{file} is there already. Move it away, or name another folder with --to."""


# Putting away -------------------------------------------------------------------------------------------


def connect() -> psycopg.Connection[Any]:
    """As the trail's owner, whose coat only the migrator can put on."""
    connection = psycopg.connect(urls()["migrator"], connect_timeout=5)
    connection.execute(f"SET ROLE {AUDIT}; {SETTINGS}")  # type: ignore[call-overload]
    connection.commit()
    return connection


def months(connection: psycopg.Connection[Any], before: date) -> list[date]:
    """The first days of the months that have a partition, oldest first."""
    rows = connection.execute(
        "SELECT relname FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid "
        "WHERE inhparent = 'audit.records'::regclass AND relname ~ '^records_[0-9]{4}_[0-9]{2}$' ORDER BY 1"
    ).fetchall()
    found = [date(int(name[8:12]), int(name[13:15]), 1) for (name,) in rows]
    return [month for month in found if month < before]


def put_away(connection: psycopg.Connection[Any], month: date, folder: Path) -> Path | None:
    """Write the month's file, then take its partitions out, in one transaction; None for a month without entries."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"audit-{month:%Y-%m}.jsonl"
    if file.exists():
        raise AlreadyThere(file=file)
    with connection.transaction():
        partitions = [sql.Identifier("audit", f"{whole}_{month:%Y_%m}") for whole in PUT_AWAY]
        for partition in partitions:
            connection.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(partition))
        _refuse_unless_final(connection, month)
        count = _write(connection, month, file)
        if count:
            _sign(connection, month, file, count)
            connection.execute(SQL, {"month": month})  # type: ignore[call-overload]
        for whole, partition in zip(PUT_AWAY, partitions, strict=True):
            parent = sql.Identifier("audit", whole)
            connection.execute(sql.SQL("ALTER TABLE {} DETACH PARTITION {}").format(parent, partition))
            connection.execute(sql.SQL("DROP TABLE {}").format(partition))
    if not count:
        file.unlink()
        return None
    return file


def _refuse_unless_final(connection: psycopg.Connection[Any], month: date) -> None:
    row = connection.execute(
        "SELECT (SELECT count(*) FROM audit.records WHERE date_trunc('month', occurred_at) = %(month)s "
        "AND xid >= (SELECT coalesce(max(to_xid), '0') FROM audit.seals)) + "
        "(SELECT count(*) FROM audit.images WHERE date_trunc('month', occurred_at) = %(month)s "
        "AND xid >= (SELECT coalesce(max(to_xid), '0') FROM audit.seals)) + "
        "(SELECT count(*) FROM audit.uncaptured WHERE date_trunc('month', occurred_at) = %(month)s)",
        {"month": month},
    ).fetchone()
    if row and row[0]:
        raise NotYetFinal(month=f"{month:%Y-%m}", count=row[0])


def _write(connection: psycopg.Connection[Any], month: date, file: Path) -> int:
    count, whole, bulk = 0, sha256(), dict[str | None, str]()
    with file.open("w") as out:

        def write(told: dict[str, Any]) -> None:
            line = json.dumps(told, ensure_ascii=False) + "\n"
            whole.update(line.encode())
            out.write(line)

        public = {id: key.hex() for id, key in keys.trusted().items()}
        header = {"format": FORMAT, "month": f"{month:%Y-%m}", "how": INSTRUCTIONS, "public_keys": public,
                  "columns": {name: CHAPTERS[name].columns for name in PUT_AWAY}}  # fmt: skip
        header["signed"] = _signed(f"{month:%Y-%m}", "0" * 64)  # as long as what comes in its place
        out.write(json.dumps(header) + "\n")
        for seal, leaves in _seals(connection, month):
            told = {"body": seal.body.decode(), "head": seal.head.hex(), "signature": seal.signature.hex()}
            write({"seal": told, "leaves": leaves})
        for note in _notes(connection, month):
            write({"erased": note})
        for name in PUT_AWAY:
            columns = CHAPTERS[name].columns
            for line in _lines(connection, name, month):
                values = _values(line)
                said: dict[str, Any] = dict(zip(columns, values, strict=True))
                if said.get("digest") is not None:
                    bulk[values[0]] = said["table_name"]  # whose images come in the second chapter
                table = said.get("table_name") or bulk.get(values[0]) or ""
                write({"chapter": name, "values": pieces.sealed(columns, values, table, _place(name, values))})
                count += 1
        header["signed"] = _signed(f"{month:%Y-%m}", whole.hexdigest())
        out.seek(0)
        out.write(json.dumps(header) + "\n")
        out.flush()
        os.fsync(out.fileno())
    return count


def _signed(month: str, lines: str) -> dict[str, str]:
    """For who can no longer open every word: the lines below the header are those that were put away."""
    signer = keys.signer()
    return {"sha256": lines, "key_id": signer.id, "signature": signer.sign(_word_of_lines(month, lines)).hex()}


def _stands(header: dict[str, Any], lines: str, trusted: dict[str, bytes]) -> bool:
    told = header.get("signed", {})
    public = trusted.get(told.get("key_id", ""))
    signature = bytes.fromhex(told.get("signature", ""))
    return public is not None and keys.stands(public, signature, _word_of_lines(header["month"], lines))


def _word_of_lines(month: str, lines: str) -> bytes:
    return f"{FORMAT} lines|{month}|{lines}".encode()


def _place(chapter: str, values: Sequence[Any]) -> str:
    """What ties a sealed word to its entry."""
    return f"archive.{chapter}.{values[0]}"


def _seals(connection: psycopg.Connection[Any], month: date) -> Iterator[tuple[Seal, dict[str, str]]]:
    """The seals that hold an entry of this month, with their lists."""
    with connection.cursor(name="covering") as cursor:
        cursor.execute(
            f"SELECT {COLUMNS}, (SELECT jsonb_object_agg(chapter, encode(leaves, 'hex')) FROM audit.leaves l "  # noqa: S608
            "WHERE l.number = s.number AND chapter = ANY (%(chapters)s)) FROM audit.seals s WHERE EXISTS ("
            "SELECT FROM audit.records r WHERE date_trunc('month', r.occurred_at) = %(month)s "
            "AND r.xid >= s.from_xid AND r.xid < s.to_xid) OR EXISTS ("
            "SELECT FROM audit.images i WHERE date_trunc('month', i.occurred_at) = %(month)s "
            "AND i.xid >= s.from_xid AND i.xid < s.to_xid) ORDER BY number",
            {"month": month, "chapters": list(PUT_AWAY)},
        )
        for *row, leaves in cursor:
            yield Seal.of_row(tuple(row)), leaves


def _notes(connection: psycopg.Connection[Any], month: date) -> Iterator[dict[str, Any]]:
    """What erasures took out of the entries of this month: each leaf before and after, signed."""
    names = ("chapter", "entry", "was", "becomes", "key_id", "signature")
    for chapter in PUT_AWAY:
        query = sql.SQL(
            "SELECT {} FROM audit.redactions WHERE chapter = %s AND entry IN (SELECT id FROM {}) ORDER BY id"
        )
        columns = sql.SQL(", ").join(map(sql.Identifier, names))
        partition = sql.Identifier("audit", f"{chapter}_{month:%Y_%m}")
        for row in connection.execute(query.format(columns, partition), [chapter]):
            yield dict(zip(names, row, strict=True))


def _lines(connection: psycopg.Connection[Any], name: str, month: date) -> Iterator[bytes]:
    columns = ", ".join(CHAPTERS[name].columns)
    query = f"COPY (SELECT {columns} FROM audit.{name}_{month:%Y_%m} ORDER BY xid, id) TO STDOUT"  # noqa: S608
    with connection.cursor() as cursor, cursor.copy(query) as lines:  # type: ignore[call-overload]
        for line in lines:
            yield bytes(line)


def _sign(connection: psycopg.Connection[Any], month: date, file: Path, count: int) -> None:
    signer = keys.signer()
    told = {"month": month, "file": file.name, "sha256": digest(file), "entries": count}
    connection.execute(
        "INSERT INTO audit.archives (month, file, sha256, entries, key_id, signature) VALUES (%s, %s, %s, %s, %s, %s)",
        [*told.values(), signer.id, signer.sign(_word(told)).hex()],
    )


# Checking -----------------------------------------------------------------------------------------------


def signed(archive: dict[str, Any]) -> bool:
    """True when whoever put this month away held the sealing key."""
    public = keys.trusted().get(archive["key_id"])
    return public is not None and keys.stands(public, bytes.fromhex(archive["signature"]), _word(archive))


def check(file: Path) -> Iterator[Finding]:
    """The file by itself: its seals' signatures, their lists, and every entry of the month in them."""
    trusted = keys.trusted()
    expected: dict[tuple[str, int], Leaf] = {}
    erased: dict[tuple[str, int], list[tuple[bytes, bytes]]] = {}
    whole, closed = sha256(), 0
    with file.open() as lines:
        header = json.loads(lines.readline())
        for number, line in enumerate(lines, 2):
            told = json.loads(line)
            whole.update(line.encode())
            if "seal" in told:
                yield from _sealed(told, trusted, header["month"], expected, f"{file.name} line {number}")
                continue
            if "erased" in told:
                note = told["erased"]
                if step := signed_step(note, trusted):
                    erased.setdefault((note["chapter"], note["entry"]), []).append(step)
                continue
            chapter, values = told["chapter"], told["values"]
            leaf = expected.pop((chapter, int(values[0])), None)
            where = f"{file.name} line {number}: {chapter} {values[0]}"
            if leaf is None:
                yield Finding("entry inserted", where, "no seal in this file knows it")
                continue
            try:
                values = pieces.opened(CHAPTERS[chapter].columns, values, _place(chapter, values))
            except KeyDestroyed:
                closed += 1
                continue
            except NotOpened:
                yield Finding("entry altered", where, "its words are not those that were put under their owner's key")
                continue
            if merkle.leaf(_line(values)) != after(leaf.hash, erased.get((chapter, leaf.id), ())):
                yield Finding("entry altered", where, "it does not say what it said when it was sealed")
    if closed and not _stands(header, whole.hexdigest(), trusted):
        yield Finding("archive not provable", file.name, f"the keys of {closed} entries are not here, and the file is "
                      "not signed as it stands")  # fmt: skip
    for chapter, id in sorted(expected):
        yield Finding("entry removed", f"{file.name}: {chapter} {id}", "its seal knows it, the file does not hold it")


def _sealed(
    told: dict[str, Any], trusted: dict[str, bytes], month: str, expected: dict[tuple[str, int], Leaf], where: str
) -> Iterator[Finding]:
    body, head = told["seal"]["body"].encode(), bytes.fromhex(told["seal"]["head"])
    says = json.loads(body)
    public = trusted.get(says["key"])
    if sha256(body).digest() != head:
        yield Finding("seal altered", where, "what it says does not give its head")
    elif public is None or not keys.stands(public, bytes.fromhex(told["seal"]["signature"]), head):
        yield Finding("seal forged", where, "it is not signed with a trusted key")
    for chapter, leaves in told["leaves"].items():
        list = unpacked(bytes.fromhex(leaves))
        if sha256(packed(list)).hexdigest() != says["chapters"][chapter]["leaves"]:
            yield Finding("seal altered", where, f"its list of {chapter} is not the one that was sealed")
        expected |= {(chapter, leaf.id): leaf for leaf in list if f"{leaf.moment:%Y-%m}" == month}


def digest(file: Path) -> str:
    with file.open("rb") as content:
        return file_digest(content, "sha256").hexdigest()


def _word(archive: dict[str, Any]) -> bytes:
    """What is signed of an archive."""
    told = [FORMAT, f"{archive['month']:%Y-%m}", archive["file"], archive["sha256"], archive["entries"]]
    return json.dumps(told).encode()


def _values(line: bytes) -> list[str | None]:
    """A line of COPY's text format as its values."""
    fields = line.decode().removesuffix("\n").split("\t")
    return [None if field == "\\N" else re.sub(r"\\.", lambda m: MEANT[m[0]], field) for field in fields]


def _line(values: list[str | None]) -> bytes:
    fields = ("\\N" if v is None else re.sub(r"[\b\f\n\r\t\v\\]", lambda m: ESCAPES[m[0]], v) for v in values)
    return ("\t".join(fields) + "\n").encode()


__all__ = ["EPOCH", "check", "connect", "digest", "months", "put_away", "signed"]
