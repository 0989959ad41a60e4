"""I remember what one machine must keep between starts: secrets made at first start, never in the repository."""

import json
import os
import pwd
import secrets
from hashlib import sha256
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def folder() -> Path:
    """Where this checkout keeps its state: AETHERIS_STATE, else var/ in the checkout.

    PostgreSQL refuses to run as root, so a checkout of root's that other users may not enter keeps its
    state below /var/lib instead.
    """
    if named := os.environ.get("AETHERIS_STATE"):
        return Path(named)
    if os.geteuid() == 0 and not open_to_others(ROOT):
        return Path("/var/lib/aetheris") / sha256(str(ROOT).encode()).hexdigest()[:12]
    return ROOT / "var"


def open_to_others(path: Path) -> bool:
    """True when any user may walk down to `path`."""
    return all(step.stat().st_mode & 0o001 for step in (path, *path.parents) if step.exists())


def database_user() -> str | None:
    """The user a server of root's runs as: postgres where there is one, else nobody; None when not root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def read(name: str) -> dict[str, Any]:
    path = folder() / f"{name}.json"
    return json.loads(path.read_text()) if path.exists() else {}


def write(name: str, values: dict[str, Any]) -> None:
    """Replace the file in one step, readable by its owner alone."""
    path = folder() / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}.tmp")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(values, file, indent=1)
    draft.replace(path)


def secret(name: str, *, length: int = 48) -> str:
    """The secret of that name, made on the first call."""
    values = read("secrets")
    if name not in values:
        values[name] = secrets.token_urlsafe(length)
        write("secrets", values)
    return str(values[name])


def key(name: str) -> str:
    """A sealing key of 32 bytes in hex, made on the first call."""
    values = read("secrets")
    if name not in values:
        values[name] = secrets.token_hex(32)
        write("secrets", values)
    return str(values[name])
