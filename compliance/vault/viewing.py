"""I show a page of a sent file as a picture made anew, in a process of its own that holds nothing to steal."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from aetheris.errors import AetherisError

ROOM = Path(__file__).parent / "picture.py"
MOST_BYTES = 10 * 2**20
SECONDS = 20


class FileNotShown(AetherisError):
    """This file cannot be shown: {why}. Send a JPEG, PNG, WEBP or PDF of at most 10 MB and 30 pages, without a
    password."""

    code = "file_not_shown"
    status = 422


@dataclass(frozen=True, slots=True)
class Picture:
    kind: str
    pages: int
    jpeg: bytes


def look(content: bytes, page: int = 1) -> Picture:
    """One page; a file that needs too much room or time is refused, and nothing of it was run here."""
    if not content or len(content) > MOST_BYTES:
        raise FileNotShown(why=f"it has {len(content):,} bytes")
    try:
        done = subprocess.run([sys.executable, "-I", str(ROOM), str(page)], input=content, capture_output=True,
                              timeout=SECONDS, env={}, cwd="/", check=False)  # fmt: skip
    except subprocess.TimeoutExpired:
        raise FileNotShown(why="it takes too long to draw") from None
    head, _, picture = done.stdout.partition(b"\n")
    if done.returncode != 0 or not head:
        raise FileNotShown(why="drawing it needs more memory or time than a document does")
    told = json.loads(head)
    if "refused" in told:
        raise FileNotShown(why=told["refused"])
    return Picture(told["kind"], told["pages"], picture)
