"""I am a device with passkeys: I make keys and sign challenges as WebAuthn says, with the maths of another library."""

import json
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

ORIGIN = "http://testserver"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


class Device:
    """`flags` tells whether its person touched it and was recognised; `count` goes up with every use."""

    def __init__(self, id: bytes = b"first-device", origin: str = ORIGIN) -> None:
        self.id, self.origin, self.count = id, origin, 0
        self.flags = PRESENT | VERIFIED
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.handle = ""

    def make(self, options: dict[str, Any]) -> str:
        told = options["publicKey"]
        self.handle = told["user"]["id"]
        credential = AttestedCredentialData.create(
            bytes(16), self.id, ES256.from_cryptography_key(self.key.public_key())
        )
        data = AuthenticatorData.create(self._site(told["rp"]["id"]), self.flags | ATTESTED, self.count, credential)
        attested = AttestationObject.create("none", data, {})
        client = self._client("webauthn.create", told["challenge"])
        return self._answer(clientDataJSON=bytes(client), attestationObject=bytes(attested))

    def show(self, options: dict[str, Any], counts: bool = True) -> str:
        told = options["publicKey"]
        self.count += counts
        data = AuthenticatorData.create(self._site(told["rpId"]), self.flags, self.count)
        client = self._client("webauthn.get", told["challenge"])
        signature = self.key.sign(bytes(data) + client.hash, ec.ECDSA(SHA256()))
        parts = {"clientDataJSON": bytes(client), "authenticatorData": bytes(data), "signature": signature}
        return self._answer(self.handle, **parts)

    def _client(self, kind: str, challenge: str) -> CollectedClientData:
        return CollectedClientData.create(kind, challenge, self.origin)

    def _site(self, id: str) -> bytes:
        return sha256(id.encode()).digest()

    def _answer(self, handle: str = "", **parts: bytes) -> str:
        response: dict[str, Any] = {name: websafe_encode(part) for name, part in parts.items()}
        id = websafe_encode(self.id)
        response |= {"userHandle": handle} if handle else {}
        return json.dumps({"id": id, "rawId": id, "type": "public-key", "response": response,
                           "clientExtensionResults": {}})  # fmt: skip
