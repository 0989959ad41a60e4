"""I make an evidence pack: chosen entries with everything that proves them, to be checked without our software.

For each entry: its line as it was hashed, its path up the Merkle tree of its seal (RFC 6962), the seal with its
signature, and the heads of all seals from that one to the newest, which the anchor file outside the database repeats.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

from aetheris import clock
from aetheris.errors import AetherisError
from compliance.sealing import keys, merkle
from compliance.sealing.chapters import CHAPTERS, unpacked
from compliance.sealing.seals import COLUMNS, Seal

MOST = 500
VERIFIER = Path(__file__).parent.parent / "docs" / "verify_evidence.py"
COVERING = f"SELECT {COLUMNS} FROM audit.seals WHERE to_xid > (%s)::text::xid8 ORDER BY to_xid LIMIT 1"  # noqa: S608
HOW = """Evidence from an AETHERIS audit trail, {at}.

To check it: python3 verify_evidence.py THIS.zip PUBLIC_KEY [ANCHORS.jsonl]
It needs Python 3 and the package `cryptography`, and nothing of ours; read it first, it is short.

PUBLIC_KEY is the 64 hex digits of the Ed25519 key that signs seals. Get it from whoever runs the trail by another way
than this file: a pack that brings its own key proves nothing. ANCHORS.jsonl is the list of heads kept outside the
database; with it, the check also shows that the chain was not rewritten as a whole.

entries.json: each entry's line of bytes (PostgreSQL COPY text format), its chapter, id, seal, and path up the tree.
seals.json: the body of each seal, its head (SHA-256 of the body), its signature; each body names the head before it.
manifest.json: the SHA-256 of each file and the numbers of the entries, signed in manifest.sig.
An entry with "erased" had a person's words taken out after it was sealed, as the law asks: each note says what its leaf
was and what it became, signed by the same key, so that it still leads to the seal. The words themselves are gone.
leaf = SHA-256(0x00 + line) · node = SHA-256(0x01 + left + right) · the top must be the root that the seal names.
"""


class NotSealedYet(AetherisError):
    """Entry {sequence} is under no seal yet; seals come within seconds. Try again in a moment."""

    code = "not_sealed_yet"
    status = 409


class TooManyEntries(AetherisError):
    """A pack holds at most {most} entries; {count} were chosen. Narrow the choice down."""

    code = "too_many_entries"
    status = 422


def pack(connection: psycopg.Connection[Any], sequences: list[int]) -> bytes:
    """As the sealer, who may read seals and lists: the archive."""
    records = sorted({sequence // 1000 for sequence in sequences})
    if len(records) > MOST:
        raise TooManyEntries(most=MOST, count=len(records))
    seals: dict[int, Seal] = {}
    entries = [_entry(connection, id, seals) for id in records]
    chain = _chain(connection, min(seals)) if seals else []
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", HOW.format(at=clock.now().isoformat()))
        archive.writestr("entries.json", json.dumps(entries, indent=1))
        archive.writestr("seals.json", json.dumps([_told(seal) for seal in chain], indent=1))
        archive.writestr("verify_evidence.py", VERIFIER.read_text())
        archive.writestr(
            "anchors.jsonl", "".join(json.dumps({"number": s.number, "head": s.head.hex()}) + "\n" for s in chain)
        )
        packed = {name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}
        signer = keys.signer()
        body = json.dumps({"files": packed, "entries": [entry["sequence"] for entry in entries]}, sort_keys=True)
        archive.writestr("manifest.json", body)
        archive.writestr("manifest.sig", signer.sign(body.encode()).hex())
    return out.getvalue()


def _entry(connection: psycopg.Connection[Any], id: int, seals: dict[int, Seal]) -> dict[str, Any]:
    chapter = CHAPTERS["records"]
    row = connection.execute("SELECT xid::text, occurred_at FROM audit.records WHERE id = %s", [id]).fetchone()
    if row is None:
        raise NotSealedYet(sequence=id * 1000 + 1)
    found = connection.execute(COVERING, [row[0]]).fetchone()
    if found is None:
        raise NotSealedYet(sequence=id * 1000 + 1)
    seal = Seal.of_row(found)
    seals[seal.number] = seal
    leaves = _leaves(connection, seal.number)
    place = [leaf.id for leaf in leaves].index(id)
    line = _line(connection, id)
    erased = list(_back(_erasures(connection, id), merkle.leaf(line).hex(), leaves[place].hash.hex()))
    return ({"erased": erased} if erased else {}) | {
        "sequence": id * 1000 + 1, "id": id, "chapter": chapter.name, "columns": chapter.columns, "seal": seal.number,
        "line": line.hex(), "index": place, "count": len(leaves),
        "path": [step.hex() for step in merkle.path([leaf.hash for leaf in leaves], place)],
    }  # fmt: skip


def _back(notes: list[dict[str, str]], here: str, sealed: str) -> Iterator[dict[str, str]]:
    """From what the leaf is to what was sealed; an erasure of before the seal is nothing the seal knows of."""
    for note in notes:
        if here == sealed:
            return
        yield note
        here = note["was"]


def _erasures(connection: psycopg.Connection[Any], id: int) -> list[dict[str, str]]:
    """What erasures took out of it since it was sealed, the newest first: its leaf before and after, signed."""
    rows = connection.execute(
        "SELECT was, becomes, reason, key_id, signature FROM audit.redactions WHERE chapter = 'records' AND entry = %s "
        "ORDER BY id DESC", [id],
    ).fetchall()  # fmt: skip
    names = ("was", "becomes", "reason", "key", "signature")
    return [dict(zip(names, row, strict=True)) for row in rows]


def _leaves(connection: psycopg.Connection[Any], number: int) -> list[Any]:
    row = connection.execute(
        "SELECT leaves FROM audit.leaves WHERE number = %s AND chapter = 'records'", [number]
    ).fetchone()
    return unpacked(row[0]) if row else []


def _line(connection: psycopg.Connection[Any], id: int) -> bytes:
    columns = ", ".join(CHAPTERS["records"].columns)
    query = f"COPY (SELECT {columns} FROM audit.records WHERE id = {int(id)}) TO STDOUT"  # noqa: S608
    with connection.cursor() as cursor, cursor.copy(query) as lines:  # type: ignore[call-overload]
        return b"".join(bytes(line) for line in lines)


def _chain(connection: psycopg.Connection[Any], first: int) -> list[Seal]:
    query = f"SELECT {COLUMNS} FROM audit.seals WHERE number >= %s ORDER BY number"  # noqa: S608
    return [Seal.of_row(row) for row in connection.execute(query, [first])]  # type: ignore[call-overload]


def _told(seal: Seal) -> dict[str, Any]:
    return {"body": seal.body.decode(), "head": seal.head.hex(), "signature": seal.signature.hex(), "key": seal.key_id}
