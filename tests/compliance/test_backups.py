"""A backup older than an erasure holds names in clear: restored, and the register applied, they are gone again. And
keys of people under a new master key."""

import os
import secrets
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from psycopg import sql

from accounts.models import TradingAccount, User
from aetheris.db.keyring import key_id, keyring
from aetheris.db.prepare import within
from aetheris.embedded import binaries
from compliance.models import KycDocument
from compliance.privacy import erasing
from compliance.vault import files, keys
from tests import database
from tests.compliance.staff import handed_in
from tests.compliance.test_privacy import asked_and_approved
from tests.conftest import admin_url
from tests.factories import trade_in
from tests.hands import by_the_service
from tests.processes import LOGINS, environment

pytestmark = pytest.mark.usefixtures("real_db", "vault")
WORDS = ("ana@example.com", "Anastasia", "Unmistakable")


@pytest.fixture(autouse=True)
def own_register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasing, "register", lambda: tmp_path / "erasures.jsonl")


def program(name: str) -> str | None:
    """PostgreSQL's own, as new as the server that the tests have."""
    beside = binaries() / name
    return str(beside) if beside.exists() else shutil.which(name)


def dumped(to: Path) -> bool:
    """False where no program here understands the server."""
    dump = program("pg_dump")
    if dump is None:
        return False
    done = subprocess.run([dump, "-Fc", "-f", str(to), admin_url()], capture_output=True, text=True, check=False)
    if "version mismatch" in done.stderr:
        return False
    assert done.returncode == 0, done.stderr
    return True


def named(address: str) -> list[str]:
    """Every table and partition that holds one of the words, as the superuser reads them."""
    with psycopg.connect(address) as connection:
        names = connection.execute(
            "SELECT format('%I.%I', nspname, relname) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace "
            "WHERE relkind = 'r' AND nspname IN ('public', 'audit')"
        ).fetchall()
        query = "SELECT 1 FROM {} t WHERE t::text ILIKE ANY (%s) LIMIT 1"
        patterns = [f"%{word}%" for word in WORDS]
        return [n for (n,) in names if connection.execute(query.format(n), [patterns]).fetchone()]  # type: ignore[call-overload]


