"""Public and private keys: JWK (RFC 7517), COSE_Key (RFC 9052 §7), the key of an X.509 certificate, and their kid."""

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from qr import cbor, x509
from qr.errors import KeyMaterialError

ES256 = -7
EDDSA = -8
PS256 = -37

_ECDSA = ec.ECDSA(hashes.SHA256())
_ECDSA_DETERMINISTIC = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
_PSS = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32)
_BASE64URL = re.compile(r"[A-Za-z0-9_-]*")

CoseKey: TypeAlias = dict[int | str, cbor.Value]
_Verifier: TypeAlias = Callable[[bytes, bytes], None]


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that checks signatures of one COSE algorithm. ``cose_key`` holds its public members only."""

    algorithm: int
    cose_key: CoseKey
    _check: _Verifier

    def verify(self, signature: bytes, message: bytes) -> bool:
        """Say whether ``signature`` (ES256: 64 bytes, r then s) is this key's over ``message``."""
        try:
            self._check(signature, message)
        except InvalidSignature:
            return False
        return True

    @property
    def kid(self) -> bytes:
        """The first 8 bytes of the COSE Key Thumbprint, RFC 9679."""
        return hashlib.sha256(cbor.encode(self.cose_key)).digest()[:8]


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key that signs with ES256 or EdDSA."""

    public: PublicKey
    sign: Callable[[bytes], bytes]


def ec_public(x: bytes, y: bytes) -> PublicKey:
    """Return the P-256 key at (x, y), 32 bytes each. Raises KeyMaterialError when the point is not on the curve."""
    if len(x) != 32 or len(y) != 32:
        raise KeyMaterialError("a P-256 coordinate has 32 bytes")
    try:
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\x04" + x + y)
    except ValueError:
        raise KeyMaterialError("the point is not on P-256") from None
    verify = key.verify

    def check(signature: bytes, message: bytes) -> None:
        if len(signature) != 64:
            raise InvalidSignature
        r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
        verify(encode_dss_signature(r, s), message, _ECDSA)

    return PublicKey(ES256, {1: 2, -1: 1, -2: x, -3: y}, check)


def ed25519_public(x: bytes) -> PublicKey:
    """Return the Ed25519 key of 32 bytes. Raises KeyMaterialError for another length."""
    if len(x) != 32:
        raise KeyMaterialError("an Ed25519 key has 32 bytes")
    return PublicKey(EDDSA, {1: 1, -1: 6, -2: x}, ed25519.Ed25519PublicKey.from_public_bytes(x).verify)


def rsa_public(n: bytes, e: bytes) -> PublicKey:
    """Return the RSA key for PS256. Raises KeyMaterialError outside 2048 to 4096 bits or for an unusable exponent."""
    n, e = n.lstrip(b"\0"), e.lstrip(b"\0")
    modulus, exponent = int.from_bytes(n[:513]), int.from_bytes(e[:5])
    if not (2048 <= modulus.bit_length() <= 4096 and modulus & 1):
        raise KeyMaterialError("an RSA modulus has 2048 to 4096 bits and is odd")
    if not (3 <= exponent < 2**32 and exponent & 1):
        raise KeyMaterialError("an RSA exponent is odd and lies between 3 and 2^32")
    try:
        key = rsa.RSAPublicNumbers(exponent, modulus).public_key()
    except ValueError:
        raise KeyMaterialError("not an RSA key") from None

    def check(signature: bytes, message: bytes) -> None:
        key.verify(signature, message, _PSS, hashes.SHA256())

    return PublicKey(PS256, {1: 3, -1: n, -2: e}, check)


def from_jwk(jwk: Mapping[str, object]) -> PublicKey:
    """Return the public key of a JWK: EC P-256, OKP Ed25519 or RSA; private members are not looked at.

    Raises KeyMaterialError for other keys, for members that are not canonical base64url of the right length, and when
    ``use`` or ``alg`` say that the key is for something else.
    """
    kind = jwk.get("kty")
    names: tuple[str, ...]
    if kind == "EC" and jwk.get("crv") == "P-256":
        names, key = ("ES256",), ec_public(_member(jwk, "x"), _member(jwk, "y"))
    elif kind == "OKP" and jwk.get("crv") == "Ed25519":
        names, key = ("EdDSA", "Ed25519"), ed25519_public(_member(jwk, "x"))
    elif kind == "RSA":
        names, key = ("PS256",), rsa_public(_member(jwk, "n"), _member(jwk, "e"))
    else:
        raise KeyMaterialError("neither EC P-256 nor OKP Ed25519 nor RSA")
    if jwk.get("use", "sig") != "sig" or jwk.get("alg", names[0]) not in names:
        raise KeyMaterialError("the key is for another use or algorithm")
    return key


def from_cose_key(key: cbor.Value) -> PublicKey:
    """Return the public key of a decoded COSE_Key. Raises KeyMaterialError for a key outside docs/formats.md."""
    if not isinstance(key, dict):
        raise KeyMaterialError("a COSE_Key is a map")
    kind, first, second, third = key.get(1), key.get(-1), key.get(-2), key.get(-3)
    if _is(kind, 2) and _is(first, 1) and isinstance(second, bytes) and isinstance(third, bytes):
        return ec_public(second, third)
    if _is(kind, 1) and _is(first, 6) and isinstance(second, bytes):
        return ed25519_public(second)
    if _is(kind, 3) and isinstance(first, bytes) and isinstance(second, bytes):
        return rsa_public(first, second)
    raise KeyMaterialError("neither EC2 P-256 nor OKP Ed25519 nor RSA")


def from_x509(text: str) -> PublicKey:
    """Return the public key of a certificate in padded base64 DER. Nothing else of the certificate is looked at.

    Raises KeyMaterialError when it is not base64, not a certificate, or its key is of another kind.
    """
    kind, parts = x509.subject_key(text)
    if kind == "EC":
        return ec_public(*parts)
    return ed25519_public(*parts) if kind == "OKP" else rsa_public(*parts)


def signing_key(jwk: Mapping[str, object], *, deterministic: bool = False) -> SigningKey:
    """Return the private key of an EC P-256 or OKP Ed25519 JWK; ``deterministic`` as for ``from_private``.

    Raises KeyMaterialError when it has none that fits.
    """
    public = from_jwk(jwk)
    if public.algorithm == PS256:
        raise KeyMaterialError("RSA keys do not sign here")
    secret = _member(jwk, "d")
    if len(secret) != 32:
        raise KeyMaterialError("a private key has 32 bytes")
    try:
        key = (
            ec.derive_private_key(int.from_bytes(secret), ec.SECP256R1())
            if public.algorithm == ES256
            else ed25519.Ed25519PrivateKey.from_private_bytes(secret)
        )
    except ValueError:
        raise KeyMaterialError("the private key is out of range") from None
    result = from_private(key, deterministic=deterministic)
    if result.public.cose_key != public.cose_key:
        raise KeyMaterialError("the private and the public part do not belong together")
    return result


def from_private(
    key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey, *, deterministic: bool = False
) -> SigningKey:
    """Return a signing key of the cryptography library; ``deterministic`` signs ES256 by RFC 6979."""
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return SigningKey(ed25519_public(key.public_key().public_bytes_raw()), key.sign)
    numbers = key.public_key().public_numbers()
    suite = _ECDSA_DETERMINISTIC if deterministic else _ECDSA
    sign_der = key.sign

    def sign(message: bytes) -> bytes:
        r, s = decode_dss_signature(sign_der(message, suite))
        return r.to_bytes(32) + s.to_bytes(32)

    return SigningKey(ec_public(numbers.x.to_bytes(32), numbers.y.to_bytes(32)), sign)


def _is(value: cbor.Value, number: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value == number


def _member(jwk: Mapping[str, object], name: str) -> bytes:
    text = jwk.get(name)
    if not isinstance(text, str) or len(text) > 1024 or not _BASE64URL.fullmatch(text) or len(text) % 4 == 1:
        raise KeyMaterialError(f"{name} is not base64url")
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64.urlsafe_b64encode(data).rstrip(b"=").decode() != text:
        raise KeyMaterialError(f"{name} is not canonical base64url")
    return data
