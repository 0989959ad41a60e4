"""I keep second factors: allauth stores their secrets as they are, we seal them."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

from allauth.mfa.adapter import DefaultMFAAdapter

from aetheris.db.keyring import keyring

PLACE = "mfa_authenticator.data"


class MfaAdapter(DefaultMFAAdapter):
    """A seal binds them to their column; allauth asks without saying for which row."""

    def encrypt(self, text: str) -> str:
        return urlsafe_b64encode(keyring().seal(text, PLACE)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return keyring().unseal(urlsafe_b64decode(encrypted_text), PLACE)
