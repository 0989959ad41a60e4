"""I gather everything there is about one person into one archive: each table as JSON and as CSV, and their files."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from typing import IO, Any
from uuid import UUID

from django.db import connection

from aetheris import clock
from analytics import vocal
from compliance.kyc.applying import profile_of
from compliance.models import KycCase, KycDocument
from compliance.privacy import plan
from compliance.vault import files, keys
from trading import pictures

SECRET = ("password", "session_key", "digest")
READABLE = """
    SELECT attname, format_type(atttypid, NULL) FROM pg_attribute
    WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped
      AND has_column_privilege(attrelid, attnum, 'SELECT')
    ORDER BY attnum
"""
README = """Everything AETHERIS holds about you, as of {at}.

data/<table>.json and data/<table>.csv hold the same rows, once as JSON and once as a table.
documents/ holds the files you gave us, pictures/ the screenshots of your trades, sounds/ your recorded thoughts.
manifest.json lists every table with the number of its rows, what was left out and why, and the SHA-256 of each file.
Values that would let somebody act as you (passwords, keys) read "[secret]".
The history of each of your rows is at GET /api/v1/trades/{{id}}/history and at the desk.
"""


def write(person: UUID, target: IO[bytes]) -> dict[str, Any]:
    """Into `target`, as this person, in the open transaction; the manifest comes back."""
    manifest: dict[str, Any] = {"person": str(person), "at": clock.now().isoformat(), "tables": {}, "withheld": {},
                                "files": {}}  # fmt: skip
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        _put(archive, manifest, "README.txt", README.format(at=manifest["at"]).encode())
        for table, whose in _tables().items():
            treatment = plan.of(table)
            if treatment.export == "withheld":
                manifest["withheld"][table] = treatment.reason
                continue
            columns, rows = _rows(table, whose, person)
            manifest["tables"][table] = len(rows)
            _put(archive, manifest, f"data/{table}.json", _json(columns, rows))
            _put(archive, manifest, f"data/{table}.csv", _csv(columns, rows))
        for name, content in _files(person):
            _put(archive, manifest, name, content)
        archive.writestr("manifest.json", json.dumps(manifest, indent=1))
    return manifest


def _tables() -> dict[str, str]:
    with connection.cursor() as cursor:
        return plan.tables(cursor)


def _rows(table: str, whose: str, person: UUID) -> tuple[list[str], list[list[Any]]]:
    with connection.cursor() as cursor:
        cursor.execute(READABLE, [table])
        columns = cursor.fetchall()
        names = [name for name, _ in columns]
        wanted = ", ".join(
            f"CASE WHEN \"{name}\" IS NULL THEN NULL ELSE '[secret]' END" if name in SECRET or kind == "bytea"
            else f'"{name}"' for name, kind in columns
        )  # fmt: skip
        cursor.execute(f'SELECT {wanted} FROM "{table}" WHERE "{whose}" = %s ORDER BY 1', [person])  # noqa: S608
        return names, [list(row) for row in cursor.fetchall()]


def _files(person: UUID) -> Iterator[tuple[str, bytes]]:
    """What they said and sent, opened with their own key; without the key there is nothing left to give."""
    for case in KycCase.objects.filter(user_id=person):
        with suppress(keys.KeyDestroyed):
            yield f"documents/{case.pk}-profile.json", json.dumps(profile_of(case), indent=1).encode()
    for document in KycDocument.objects.filter(user_id=person, withdrawn_at=None, erased_at=None):
        with suppress(keys.KeyDestroyed):
            content = files.get(person, document.pk, bytes(document.wrapped_key or b""))
            yield f"documents/{document.pk}-{document.kind}.{document.file_type.lower()}", content
    yield from pictures.all_of(person)
    yield from vocal.all_of(person)


def _put(archive: zipfile.ZipFile, manifest: dict[str, Any], name: str, content: bytes) -> None:
    archive.writestr(name, content)
    manifest["files"][name] = sha256(content).hexdigest()


def _json(columns: list[str], rows: list[list[Any]]) -> bytes:
    return json.dumps(
        [dict(zip(columns, map(_told, row), strict=True)) for row in rows], indent=1, default=str
    ).encode()


def _csv(columns: list[str], rows: list[list[Any]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([[_safe(value) for value in row] for row in rows])
    return out.getvalue().encode()


def _told(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _safe(value: Any) -> Any:
    """No cell is taken for a formula by whoever opens the table."""
    told = "" if value is None else str(_told(value))
    return f"'{told}" if told[:1] in "=+@\t\r" or (told[:1] == "-" and not told[1:2].isdigit()) else told
