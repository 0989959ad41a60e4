"""Secrets are sealed, and open only where they were sealed."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import override_settings

from accounts.models import TradingAccount, User
from aetheris.db.keyring import BadKey, NoKey, NotOurSeal, key_id, keyring
from aetheris.db.tenancy import acting_as
from aetheris.start import WrongKeys, check_keys
from tests.factories import account_of
from tests.hands import by_the_service
from trading.models import BrokerConnection

OLD, NEW, ALIEN = "11" * 32, "22" * 32, "33" * 32


def connected(account: TradingAccount, **secrets: str) -> BrokerConnection:
    with acting_as(account.user):
        return BrokerConnection.objects.create(account=account, user=account.user, broker_type="ccxt", **secrets)


def stored(made: BrokerConnection, column: str) -> bytes:
    with acting_as(made.user), connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM broker_connections WHERE id = %s", [made.pk])
        return bytes(cursor.fetchone()[0])


def test_a_secret_is_read_as_it_was_written_and_never_stored_plainly(anas_account: TradingAccount) -> None:
    made = connected(anas_account, api_secret="hush-hush")
    with acting_as(anas_account.user):
        assert BrokerConnection.objects.get(pk=made.pk).api_secret == "hush-hush"
    assert b"hush" not in stored(made, "api_secret")


def test_a_secret_that_was_only_read_is_saved_as_it_came(anas_account: TradingAccount) -> None:
    made = connected(anas_account, api_secret="hush-hush")
    before = stored(made, "api_secret")
    with acting_as(anas_account.user):
        BrokerConnection.objects.get(pk=made.pk).save()
    assert stored(made, "api_secret") == before


def test_neither_a_list_of_values_nor_a_print_tells_a_secret(anas_account: TradingAccount) -> None:
    connected(anas_account, api_secret="hush-hush")
    with acting_as(anas_account.user):
        told = [*BrokerConnection.objects.values_list("api_secret", flat=True), vars(BrokerConnection.objects.get())]
    assert "hush" not in repr(told)
    assert "hush" not in str(told)


@pytest.mark.parametrize("to", ["another row", "another column"])
def test_a_sealed_value_moved_elsewhere_does_not_open(anas_account: TradingAccount, to: str) -> None:
    made = connected(anas_account, api_secret="hush", api_key="key")
    other = connected(anas_account, api_secret="other")
    target = ("api_secret", other) if to == "another row" else ("api_key", made)
    with acting_as(anas_account.user):
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE broker_connections SET {target[0]} = %s WHERE id = %s",
                [stored(made, "api_secret"), target[1].pk],
            )
        moved = BrokerConnection.objects.get(pk=target[1].pk)
        with pytest.raises(NotOurSeal, match="moved here"):
            getattr(moved, target[0])


def test_a_changed_byte_does_not_open() -> None:
    sealed = bytearray(keyring().seal("hush", "a.b.c"))
    sealed[-1] ^= 1
    with pytest.raises(NotOurSeal):
        keyring().unseal(bytes(sealed), "a.b.c")


def test_an_update_without_its_row_is_refused(anas_account: TradingAccount) -> None:
    connected(anas_account, api_secret="hush")
    with acting_as(anas_account.user), pytest.raises(TypeError, match="set it on the instance"):
        BrokerConnection.objects.update(api_secret="other")


def test_an_older_key_still_opens_and_the_newest_seals() -> None:
    with override_settings(AETHERIS_KEYS=[OLD]):
        old = keyring().seal("hush", "a.b.c")
    with override_settings(AETHERIS_KEYS=[NEW, OLD]):
        assert keyring().unseal(old, "a.b.c") == "hush"
        assert key_id(keyring().seal("hush", "a.b.c")) != key_id(old)
    with override_settings(AETHERIS_KEYS=[NEW]), pytest.raises(NotOurSeal, match="Add the old key"):
        keyring().unseal(old, "a.b.c")


def test_rotation_seals_every_secret_of_everybody_anew_once(real_db: None, ana: User, bo: User, capsys: object) -> None:
    with override_settings(AETHERIS_KEYS=[OLD]):
        made = [connected(account_of(who), api_key=f"key of {who}", api_secret=f"secret of {who}") for who in (ana, bo)]
    with override_settings(AETHERIS_KEYS=[NEW, OLD]), by_the_service():
        call_command("rotate_keys")
        call_command("rotate_keys")
    told = capsys.readouterr().out  # type: ignore[attr-defined]
    assert "4 secrets sealed anew" in told
    assert "0 secrets sealed anew" in told
    with override_settings(AETHERIS_KEYS=[NEW]):
        for one in made:
            with acting_as(one.user):
                assert BrokerConnection.objects.get(pk=one.pk).api_secret == f"secret of {one.user}"


@pytest.mark.parametrize(("keys", "error"), [([], NoKey), (["abc"], BadKey), (["zz" * 32], BadKey)])
def test_a_key_that_is_none_is_said_with_its_cure(keys: list[str], error: type[Exception]) -> None:
    with override_settings(AETHERIS_KEYS=keys), pytest.raises(error, match=r"AETHERIS_KEYS"):
        keyring()


def test_a_start_with_keys_never_used_here_is_refused(real_db: None) -> None:
    with override_settings(AETHERIS_KEYS=[OLD]):
        check_keys()
        check_keys()
    with override_settings(AETHERIS_KEYS=[ALIEN]), pytest.raises(WrongKeys, match="behind a new one"):
        check_keys()
    with override_settings(AETHERIS_KEYS=[NEW, OLD]):
        check_keys()
