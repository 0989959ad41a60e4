"""A second factor's secret lies sealed in its library's table."""

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.db import connection

from accounts.models import User
from aetheris.db.tenancy import acting_as

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


def test_a_strangers_factor_is_not_seen(ana: User, cy: User) -> None:
    with acting_as(ana):
        TOTP.activate(ana, SECRET)
    with acting_as(cy):
        assert not Authenticator.objects.exists()
