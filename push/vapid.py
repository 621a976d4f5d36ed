"""Voluntary application server identification (RFC 8292): who sends, signed once per push service and half day."""

from __future__ import annotations

import base64
import json

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

# A token may live 24 hours at most (RFC 8292 §2); half of that leaves room for clocks that differ.
TOKEN_SECONDS = 12 * 3600
RENEW_SECONDS = 3600
_CACHED_AUDIENCES = 1024


def _base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _part(content: dict[str, str | int]) -> str:
    return _base64url(json.dumps(content, separators=(",", ":")).encode())


_HEADER = _part({"typ": "JWT", "alg": "ES256"})


def new_key() -> bytes:
    """A fresh VAPID private key as PEM (PKCS #8). Replacing a key ends every subscription made with it."""
    key = generate_private_key(SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


class VapidSigner:
    """Signs tokens for push services with one P-256 key and one contact (`mailto:` or `https:`)."""

    def __init__(self, pem: bytes, subject: str) -> None:
        """Raises ValueError when `pem` is no P-256 private key or `subject` is no contact push services accept."""
        key = load_pem_private_key(pem, password=None)
        if not isinstance(key, EllipticCurvePrivateKey) or not isinstance(key.curve, SECP256R1):
            raise ValueError("a VAPID key is a P-256 private key")
        if not subject.startswith(("mailto:", "https://")):
            raise ValueError("a VAPID contact starts with mailto: or https://")
        self._key = key
        self._subject = subject
        self._tokens: dict[str, tuple[float, str]] = {}
        point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.public_key = _base64url(point)

    def authorization(self, audience: str, now: float) -> str:
        """The Authorization header for a push service (its origin) at `now`, in seconds since the epoch."""
        cached = self._tokens.get(audience)
        # A clock set back (tests) must not leave a token that lives too long.
        if cached is not None and RENEW_SECONDS < cached[0] - now <= TOKEN_SECONDS:
            return cached[1]
        expires = int(now) + TOKEN_SECONDS
        signed = f"{_HEADER}.{_part({'aud': audience, 'exp': expires, 'sub': self._subject})}"
        r, s = decode_dss_signature(self._key.sign(signed.encode(), ECDSA(SHA256())))
        signature = _base64url(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
        header = f"vapid t={signed}.{signature}, k={self.public_key}"
        if len(self._tokens) >= _CACHED_AUDIENCES:
            self._tokens.clear()
        self._tokens[audience] = (expires, header)
        return header
