"""I write each seal's head down outside the database, where who rewrites the database does not reach."""

import json
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.module_loading import import_string

from aetheris import state
from compliance.sealing.seals import Seal

log = logging.getLogger("aetheris.seals")


@dataclass(frozen=True, slots=True)
class Anchor:
    """One line of the anchor file: the seal's number and head."""

    number: int
    head: str


def path() -> Path:
    named = os.environ.get("AETHERIS_ANCHOR_FILE")
    return Path(named) if named else state.folder() / "anchors" / "audit-heads.jsonl"


def write(seal: Seal) -> None:
    """To the file, synced to disk; to the log; to AETHERIS_ANCHOR_HOOK, a dotted path to a function of one dict."""
    line = told(seal)
    target = path()
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("ab+") as file:
        if file.tell() and not _ends_whole(file):
            file.write(b"\n")  # A line torn by a crash stays alone.
        file.write(json.dumps(line).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    log.info("seal %(number)s closes %(entries)s entries, head %(head)s, signature %(signature)s", line)
    if hook := os.environ.get("AETHERIS_ANCHOR_HOOK"):
        try:
            import_string(hook)(line)
        except Exception:
            log.exception("The anchor hook %s failed; the anchor stands in %s", hook, target)


def told(seal: Seal) -> dict[str, Any]:
    return {
        "number": seal.number, "to_xid": seal.to_xid, "sealed_at": seal.sealed_at.isoformat(), "entries": seal.entries,
        "head": seal.head.hex(), "key": seal.key_id, "signature": seal.signature.hex(),
    }  # fmt: skip


def length() -> int:
    return path().stat().st_size if path().exists() else 0


def read(length: int) -> Iterator[Anchor]:
    """Every whole line of the first `length` bytes, in order, streamed."""
    if not length:
        return
    with path().open("rb") as file:
        while file.tell() < length and (line := file.readline()):
            if anchor := _anchor(line):
                yield anchor


def last() -> Anchor | None:
    """The newest anchor, read from the end of the file."""
    if not path().exists():
        return None
    with path().open("rb") as file:
        file.seek(max(0, length() - 8192))
        found = [anchor for line in file if (anchor := _anchor(line))]
    return found[-1] if found else None


def _anchor(line: bytes) -> Anchor | None:
    try:
        value = json.loads(line)
        return Anchor(int(value["number"]), str(value["head"]))
    except (ValueError, KeyError, TypeError):
        return None


def _ends_whole(file: Any) -> bool:
    file.seek(-1, os.SEEK_END)
    return bool(file.read(1) == b"\n")
