"""I keep one key for each person, outside the database and its backups, under the master key.

Whatever is encrypted with it, in the database, in files and in every backup of both, is gone with the key.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedRandom
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from aetheris import state
from aetheris.db.keyring import NotOurSeal, key_id, keyring
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
    with _alone(_path(person)) as file:
        if file is None:
            return False
        file.write(os.urandom(os.fstat(file.fileno()).st_size))
        file.flush()
        os.fsync(file.fileno())
        _draft(_path(person)).unlink(missing_ok=True)  # of a rotation that broke off
        _path(person).unlink()
    return True


def rotate() -> str:
    """Every key wrapped anew by the newest master key, file by file: broken off, the next run does the rest. A key that
    is destroyed meanwhile stays destroyed."""
    paths, done, closed = sorted(folder().glob("*.key")), 0, 0
    for path in paths:
        try:
            done += _rewrap(path)
        except NotOurSeal:
            closed += 1  # left as it is
    told = f"{done} of {len(paths)} person keys wrapped anew."
    return f"{told} {closed} do not open: add their old key to AETHERIS_KEYS and run me again." if closed else told


def _rewrap(path: Path) -> bool:
    with _alone(path) as file:
        if file is None or key_id(sealed := file.read()) == keyring().newest:
            return False
        place = _place(UUID(path.stem))
        draft = _draft(path)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as fresh:
            fresh.write(keyring().seal(keyring().unseal(sealed, place), place))
            fresh.flush()
            os.fsync(fresh.fileno())
        draft.replace(path)
    return True


@contextmanager
def _alone(path: Path) -> Iterator[BufferedRandom | None]:
    """The file itself, nobody else at work on it; None when it is gone, or was replaced by nothing meanwhile."""
    while True:
        try:
            file = path.open("r+b")
        except FileNotFoundError:
            yield None
            return
        with file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if _is_still(path, file):
                yield file
                return


def _is_still(path: Path, file: BufferedRandom) -> bool:
    try:
        return path.stat().st_ino == os.fstat(file.fileno()).st_ino
    except FileNotFoundError:
        return False


def seal(key: bytes, content: bytes, place: str) -> bytes:
    """AES-256-GCM: nonce, then ciphertext with tag; it opens for the same place alone."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, content, place.encode())


def unseal(key: bytes, sealed: bytes, place: str) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], place.encode())
    except InvalidTag:
        raise NotOpened(place=place) from None


def _draft(path: Path) -> Path:
    return path.with_suffix(".rewrapped.tmp")


def _path(person: UUID) -> Path:
    return folder() / f"{UUID(str(person))}.key"


def _place(person: UUID) -> str:
    return f"person-key.{person}"
