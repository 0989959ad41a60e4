"""I seal second factors anew with the newest key: their library keeps them in a column of its own."""

from base64 import urlsafe_b64decode
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator

from aetheris.db.everybody import everybody
from aetheris.db.keyring import NotOurSeal, key_id, keyring
from aetheris.db.tenancy import acting_as

SEALED = ("secret", "salt", "seed")  # of an authenticator; of recovery codes, and of those made before they were hashed


def rotate() -> str:
    """Person by person, so that what was broken off goes on next time. What does not open stays as it is."""
    done = closed = 0
    for person in everybody():
        with acting_as(person, label="rotate_keys", reason="sealing key rotated"):
            for factor in Authenticator.objects.select_for_update().order_by("pk"):
                try:
                    done += _sealed_anew(factor)
                except NotOurSeal:
                    closed += 1
    told = f"{done} second factors sealed anew."
    return f"{told} {closed} do not open: add their old key to AETHERIS_KEYS and run me again." if closed else told


def _sealed_anew(factor: Authenticator) -> bool:
    stale = {name: factor.data[name] for name in SEALED if name in factor.data and _is_stale(factor.data[name])}
    if stale:
        adapter = get_adapter()
        fresh: dict[str, Any] = {name: adapter.encrypt(adapter.decrypt(sealed)) for name, sealed in stale.items()}
        Authenticator.objects.filter(pk=factor.pk).update(data={**factor.data, **fresh})
    return bool(stale)


def _is_stale(sealed: str) -> bool:
    return key_id(urlsafe_b64decode(sealed)) != keyring().newest
