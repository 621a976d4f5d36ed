"""A browser's push subscription, and which endpoints a server may be asked to call.

The endpoint is a URL that a stranger hands us and that we then POST to, so it is judged before it is stored and again
before each call.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Literal
from urllib.parse import urlsplit

import msgspec
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey

ENDPOINT_LIMIT = 2048
POINT_BYTES = 65
AUTH_BYTES = 16

# One plain spelling only: what urlsplit and the HTTP client might read differently is refused.
_ENDPOINT = re.compile(r"(https?)://([a-z0-9.-]+|\[::1\])(?::([0-9]{1,5}))?(/[\x21\x24-\x5b\x5d\x5f-\x7e]*)?")
_LOOPBACK = frozenset({"127.0.0.1", "[::1]", "localhost"})

Fault = Literal["endpoint-malformed", "endpoint-not-https", "endpoint-host", "p256dh", "auth"]


class SubscriptionInvalid(ValueError):
    """The subscription cannot be used; `fault` says which part of it and is stable."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault: Fault = fault


class Subscription(msgspec.Struct, frozen=True):
    """Where to send (`endpoint`), to whose key (`p256dh`, an uncompressed P-256 point) and its 16-byte secret."""

    endpoint: str
    p256dh: bytes
    auth: bytes


class EndpointPolicy(msgspec.Struct, frozen=True):
    """Push services that may be called: host names, or `*.name` for every host below a name.

    `allow_loopback` also admits http and any port on this machine, for tests only.
    """

    hosts: tuple[str, ...]
    allow_loopback: bool = False

    def check(self, endpoint: str) -> None:
        """Raises SubscriptionInvalid unless the endpoint is https on the standard port of an allowed host."""
        match = _ENDPOINT.fullmatch(endpoint) if len(endpoint) <= ENDPOINT_LIMIT else None
        if match is None:
            raise SubscriptionInvalid("endpoint-malformed")
        scheme, host, port = match[1], match[2], match[3]
        if self.allow_loopback and host in _LOOPBACK and int(port or 443) <= 0xFFFF:
            return
        if scheme != "https":
            raise SubscriptionInvalid("endpoint-not-https")
        if port not in (None, "443") or not any(_covers(allowed, host) for allowed in self.hosts):
            raise SubscriptionInvalid("endpoint-host")


def _covers(allowed: str, host: str) -> bool:
    return host.endswith(allowed[1:]) if allowed.startswith("*.") else host == allowed


def read_subscription(endpoint: str, p256dh: str, auth: str, policy: EndpointPolicy) -> Subscription:
    """A subscription from what `PushSubscription.toJSON()` gives (keys in base64url, padded or not).

    Raises SubscriptionInvalid when the endpoint is not allowed, the key is no point of P-256 or a length is wrong.
    """
    policy.check(endpoint)
    point = _base64url(p256dh, POINT_BYTES, "p256dh")
    try:
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point)
    except ValueError:
        raise SubscriptionInvalid("p256dh") from None
    return Subscription(endpoint, point, _base64url(auth, AUTH_BYTES, "auth"))


def _base64url(text: str, length: int, fault: Fault) -> bytes:
    if len(text) > 128:
        raise SubscriptionInvalid(fault)
    bare = text.rstrip("=")
    try:
        value = base64.b64decode(bare + "=" * (-len(bare) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise SubscriptionInvalid(fault) from None
    if len(value) != length:
        raise SubscriptionInvalid(fault)
    return value


def audience(endpoint: str) -> str:
    """The origin of an endpoint, which is the audience of its VAPID token (RFC 8292 §2)."""
    parts = urlsplit(endpoint)
    return f"{parts.scheme}://{parts.netloc}"
