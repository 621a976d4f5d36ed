"""An authenticator in software: makes passkeys and shows them as a device would, or as a hostile one might."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

ORIGIN, SITE = "http://localhost:8000", "localhost"
_PRESENT, _VERIFIED, _BACKUP_ELIGIBLE, _BACKED_UP, _ATTESTED = 0x01, 0x04, 0x08, 0x10, 0x40


def encode(data: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """What `encode` was given."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Authenticator:
    """One device with at most one passkey of the site. What is set before an answer goes into it."""

    origin: str = ORIGIN
    site: str = SITE
    verified: bool = True
    present: bool = True
    backed_up: bool = False
    count: int = 0
    cross_origin: bool = False
    attestation: str = "none"
    credential_id: bytes = field(default_factory=lambda: os.urandom(20))
    handle: bytes = b""
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, options: dict[str, Any], *, challenge: str | None = None) -> dict[str, Any]:
        """The answer to the options of an addition."""
        self.handle = decode(options["user"]["id"])
        length = len(self.credential_id).to_bytes(2, "big")
        attested = bytes(16) + length + self.credential_id + self._public_key()
        attestation = {"fmt": self.attestation, "attStmt": {}, "authData": self._data(_ATTESTED) + attested}
        return self._credential(
            clientDataJSON=self._page("webauthn.create", challenge or options["challenge"]),
            attestationObject=cbor2.dumps(attestation),
        )

    def show(self, options: dict[str, Any], *, challenge: str | None = None) -> dict[str, Any]:
        """The answer to the options of a sign-in, counted."""
        self.count += 1
        page, data = self._page("webauthn.get", challenge or options["challenge"]), self._data()
        signature = self.key.sign(data + hashlib.sha256(page).digest(), ec.ECDSA(hashes.SHA256()))
        return self._credential(
            clientDataJSON=page, authenticatorData=data, signature=signature, userHandle=self.handle
        )

    def _page(self, kind: str, challenge: str) -> bytes:
        page = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": self.cross_origin}
        return json.dumps(page).encode()

    def _data(self, flags: int = 0) -> bytes:
        flags |= _PRESENT * self.present | _VERIFIED * self.verified
        flags |= (_BACKUP_ELIGIBLE | _BACKED_UP) * self.backed_up
        return hashlib.sha256(self.site.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _public_key(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})

    def _credential(self, **response: bytes) -> dict[str, Any]:
        name = encode(self.credential_id)
        answer = {member: encode(value) for member, value in response.items()}
        return {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": answer,
        }