def test_a_restored_backup_forgets_whom_the_register_names(
    ana: User, bo: User, anas_account: TradingAccount, tmp_path: Path
) -> None:
    User.objects.using("admin").filter(pk=ana.pk).update(first_name="Anastasia", last_name="Unmistakable")
    handed_in(ana, name="Anastasia Unmistakable")
    trade_in(anas_account, source="manual", trade_notes="Unmistakable note")
    backup = tmp_path / "backup.dump"
    if not dumped(backup):
        pytest.skip("no pg_dump here understands this server")
    asked_and_approved(ana)
    call_command("erase_approved")
    place = f"{database.DATABASE}_restored"
    with psycopg.connect(within(settings.ADMIN.admin_url, "postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(place)))
    try:
        _restore_and_reapply(place, backup, tmp_path)
    finally:
        database.drop(settings.ADMIN, place)


def _restore_and_reapply(place: str, backup: Path, folder: Path) -> None:
    address = within(settings.ADMIN.admin_url, place)
    restore = program("pg_restore")
    assert restore is not None
    subprocess.run([restore, "-d", address, str(backup)], capture_output=True, check=True)
    assert {"public.users", "public.trades"} <= set(named(address)), "the backup had her in clear"
    told = environment(**{f"DATABASE_URL_{login.upper()}": str(settings.ADMIN.url(login, place)) for login in LOGINS})
    told |= {"AETHERIS_ROLE": "migrator", "AETHERIS_STATE": str(folder), "SECRET_KEY": settings.SECRET_KEY,
             "AETHERIS_SEAL_KEY": "11" * 32, "AETHERIS_KEYS": ",".join(settings.AETHERIS_KEYS)}  # fmt: skip
    for expected in ("1 came back", "0 came back"):
        done = subprocess.run([sys.executable, "manage.py", "reapply_erasures"], cwd=database.ROOT, env=told,
                              capture_output=True, text=True, check=False)  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert f"1 in the register of erasures; {expected}" in done.stdout
    assert named(address) == []
    with psycopg.connect(address) as connection:
        found = connection.execute("SELECT count(*), sum(pnl) FROM trades").fetchone()
        assert found is not None
        assert found[0] == 1, "what the law keeps is there"
        left = connection.execute("SELECT email FROM users ORDER BY email").fetchall()
    assert [email for (email,) in left if "erased" not in email] == ["bo@example.com"]


# Keys of people under a new master key -----------------------------------------------------------------


@pytest.fixture
def changed(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The master key is renewed: the new one first, the old one behind it."""

    def change(*, forget: bool = False) -> None:
        new = [secrets.token_hex(32)] if not forget else settings.AETHERIS_KEYS[:1]
        monkeypatch.setattr(settings, "AETHERIS_KEYS", new if forget else [*new, *settings.AETHERIS_KEYS])

    return change


def test_person_keys_are_wrapped_anew_and_open_without_the_old_master_key(ana: User, changed: Any) -> None:
    handed_in(ana)
    mine = keys.of(ana.pk)
    changed()
    with by_the_service():
        call_command("rotate_keys")
    changed(forget=True)
    assert keys.of(ana.pk) == mine, "the key is the same, its wrapping is new"
    document = KycDocument.objects.using("admin").all()[0]
    assert files.get(ana.pk, document.pk, bytes(document.wrapped_key or b"")).startswith(b"\x89PNG")
    assert keys.rotate() == "0 of 1 person keys wrapped anew."


def test_a_rotation_that_broke_off_is_gone_on_with(
    ana: User, bo: User, cy: User, changed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for user in (ana, bo, cy):
        keys.make(user.pk)
    changed()
    real, done = os.fsync, []

    def fails_at_the_second(file: int) -> None:
        done.append(file)
        if len(done) == 2:
            raise OSError("the disk is full")
        real(file)

    monkeypatch.setattr(os, "fsync", fails_at_the_second)
    with pytest.raises(OSError, match="full"):
        keys.rotate()
    assert len({keys.of(user.pk) for user in (ana, bo, cy)}) == 3, "old and new wrappings side by side all open"
    assert keys.rotate() == "2 of 3 person keys wrapped anew."
    assert {key_id(path.read_bytes()) for path in keys.folder().glob("*.key")} == {keyring().newest}


def test_an_erased_persons_key_stays_gone_through_a_rotation(ana: User, bo: User, changed: Any) -> None:
    keys.make(ana.pk)
    keys.make(bo.pk)
    changed()
    assert keys.destroy(ana.pk)
    assert keys.rotate() == "1 of 1 person keys wrapped anew."
    with pytest.raises(keys.KeyDestroyed):
        keys.of(ana.pk)
    assert not [path for path in keys.folder().iterdir() if str(ana.pk) in path.name]


def test_a_key_destroyed_while_it_is_being_wrapped_anew_stays_destroyed(
    ana: User, changed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The erasure waits for the file, and takes what then lies in its place."""
    import threading

    keys.make(ana.pk)
    changed()
    at_it = threading.Event()
    waits = threading.Thread(target=lambda: keys.destroy(ana.pk))
    real = os.fsync

    def meanwhile(file: int) -> None:
        if not at_it.is_set():
            at_it.set()
            waits.start()
        real(file)

    monkeypatch.setattr(os, "fsync", meanwhile)
    assert keys.rotate() == "1 of 1 person keys wrapped anew."
    waits.join(60)
    assert not waits.is_alive()
    with pytest.raises(keys.KeyDestroyed):
        keys.of(ana.pk)


def test_without_the_old_master_key_nothing_is_lost_and_the_next_step_is_told(
    ana: User, changed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys.make(ana.pk)
    before = keys.of(ana.pk)
    old = list(settings.AETHERIS_KEYS)
    changed()
    changed(forget=True)
    assert "0 of 1 person keys wrapped anew. 1 do not open: add their old key" in keys.rotate()
    monkeypatch.setattr(settings, "AETHERIS_KEYS", [*settings.AETHERIS_KEYS, *old])
    assert keys.of(ana.pk) == before
