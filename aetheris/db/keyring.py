"""I seal text with AES-256-GCM so that it opens only in the place it was sealed for.

Layout: version byte · key id (4) · nonce (12) · ciphertext with tag (NIST SP 800-38D). The place, a table, a column and
a row, is authenticated with it and stored nowhere.
"""

import os
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from aetheris.errors import AetherisError

VERSION = b"\x01"
KEY_BYTES, ID_BYTES, NONCE_BYTES = 32, 4, 12


class NoKey(AetherisError):
    """No sealing key is set. Put AETHERIS_KEYS into the environment: one or more keys of 32 bytes in hex, newest
    first, separated by commas. `make up` makes one at the first start."""

    code = "no_sealing_key"
    status = 500


class BadKey(AetherisError):
    """Key number {place} in AETHERIS_KEYS is not 32 bytes in hex (64 digits). Make one with: openssl rand -hex 32"""

    code = "bad_sealing_key"
    status = 500


class NotOurSeal(AetherisError):
    """A sealed value of {place} does not open: its key (id {key_id}) is not in AETHERIS_KEYS, or it was moved here from
    another row or column. Add the old key behind the new one and start again."""

    code = "not_our_seal"
    status = 500


@dataclass(frozen=True)
class Keyring:
    """Key id → cipher; the first seals, all open."""

    ciphers: dict[bytes, AESGCM]

    @property
    def newest(self) -> bytes:
        return next(iter(self.ciphers))

    def seal(self, text: str, place: str) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return VERSION + self.newest + nonce + self.ciphers[self.newest].encrypt(nonce, text.encode(), place.encode())

    def unseal(self, sealed: bytes, place: str) -> str:
        cipher = self.ciphers.get(key_id(sealed)) if sealed[:1] == VERSION else None
        if cipher is None:
            raise NotOurSeal(place=place, key_id=key_id(sealed).hex())
        start = 1 + ID_BYTES
        nonce, body = sealed[start : start + NONCE_BYTES], sealed[start + NONCE_BYTES :]
        try:
            return cipher.decrypt(nonce, body, place.encode()).decode()
        except InvalidTag:
            raise NotOurSeal(place=place, key_id=key_id(sealed).hex()) from None


def key_id(sealed: bytes) -> bytes:
    return sealed[1 : 1 + ID_BYTES]


def keyring() -> Keyring:
    return _made(tuple(settings.AETHERIS_KEYS))


@lru_cache(maxsize=4)
def _made(words: tuple[str, ...]) -> Keyring:
    if not words:
        raise NoKey
    ciphers = {}
    for place, word in enumerate(words, start=1):
        key = _bytes(word)
        if len(key) != KEY_BYTES:
            raise BadKey(place=place)
        ciphers[sha256(b"aetheris key id" + key).digest()[:ID_BYTES]] = AESGCM(key)
    return Keyring(ciphers)


def _bytes(word: str) -> bytes:
    try:
        return bytes.fromhex(word)
    except ValueError:
        return b""
