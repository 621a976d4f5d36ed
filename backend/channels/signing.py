"""Signs and verifies what the feed says: JWS (RFC 7515) with detached content over canonical JSON. Pure."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

import msgspec

from backend.city.canonical import canonical
from qr.errors import KeyMaterialError
from qr.keys import SigningKey, from_jwk

TYPE = "zhangban-guides+jws"


class FeedRefused(Exception):
    """A signed answer is not what the key signed; the message says in which way."""


def signed(content: object, key: SigningKey) -> dict[str, object]:
    """`{feed, protected, signature}`: the content beside an ES256 signature over its canonical JSON."""
    header = {"alg": "ES256", "kid": _text(key.public.kid), "typ": TYPE}
    protected = _text(canonical(header))
    signature = _text(key.sign(_input(protected, content)))
    return {"feed": content, "protected": protected, "signature": signature}


def verified(answer: object, jwk: Mapping[str, object]) -> Any:
    """The content of a signed answer. Raises FeedRefused unless the public key signed exactly it."""
    if not isinstance(answer, dict) or not {"feed", "protected", "signature"} <= answer.keys():
        raise FeedRefused("it has no feed, protected and signature")
    protected, signature = answer["protected"], answer["signature"]
    if not isinstance(protected, str) or not isinstance(signature, str):
        raise FeedRefused("its signature is not text")
    try:
        header = msgspec.json.decode(_bytes(protected))
        key = from_jwk(jwk)
        good = key.verify(_bytes(signature), _input(protected, answer["feed"]))
    except (ValueError, KeyMaterialError):
        raise FeedRefused("its header, signature or key cannot be read") from None
    # The algorithm is ours to choose, never the answer's.
    if not isinstance(header, dict) or header.get("alg") != "ES256" or header.get("typ") != TYPE or "crit" in header:
        raise FeedRefused("it is signed as something else")
    if not good:
        raise FeedRefused("the signature is not this key's")
    return answer["feed"]


def _input(protected: str, content: object) -> bytes:
    return f"{protected}.{_text(canonical(content))}".encode()


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from None
