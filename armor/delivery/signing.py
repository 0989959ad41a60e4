"""I sign what we send, and make the secrets it is signed with. Source: Standard Webhooks specification 1.0.0."""

import hmac
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable
from hashlib import sha256

PREFIX = "whsec_"


def new_secret() -> str:
    """32 random bytes, as the specification writes them."""
    return PREFIX + b64encode(secrets.token_bytes(32)).decode()


def headers(*, id: str, timestamp: int, body: bytes, keys: Iterable[str]) -> dict[str, str]:
    """One signature for each secret that is valid at this moment, the newest first."""
    return {
        "webhook-id": id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(_signature(f"{id}.{timestamp}.".encode() + body, key) for key in keys),
    }


def _signature(content: bytes, secret: str) -> str:
    key = b64decode(secret.removeprefix(PREFIX))
    return "v1," + b64encode(hmac.new(key, content, sha256).digest()).decode()
