"""I look once, as a process starts, whether the laws stand and the keys fit; without them nothing is served."""

import sys

from django.core import checks
from django.db import connection

from aetheris.db.keyring import keyring
from aetheris.errors import AetherisError


class WrongKeys(AetherisError):
    """None of the keys in AETHERIS_KEYS (ids {ours}) was ever in use here (ids {known}): secrets sealed before would
    not open. Put the key that sealed them back, behind a new one if you are changing keys, and start again."""


def refuse_without_laws() -> None:
    """Ends the process with one line for each thing that is missing."""
    found = checks.run_checks(tags=["database"], databases=["default"])
    broken = [_said(message) for message in found if message.is_serious()]
    try:
        check_keys()
    except AetherisError as error:
        broken.append(error.message)
    for line in broken:
        print(f"Refusing to start: {line}", file=sys.stderr)
    if broken:
        raise SystemExit(1)


def _said(message: checks.CheckMessage) -> str:
    return f"{message.msg} {message.hint or ''}".strip()


def check_keys() -> None:
    """A key ring that shares no key with the one used here before is a mistake, not a rotation."""
    ours = [id.hex() for id in keyring().ciphers]
    with connection.cursor() as cursor:
        cursor.execute("SELECT key_id FROM sealing_keys")
        known = [row[0] for row in cursor.fetchall()]
        if known and not set(ours) & set(known):
            raise WrongKeys(ours=", ".join(ours), known=", ".join(known))
        for id in ours:
            cursor.execute("INSERT INTO sealing_keys (key_id) VALUES (%s) ON CONFLICT DO NOTHING", [id])
