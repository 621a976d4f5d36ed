"""Token Status List, CWT form, the verifying side: docs/formats.md, "Status list"."""

from collections.abc import Sequence
from dataclasses import dataclass

from qr import cbor, cose
from qr.errors import CborError, CoseError, InflateError, StatusListError
from qr.inflate import inflate
from qr.trust import USAGE_STATUS_LIST, TrustedKey, select

TYP = "application/statuslist+cwt"
MAX_INFLATED = 8 * 1024 * 1024
VALID, INVALID, SUSPENDED = 0, 1, 2


@dataclass(frozen=True, slots=True)
class StatusList:
    """A list as a verifier holds it. ``age`` and ``max_age`` are seconds; ``compressed`` is the zlib stream."""

    uri: str
    bits: int
    compressed: bytes
    age: float
    max_age: float

    def get(self, index: int) -> int:
        """Return the status at ``index``; see :func:`get`."""
        return get(self.compressed, self.bits, index)


def get(compressed: bytes, bits: int, index: int) -> int:
    """Return the status at ``index``, 0 to 2^bits - 1, least significant bits of each byte first.

    Raises StatusListError: ``bits`` (not 1, 2, 4 or 8), ``inflate`` or ``size`` (over 8 MiB), ``index`` past the end.
    """
    if bits not in (1, 2, 4, 8):
        raise StatusListError("bits", "a status has 1, 2, 4 or 8 bits")
    try:
        content = inflate(compressed, MAX_INFLATED)
    except InflateError as error:
        raise StatusListError(error.code, error.detail) from None
    place = index * bits
    if index < 0 or place >> 3 >= len(content):
        raise StatusListError("index", "the list ends before this index")
    return content[place >> 3] >> (place & 7) & ((1 << bits) - 1)


def open_token(data: bytes, trust: Sequence[TrustedKey], now: float, max_age: float) -> StatusList:
    """Return the list in a status list token, with its age at ``now`` (POSIX seconds).

    Raises CoseError when the token is malformed, of another typ or not signed by a trusted key for status lists, and
    StatusListError ``claims`` when its payload is not as docs/formats.md says.
    """
    message = cose.parse1(data, cwt=True)
    if message.unprotected or message.protected.get(cose.TYP) != TYP:
        raise CoseError("header", "not a status list token")
    if not any(message.verified_by(key.public) for key in select(message, trust, USAGE_STATUS_LIST, now)):
        raise CoseError("signature", "not signed by a trusted key for status lists")
    try:
        claims = cbor.decode(message.payload)
    except CborError as error:
        raise StatusListError("claims", error.detail) from None
    entry = claims.get(65533) if isinstance(claims, dict) else None
    if not isinstance(claims, dict) or not isinstance(entry, dict):
        raise StatusListError("claims", "no status list in the payload")
    uri, issued_at, bits, compressed = claims.get(2), cbor.number(claims.get(6)), entry.get("bits"), entry.get("lst")
    if not isinstance(uri, str) or issued_at is None or not isinstance(compressed, bytes):
        raise StatusListError("claims", "sub, iat or lst are missing")
    if isinstance(bits, bool) or not isinstance(bits, int) or bits not in (1, 2, 4, 8):
        raise StatusListError("bits", "a status has 1, 2, 4 or 8 bits")
    if 4 in claims:
        expires_at = cbor.number(claims[4])
        if expires_at is None or now >= expires_at:
            raise StatusListError("claims", "the token has expired")
    return StatusList(uri, bits, compressed, max(0.0, now - issued_at), max_age)
