"""I keep files, each under a key of its own, which is wrapped by its owner's."""

import os
from pathlib import Path
from uuid import UUID

from aetheris import state
from compliance.vault import keys


def folder() -> Path:
    named = os.environ.get("AETHERIS_VAULT")
    return Path(named) if named else state.folder() / "vault"


def put(person: UUID, name: UUID, content: bytes) -> bytes:
    """Write it under a new key; the answer is that key, wrapped."""
    key = os.urandom(32)
    path = place(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".tmp")
    draft.write_bytes(keys.seal(key, content, f"file.{name}"))
    draft.chmod(0o600)
    draft.replace(path)
    return keys.seal(keys.make(person), key, f"file-key.{name}")


def get(person: UUID, name: UUID, wrapped: bytes) -> bytes:
    key = keys.unseal(keys.of(person), bytes(wrapped), f"file-key.{name}")
    path = place(name)
    if not path.exists():
        raise keys.NotOpened(place=f"file {name}")
    return keys.unseal(key, path.read_bytes(), f"file.{name}")


def remove(name: UUID) -> None:
    place(name).unlink(missing_ok=True)


def place(name: UUID) -> Path:
    return folder() / str(name)[-2:] / f"{name}.sealed"
