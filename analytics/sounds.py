"""I keep recorded sounds outside the database, each encrypted with a key of its own; without that key it is noise.

The key stands sealed in the note's own row, so whoever takes it away there has erased the sound in every copy.
"""

import os
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from aetheris import state
from analytics.errors import SoundGone

NONCE = 12


def folder() -> Path:
    named = os.environ.get("AETHERIS_SOUNDS")
    return Path(named) if named else state.folder() / "sounds"


def put(name: UUID, content: bytes) -> str:
    """Written whole or not at all; the answer is its key."""
    key, nonce = AESGCM.generate_key(256), os.urandom(NONCE)
    path = place(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".tmp")
    draft.write_bytes(nonce + AESGCM(key).encrypt(nonce, content, str(name).encode()))
    draft.chmod(0o600)
    draft.replace(path)
    return key.hex()


def get(name: UUID, key: str | None) -> bytes:
    path = place(name)
    if not key or not path.exists():
        raise SoundGone
    sealed = path.read_bytes()
    try:
        return AESGCM(bytes.fromhex(key)).decrypt(sealed[:NONCE], sealed[NONCE:], str(name).encode())
    except InvalidTag:
        raise SoundGone from None


def remove(name: UUID) -> None:
    place(name).unlink(missing_ok=True)


def place(name: UUID) -> Path:
    return folder() / str(name)[-2:] / f"{name}.sealed"
