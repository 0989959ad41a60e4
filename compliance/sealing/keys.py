"""I hold the keys that sign seals, which no database ever sees, and those a checker trusts."""

import os
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from aetheris import state
from aetheris.errors import AetherisError


class BadSealKey(AetherisError):
    """{name} does not hold a key of 32 bytes in hexadecimal (64 digits). Make one with
    `python -c "import secrets; print(secrets.token_hex(32))"` and keep it outside the database and its backups."""


@dataclass(frozen=True)
class Signer:
    """One private key; its id is what seals carry."""

    private: Ed25519PrivateKey

    @property
    def public(self) -> bytes:
        return self.private.public_key().public_bytes_raw()

    @property
    def id(self) -> str:
        return key_id(self.public)

    def sign(self, head: bytes) -> bytes:
        return self.private.sign(head)


def key_id(public: bytes) -> str:
    return sha256(public).hexdigest()[:16]


def signer() -> Signer:
    """The first of AETHERIS_SEAL_KEY, else this machine's own."""
    return _signers()[0]


def trusted() -> dict[str, bytes]:
    """Key id → public key: of all private keys held here, and of AETHERIS_SEAL_PUBLIC_KEYS for who holds none."""
    named = [_bytes("AETHERIS_SEAL_PUBLIC_KEYS", word) for word in _words("AETHERIS_SEAL_PUBLIC_KEYS")]
    own = [] if named and not _words("AETHERIS_SEAL_KEY") else [signer.public for signer in _signers()]
    return {key_id(public): public for public in (*named, *own)}


def stands(public: bytes, signature: bytes, head: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, head)
    except (InvalidSignature, ValueError):
        return False
    return True


def _signers() -> list[Signer]:
    words = _words("AETHERIS_SEAL_KEY") or [state.key("seal_key")]
    return [Signer(Ed25519PrivateKey.from_private_bytes(_bytes("AETHERIS_SEAL_KEY", word))) for word in words]


def _words(name: str) -> list[str]:
    return [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()]


def _bytes(name: str, word: str) -> bytes:
    try:
        found = bytes.fromhex(word)
    except ValueError:
        found = b""
    if len(found) != 32:
        raise BadSealKey(name=name)
    return found
