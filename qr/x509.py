"""The public key inside an X.509 certificate, found by walking its DER (RFC 5280 §4.1) and by nothing else.

The certificate is a container here: trust comes from the list that holds it, so names, dates and extensions are not
read, and a certificate whose other parts a full parser would refuse still gives its key, on the phone as here.
"""

import base64
import binascii
import re
from typing import Literal, TypeAlias

from qr.errors import KeyMaterialError

MAX_TEXT = 16384
SubjectKey: TypeAlias = tuple[Literal["EC", "OKP", "RSA"], tuple[bytes, ...]]

_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")
_SEQUENCE, _INTEGER, _BIT_STRING, _OID, _EXPLICIT_0 = 0x30, 0x02, 0x03, 0x06, 0xA0
_EC_PUBLIC_KEY = bytes.fromhex("2a8648ce3d0201")
_P256 = bytes.fromhex("2a8648ce3d030107")
_ED25519 = bytes.fromhex("2b6570")
_RSA = (bytes.fromhex("2a864886f70d010101"), bytes.fromhex("2a864886f70d01010a"))


def subject_key(text: str) -> SubjectKey:
    """Return the kind of key and its parts (x and y, x, or n and e) of a certificate in padded base64 DER.

    Raises KeyMaterialError.
    """
    if len(text) > MAX_TEXT or len(text) % 4 or not _BASE64.fullmatch(text):
        raise KeyMaterialError("the certificate is not padded base64")
    try:
        data = base64.b64decode(text)
    except binascii.Error:
        raise KeyMaterialError("the certificate is not padded base64") from None
    certificate, rest = _element(data, _SEQUENCE)
    if rest:
        raise KeyMaterialError("bytes follow the certificate")
    body, _ = _element(certificate, _SEQUENCE)
    if body[:1] == bytes((_EXPLICIT_0,)):
        _, body = _element(body, _EXPLICIT_0)
    _, body = _element(body, _INTEGER)
    for _part in ("signature", "issuer", "validity", "subject"):
        _, body = _element(body, _SEQUENCE)
    info, _ = _element(body, _SEQUENCE)
    algorithm, rest = _element(info, _SEQUENCE)
    bits, rest = _element(rest, _BIT_STRING)
    if rest or bits[:1] != b"\0":
        raise KeyMaterialError("a malformed key in the certificate")
    return _key(algorithm, bits[1:])


def _key(algorithm: bytes, bits: bytes) -> SubjectKey:
    identifier, parameters = _element(algorithm, _OID)
    if identifier == _EC_PUBLIC_KEY:
        curve, _ = _element(parameters, _OID)
        if curve == _P256 and len(bits) == 65 and bits[0] == 4:
            return "EC", (bits[1:33], bits[33:])
    elif identifier == _ED25519:
        return "OKP", (bits,)
    elif identifier in _RSA:
        numbers, rest = _element(bits, _SEQUENCE)
        n, after = _element(numbers, _INTEGER)
        e, after = _element(after, _INTEGER)
        if not rest and not after:
            return "RSA", (n, e)
    raise KeyMaterialError("the certificate holds a key of another kind")


def _element(data: bytes, tag: int) -> tuple[bytes, bytes]:
    """Return the content of the first DER element, which must have this tag, and what follows it."""
    if len(data) < 2 or data[0] != tag:
        raise KeyMaterialError("not a certificate")
    length, start = data[1], 2
    if length >= 0x80:
        count = length & 0x7F
        if not 1 <= count <= 3:
            raise KeyMaterialError("not a certificate")
        length, start = int.from_bytes(data[2 : 2 + count]), 2 + count
    if start + length > len(data):
        raise KeyMaterialError("the certificate ends too early")
    return data[start : start + length], data[start + length :]
