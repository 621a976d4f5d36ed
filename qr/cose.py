"""COSE_Sign1, RFC 9052 §4.2, with ES256, EdDSA (Ed25519) and PS256."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from qr import cbor
from qr.errors import CborError, CoseError
from qr.keys import EDDSA, ES256, PS256, PublicKey, SigningKey

ALG, CRIT, KID, TYP = 1, 2, 4, 16
_EMPTY: Mapping[int | str, cbor.Value] = MappingProxyType({})
_TAG_SIGN1, _TAG_CWT = 18, 61


@dataclass(frozen=True, slots=True)
class Sign1:
    """A well-formed message whose signature has not been checked. ``alg`` is one of the three supported."""

    alg: int
    protected: Mapping[int | str, cbor.Value]
    unprotected: Mapping[int | str, cbor.Value]
    payload: bytes
    signature: bytes
    protected_bytes: bytes

    def verified_by(self, key: PublicKey, aad: bytes = b"") -> bool:
        """Say whether the key is of the message's algorithm and made its signature."""
        return key.algorithm == self.alg and key.verify(
            self.signature, _to_be_signed(self.protected_bytes, self.payload, aad)
        )


def sign1(payload: bytes, key: SigningKey, *, typ: str | None, kid: bytes | None, aad: bytes = b"") -> bytes:
    """Return the tagged message with alg, kid and typ in the protected header and nothing in the unprotected one."""
    protected = _protected(key.public.algorithm, kid, typ)
    signature = key.sign(_to_be_signed(protected, payload, aad))
    return b"".join(
        (
            b"\xd2\x84",
            cbor.head(2, len(protected)),
            protected,
            b"\xa0",
            cbor.head(2, len(payload)),
            payload,
            b"\x58\x40",
            signature,
        )
    )


def parse1(data: bytes, *, cwt: bool = False) -> Sign1:
    """Read a message, bare or under tag 18; with ``cwt`` also under 61(18(…)).

    Raises CoseError: ``cbor``, ``structure``, ``header``, ``crit`` or ``algorithm``.
    """
    try:
        tag, inner = cbor.split_tag(data)
        if cwt and tag == _TAG_CWT:
            tag, inner = cbor.split_tag(inner)
            if tag != _TAG_SIGN1:
                raise CoseError("structure", "tag 61 stands before tag 18 only")
        message = cbor.decode(inner if tag == _TAG_SIGN1 else data)
    except CborError as error:
        raise CoseError("cbor", error.detail) from None
    if not isinstance(message, list) or len(message) != 4:
        raise CoseError("structure", "not an array of four")
    protected_bytes, unprotected, payload, signature = message
    if not isinstance(protected_bytes, bytes) or not isinstance(unprotected, dict):
        raise CoseError("structure", "the headers are not a byte string and a map")
    if not isinstance(payload, bytes) or not isinstance(signature, bytes):
        raise CoseError("structure", "payload and signature are not byte strings")
    protected = _header(protected_bytes) if len(protected_bytes) <= 256 else _read_header(protected_bytes)
    if CRIT in protected or CRIT in unprotected:
        raise CoseError("crit", "critical headers are not supported")
    alg = protected.get(ALG)
    if isinstance(alg, bool) or alg not in (ES256, EDDSA, PS256) or not isinstance(alg, int):
        raise CoseError("algorithm", "alg is not ES256, EdDSA or PS256 in the protected header")
    return Sign1(alg, protected, unprotected or _EMPTY, payload, signature, protected_bytes)


def verify1(data: bytes, key: PublicKey, aad: bytes = b"") -> bytes:
    """Return the payload of a message signed by ``key``. Raises CoseError with the codes listed there."""
    message = parse1(data)
    if message.alg != key.algorithm:
        raise CoseError("key", "the key is of another kind than alg")
    if not message.verified_by(key, aad):
        raise CoseError("signature", "the signature is not this key's")
    return message.payload


@lru_cache(maxsize=256)
def _header(data: bytes) -> Mapping[int | str, cbor.Value]:
    # One issuer writes one header; reading it again for each credential would cost a third of the bare verification.
    return MappingProxyType(_read_header(data))


def _read_header(data: bytes) -> dict[int | str, cbor.Value]:
    if not data:
        return {}
    try:
        header = cbor.decode(data)
    except CborError as error:
        raise CoseError("cbor", error.detail) from None
    if not isinstance(header, dict):
        raise CoseError("header", "the protected header is not a map")
    return header


@lru_cache(maxsize=256)
def _protected(alg: int, kid: bytes | None, typ: str | None) -> bytes:
    header: dict[int, object] = {ALG: alg}
    if kid is not None:
        header[KID] = kid
    if typ is not None:
        header[TYP] = typ
    return cbor.encode(header)


def _to_be_signed(protected: bytes, payload: bytes, aad: bytes) -> bytes:
    return b"".join(
        (
            b"\x84\x6aSignature1",
            cbor.head(2, len(protected)),
            protected,
            cbor.head(2, len(aad)),
            aad,
            cbor.head(2, len(payload)),
            payload,
        )
    )
