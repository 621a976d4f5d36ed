"""Message encryption for web push: RFC 8291 over the aes128gcm content coding of RFC 8188, one record a message."""

from __future__ import annotations

import hmac
import os

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from push.subscription import Subscription

SALT_BYTES = 16
RECORD_SIZE = 4096
# Push services must take 4096 bytes of body (RFC 8030 §7.2); header (86), delimiter (1) and tag (16) come off that.
PAYLOAD_LIMIT = 4096 - 86 - 1 - 16

_CURVE = SECP256R1()
_ECDH = ECDH()
_HEADER_TAIL = RECORD_SIZE.to_bytes(4, "big") + b"\x41"


class PayloadTooLong(ValueError):
    """The payload does not fit into what every push service must accept; `limit` and `actual` are bytes."""

    def __init__(self, limit: int, actual: int) -> None:
        super().__init__(f"{actual} bytes of payload, {limit} fit")
        self.limit = limit
        self.actual = actual


def encrypt(
    subscription: Subscription, payload: bytes, *, salt: bytes | None = None, key: EllipticCurvePrivateKey | None = None
) -> bytes:
    """The body of a push message for `subscription`, to be sent with `Content-Encoding: aes128gcm`.

    `salt` (16 bytes) and `key` are fresh for every message; they are given only to check published vectors. Raises
    PayloadTooLong, and ValueError when the subscription's key is no point of P-256.
    """
    if len(payload) > PAYLOAD_LIMIT:
        raise PayloadTooLong(PAYLOAD_LIMIT, len(payload))
    salt = os.urandom(SALT_BYTES) if salt is None else salt
    if len(salt) != SALT_BYTES:
        raise ValueError("a salt is 16 bytes")
    key = generate_private_key(_CURVE) if key is None else key
    sender = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    receiver = EllipticCurvePublicKey.from_encoded_point(_CURVE, subscription.p256dh)
    shared = key.exchange(_ECDH, receiver)
    # HKDF (RFC 5869) with one block of output is two HMACs; the trailing 01 is its block counter.
    pseudorandom = hmac.digest(subscription.auth, shared, "sha256")
    info = b"WebPush: info\x00" + subscription.p256dh + sender + b"\x01"
    secret = hmac.digest(salt, hmac.digest(pseudorandom, info, "sha256"), "sha256")
    content_key = hmac.digest(secret, b"Content-Encoding: aes128gcm\x00\x01", "sha256")[:16]
    nonce = hmac.digest(secret, b"Content-Encoding: nonce\x00\x01", "sha256")[:12]
    sealed = AESGCM(content_key).encrypt(nonce, payload + b"\x02", None)
    return salt + _HEADER_TAIL + sender + sealed
