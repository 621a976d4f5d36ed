"""The ratio of push encryption to the cryptography that RFC 8291 cannot do without."""

from __future__ import annotations

import hmac
import os

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    SECP256R1,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from push.encryption import encrypt
from push.subscription import Subscription
from tests.bench.bench_qr import ratio


def push_ratios() -> dict[str, float]:
    """One message of 200 bytes: a fresh key, a point read, one exchange, three HKDF steps of two HMACs, one seal."""
    point = generate_private_key(SECP256R1()).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    auth, payload = os.urandom(16), os.urandom(200)
    subscription = Subscription("https://push.example/1", point, auth)

    def bare() -> None:
        key = generate_private_key(SECP256R1())
        key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        shared = key.exchange(ECDH(), EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point))
        for _ in range(6):
            shared = hmac.digest(auth, shared, "sha256")
        AESGCM(shared[:16]).encrypt(auth[:12], payload, None)

    return {"push encryption / bare cryptography": ratio(bare, lambda: encrypt(subscription, payload), 200)}
