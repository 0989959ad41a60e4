"""Recovery codes: hashed, each good once, gone with a new set."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

from accounts import second, spares
from accounts.models import User
from accounts.models.sign_in import Way
from aetheris.db.tenancy import acting_as


def kept(user: User) -> Any:
    return Authenticator.objects.get(user_id=user.pk, type="recovery_codes")


def test_no_code_and_no_salt_lies_open(ana: User) -> None:
    with acting_as(ana):
        codes = spares.make(ana)
        told = str(kept(ana).data)
    assert (len(set(codes)), {len(code) for code in codes}) == (10, {8})
    assert not [code for code in codes if code in told]
    assert "seed" not in told


def test_each_code_is_good_once_also_for_two_at_once(ana: User) -> None:
    with acting_as(ana):
        codes = spares.make(ana)
        one, other = kept(ana), kept(ana)
        assert (spares.use(one, codes[0]), spares.use(other, codes[0])) == (True, False)
        assert [second.accepts(ana, code) for code in (codes[0], codes[1], codes[1])] == [None, Way.RECOVERY_CODE, None]
        assert not spares.use(kept(ana), "not a code")


def test_a_new_set_ends_the_old_one(ana: User) -> None:
    with acting_as(ana):
        old, new = spares.make(ana), spares.make(ana)
        assert not spares.use(kept(ana), next(code for code in old if code not in new))
        assert spares.use(kept(ana), new[9])


def test_a_set_made_before_codes_were_hashed_still_opens(ana: User) -> None:
    with acting_as(ana):
        codes = RecoveryCodes.activate(ana).get_unused_codes()
        assert [second.accepts(ana, str(codes[0])) for _ in range(2)] == [Way.RECOVERY_CODE, None]
