"""I keep one key for each person, outside the database and its backups, under the master key.

Whatever is encrypted with it, in the database, in files and in every backup of both, is gone with the key.
"""

import os
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from aetheris import state
from aetheris.db.keyring import keyring
from aetheris.errors import AetherisError

NONCE = 12


class KeyDestroyed(AetherisError):
    """The key of {person} is not here: it was destroyed on request, or AETHERIS_PERSON_KEYS names another folder. What
    was encrypted with it cannot be read."""

    code = "key_destroyed"
    status = 410


class NotOpened(AetherisError):
    """{place} does not open with its key: the file was damaged or put in another's place. Nothing was shown."""

    code = "vault_damaged"
    status = 500


def folder() -> Path:
    named = os.environ.get("AETHERIS_PERSON_KEYS")
    return Path(named) if named else state.folder() / "person-keys"


def make(person: UUID) -> bytes:
    """The person's key, made at the first call."""
    path = _path(person)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}.tmp")
        draft.write_bytes(keyring().seal(os.urandom(32).hex(), _place(person)))
        draft.chmod(0o600)
        try:
            os.link(draft, path)  # who comes second takes the first one's
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return of(person)


def of(person: UUID) -> bytes:
    path = _path(person)
    if not path.exists():
        raise KeyDestroyed(person=person)
    return bytes.fromhex(keyring().unseal(path.read_bytes(), _place(person)))


def destroy(person: UUID) -> bool:
    """Overwritten, then removed; False when there was none."""
    path = _path(person)
    if not path.exists():
        return False
    with path.open("r+b") as file:
        file.write(os.urandom(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
    return True


def seal(key: bytes, content: bytes, place: str) -> bytes:
    """AES-256-GCM: nonce, then ciphertext with tag; it opens for the same place alone."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, content, place.encode())


def unseal(key: bytes, sealed: bytes, place: str) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], place.encode())
    except InvalidTag:
        raise NotOpened(place=place) from None


def _path(person: UUID) -> Path:
    return folder() / f"{UUID(str(person))}.key"


def _place(person: UUID) -> str:
    return f"person-key.{person}"
