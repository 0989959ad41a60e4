"""I keep and check a second factor: an authenticator app's codes (RFC 6238), or one of the recovery codes.

A TOTP code counts in its own 30 seconds and in the step before and after, for clocks that go wrong; each code once.
"""

import time
from urllib.parse import quote, urlencode

from allauth.core.internal.cryptokit import compare_user_code, normalize_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import decrypt
from django.core.cache import cache

from accounts import spares
from accounts.errors import CodeRefused, FactorMissing, FactorThere
from accounts.models import User
from accounts.models.sign_in import Way

PERIOD, STEPS_EITHER_WAY = 30, 1
LIVES_SECONDS = PERIOD * (2 * STEPS_EITHER_WAY + 1)
PENDING_SECONDS = 600
ISSUER = "Aetheris"
ASKED = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def is_on(user: User) -> bool:
    """A password alone does not let this person in. Asked as themselves."""
    return Authenticator.objects.filter(user_id=user.pk, type__in=ASKED).exists()


def has_totp(user: User) -> bool:
    return Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).exists()


def accepts(user: User, code: str) -> Way | None:
    """Which factor a right code is of, once for each code. Asked as the person, whose factors nobody else sees."""
    code = normalize_user_code(code)
    factors = {factor.type: factor for factor in Authenticator.objects.filter(user_id=user.pk)}
    totp, spare = factors.get(Authenticator.Type.TOTP), factors.get(Authenticator.Type.RECOVERY_CODES)
    if totp is not None and step_of(decrypt(totp.data["secret"]), code) is not None:
        return Way.TOTP if first_use(user, code) else None
    if spare is not None and code and spares.use(spare, code):
        return Way.RECOVERY_CODE
    return None


def step_of(secret: str, code: str, now: float | None = None) -> int | None:
    """The time step this code belongs to, if it is one of those that count now."""
    at = int(time.time() if now is None else now) // PERIOD
    for step in range(at - STEPS_EITHER_WAY, at + STEPS_EITHER_WAY + 1):
        if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, step))):
            return step
    return None


def first_use(user: User, code: str) -> bool:
    """One of many who bring the same code at once; the mark outlives the code."""
    return cache.add(f"totp-used:{user.pk}:{code}", 1, LIVES_SECONDS)


def begin(user: User) -> tuple[str, str]:
    """A new secret for an authenticator app and the address that tells it; good once a code of it was shown."""
    if has_totp(user):
        raise FactorThere
    secret = generate_totp_secret()
    cache.set(_pending(user), secret, PENDING_SECONDS)
    return secret, _address(user, secret)


def pending(user: User) -> tuple[str, str]:
    """The secret that is being set up, or a new one: a page that is loaded again shows the same."""
    secret = cache.get(_pending(user))
    return (secret, _address(user, secret)) if secret else begin(user)


def _address(user: User, secret: str) -> str:
    told = urlencode(
        {"secret": secret, "issuer": ISSUER, "algorithm": "SHA1", "digits": 6, "period": PERIOD}, quote_via=quote
    )
    return f"otpauth://totp/{quote(ISSUER)}:{quote(user.email)}?{told}"


def confirm(user: User, code: str) -> list[str]:
    """The app shows the right code: from now on it is asked for. The recovery codes, to be kept on paper."""
    if has_totp(user):
        raise FactorThere
    secret = cache.get(_pending(user))
    if secret is None:
        raise FactorMissing
    if step_of(secret, normalize_user_code(code)) is None or not first_use(user, normalize_user_code(code)):
        raise CodeRefused
    cache.delete(_pending(user))
    TOTP.activate(user, secret)
    return spares.make(user)


def remove(user: User) -> bool:
    """The app is forgotten, and the recovery codes with it unless a passkey still asks for them."""
    gone, _ = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).delete()
    if not is_on(user):
        spares.forget(user)
    return bool(gone)


def fresh_codes(user: User) -> list[str]:
    """Recovery codes, shown this once; the old ones are worth nothing from now on."""
    if not is_on(user):
        raise FactorMissing
    return spares.make(user)


def qr(words: str) -> str:
    """The address as a square to photograph, an SVG without a style of its own."""
    import qrcode
    from qrcode.image.svg import SvgPathImage

    made = qrcode.make(words, image_factory=SvgPathImage, border=2)
    return str(made.to_string(encoding="unicode"))


def _pending(user: User) -> str:
    return f"totp-pending:{user.pk}"
