"""I keep recovery codes: shown once, kept as slow hashes under a salt that lies sealed, each good once.

Eight digits can be tried one after the other by whoever holds hashes and salt, so the salt opens with our key alone and
each try costs what a password's does.
"""

import secrets

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from argon2.low_level import Type, hash_secret_raw

from accounts.models import User

COUNT, DIGITS = 10, 8
SALT_BYTES, HASH_BYTES = 16, 16
ROUNDS, MEMORY_KIB = 2, 19 * 1024  # OWASP's least for Argon2id; ten of them are counted when a set is made


def make(user: User) -> list[str]:
    """A new set; the old one is worth nothing."""
    codes = _ten_that_differ()
    salt = secrets.token_hex(SALT_BYTES)
    kept = {"salt": get_adapter().encrypt(salt), "hashes": [_hash(code, salt) for code in codes]}
    forget(user)
    Authenticator.objects.create(user=user, type=Authenticator.Type.RECOVERY_CODES, data=kept)
    return codes


def forget(user: User) -> None:
    Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.RECOVERY_CODES).delete()


def use(spare: Authenticator, code: str) -> bool:
    """True for exactly one of many who bring the same code at once."""
    if "seed" in spare.data:  # made before codes were hashed
        return bool(RecoveryCodes(spare).validate_code(code))
    if len(code) != DIGITS:
        return False
    mark = _hash(code, get_adapter().decrypt(spare.data["salt"]))
    if mark not in spare.data["hashes"]:
        return False
    left = [one for one in spare.data["hashes"] if one != mark]
    mine = Authenticator.objects.filter(pk=spare.pk, data=spare.data)
    return bool(mine.update(data={**spare.data, "hashes": left}))


def _ten_that_differ() -> list[str]:
    codes: set[str] = set()
    while len(codes) < COUNT:
        codes.add(f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}")
    return sorted(codes, key=lambda _: secrets.randbits(32))


def _hash(code: str, salt: str) -> str:
    words, grains = code.encode("utf-8", "replace"), bytes.fromhex(salt)
    return hash_secret_raw(words, grains, ROUNDS, MEMORY_KIB, 1, HASH_BYTES, Type.ID).hex()
