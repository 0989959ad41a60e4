"""A second factor's secret lies sealed in its library's table."""

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.db import connection
from django.test import override_settings

from accounts import rotating, second, spares
from accounts.models import User
from accounts.models.sign_in import Way
from aetheris.db.tenancy import acting_as
from tests.hands import by_the_service

SECRET = "JBSWY3DPEHPK3PXP"


def test_a_totp_secret_is_never_stored_plainly(ana: User) -> None:
    with acting_as(ana):
        TOTP.activate(ana, SECRET)
        with connection.cursor() as cursor:
            cursor.execute("SELECT data::text FROM mfa_authenticator")
            assert SECRET not in cursor.fetchone()[0]
        kept = Authenticator.objects.get(user=ana)
        now = next(yield_hotp_counters_from_time())
        assert TOTP(kept).validate_code(format_hotp_value(hotp_value(SECRET, now)))


def test_a_new_sealing_key_seals_second_factors_too(real_db: None, ana: User) -> None:
    """Once the old key is gone, an authenticator and its recovery codes still sign in."""
    old, new = "11" * 32, "22" * 32
    with override_settings(AETHERIS_KEYS=[old]), acting_as(ana):
        TOTP.activate(ana, SECRET)
        codes = spares.make(ana)
    with override_settings(AETHERIS_KEYS=[new, old]), by_the_service():
        told = [rotating.rotate(), rotating.rotate()]
    assert told == ["2 second factors sealed anew.", "0 second factors sealed anew."]
    with override_settings(AETHERIS_KEYS=[new]), acting_as(ana):
        now = next(yield_hotp_counters_from_time())
        kept = Authenticator.objects.get(user=ana, type="totp")
        assert TOTP(kept).validate_code(format_hotp_value(hotp_value(SECRET, now)))
        assert second.accepts(ana, codes[0]) == Way.RECOVERY_CODE


def test_a_factor_that_does_not_open_is_told_and_stays(real_db: None, ana: User) -> None:
    with override_settings(AETHERIS_KEYS=["11" * 32]), acting_as(ana):
        TOTP.activate(ana, SECRET)
        before = Authenticator.objects.get(user=ana).data
    with override_settings(AETHERIS_KEYS=["22" * 32]), by_the_service():
        assert "1 do not open: add their old key" in rotating.rotate()
    with acting_as(ana):
        assert Authenticator.objects.get(user=ana).data == before


def test_a_strangers_factor_is_not_seen(ana: User, cy: User) -> None:
    with acting_as(ana):
        TOTP.activate(ana, SECRET)
    with acting_as(cy):
        assert not Authenticator.objects.exists()
