"""COSE_Sign1 against RFC 9052's example and hostile messages."""

import base64
from datetime import datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding

from qr import cbor, cose, keys
from qr.errors import CoseError, KeyMaterialError

# RFC 9052 appendix C.2.1, key "11" of appendix C.7.1.
EXAMPLE = bytes.fromhex(
    "d28443a10126a10442313154546869732069732074686520636f6e74656e742e58408eb33e4ca31d1c465ab05aac34cc6b23d58fef5c0831"
    "06c4d25a91aef0b0117e2af9a291aa32e14ab834dc56ed2a223444547e01f11d3b0916e5a4c345cacb36"
)
EXAMPLE_KEY = {
    "kty": "EC",
    "crv": "P-256",
    "x": "usWxHK2PmfnHKwXPS54m0kTcGJ90UiglWiGahtagnv8",
    "y": "IBOL-C3BttVivg-lSreASjpkttcsz-1rb7btKLv8EX4",
}
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
PRIVATE = ec.generate_private_key(ec.SECP256R1())
KEY = keys.from_private(PRIVATE)
ED_KEY = keys.from_private(ed25519.Ed25519PrivateKey.generate())


def signed(protected: bytes, unprotected: bytes = b"\xa0", payload: bytes = b"x") -> bytes:
    body = b"\x84\x6aSignature1" + cbor.head(2, len(protected)) + protected + b"\x40" + cbor.encode(payload)
    return b"\x84" + cbor.encode(protected) + unprotected + cbor.encode(payload) + cbor.encode(KEY.sign(body))


def encoded(number: bytes) -> str:
    return base64.urlsafe_b64encode(number).rstrip(b"=").decode()


def test_the_example_of_rfc_9052_verifies() -> None:
    assert cose.verify1(EXAMPLE, keys.from_jwk(EXAMPLE_KEY)) == b"This is the content."
    assert cose.verify1(EXAMPLE[1:], keys.from_jwk(EXAMPLE_KEY)) == b"This is the content."


@pytest.mark.parametrize("key", [KEY, ED_KEY])
def test_a_signed_message_verifies_with_its_aad_only(key: keys.SigningKey) -> None:
    message = cose.sign1(b"payload", key, typ="a/b", kid=b"k", aad=b"aad")
    assert cose.verify1(message, key.public, b"aad") == b"payload"
    with pytest.raises(CoseError) as refused:
        cose.verify1(message, key.public)
    assert refused.value.code == "signature"


def test_ps256_verifies_with_a_salt_as_long_as_the_hash() -> None:
    private = rsa.generate_private_key(65537, 2048)
    numbers = private.public_key().public_numbers()
    jwk = {"kty": "RSA", "n": encoded(numbers.n.to_bytes(256)), "e": "AQAB"}
    body = b"\x84\x6aSignature1\x44\xa1\x01\x38\x24\x40\x41x"
    signature = private.sign(body, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
    message = b"\x84\x44\xa1\x01\x38\x24\xa0\x41x" + cbor.encode(signature)
    assert cose.verify1(message, keys.from_jwk(jwk)) == b"x"


def test_the_mirrored_signature_verifies_too_and_so_identifies_nothing() -> None:
    message = cose.sign1(b"x", KEY, typ=None, kid=None)
    s = ORDER - int.from_bytes(message[-32:])
    assert cose.verify1(message[:-32] + s.to_bytes(32), KEY.public) == b"x"


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (signed(b"\xa1\x01\x26") + b"\x00", "cbor"),
        (signed(b"\xa2\x01\x26\x01\x26"), "cbor"),
        (signed(b"\xa1\x01\x26", b"\xa2\x04\x00\x04\x00"), "cbor"),
        (b"\xd2\xd2" + signed(b"\xa1\x01\x26"), "cbor"),
        (b"\xd8\x3d\xd2" + signed(b"\xa1\x01\x26"), "cbor"),
        (b"\xd1" + signed(b"\xa1\x01\x26"), "cbor"),
        (signed(b"", b"\xa1\x01\x26"), "algorithm"),
        (signed(b"\xa0", b"\xa1\x01\x26"), "algorithm"),
        (signed(b"\xa1\x01\xf9\xc7\x00"), "algorithm"),
        (signed(b"\xa1\x01\x38\x22"), "algorithm"),
        (signed(b"\xa1\x01\x27"), "key"),
        (signed(b"\xa2\x01\x26\x02\x81\x04"), "crit"),
        (signed(b"\xa1\x01\x26", b"\xa1\x02\x81\x04"), "crit"),
        (signed(b"\x80"), "header"),
        (b"\x83\x43\xa1\x01\x26\xa0\x41x", "structure"),
        (b"\x84\x43\xa1\x01\x26\xa0\xf6\x41x", "structure"),
        (b"\x84\xa1\x01\x26\xa0\x41x\x41x", "structure"),
        (b"", "cbor"),
    ],
)
def test_a_malformed_message_is_refused_with_its_code(message: bytes, code: str) -> None:
    with pytest.raises(CoseError) as refused:
        cose.verify1(message, KEY.public)
    assert refused.value.code == code


def test_a_signature_in_der_or_of_another_length_is_refused() -> None:
    message = cose.sign1(b"x", KEY, typ=None, kid=None)
    raw = message[-64:]
    der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    for signature in (der, raw[:63], raw + b"\0", b"", bytes(64), b"\xff" * 64):
        with pytest.raises(CoseError) as refused:
            cose.verify1(message[:-66] + cbor.encode(signature), KEY.public)
        assert refused.value.code == "signature"


@pytest.mark.parametrize(
    "jwk",
    [
        {},
        {**EXAMPLE_KEY, "y": EXAMPLE_KEY["x"]},
        {**EXAMPLE_KEY, "x": EXAMPLE_KEY["x"] + "="},
        {**EXAMPLE_KEY, "x": EXAMPLE_KEY["x"][:-1] + "9"},
        {**EXAMPLE_KEY, "x": EXAMPLE_KEY["x"][:-2]},
        {**EXAMPLE_KEY, "x": 5},
        {**EXAMPLE_KEY, "crv": "P-384"},
        {**EXAMPLE_KEY, "use": "enc"},
        {**EXAMPLE_KEY, "alg": "ES384"},
        {"kty": "oct", "k": "AAAA"},
        {"kty": "OKP", "crv": "X25519", "x": encoded(bytes(32))},
        {"kty": "OKP", "crv": "Ed25519", "x": encoded(bytes(31))},
        {"kty": "RSA", "n": encoded(b"\xff" * 128), "e": "AQAB"},
        {"kty": "RSA", "n": encoded(b"\xff" * 256), "e": "AQ"},
        {"kty": "RSA", "n": encoded(b"\xff" * 255 + b"\xfe"), "e": "AQAB"},
    ],
)
def test_a_jwk_that_is_no_usable_key_is_refused(jwk: dict[str, object]) -> None:
    with pytest.raises(KeyMaterialError):
        keys.from_jwk(jwk)


def test_the_key_of_a_certificate_is_found_and_the_rest_not_judged() -> None:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "云海市")])
    for private in (PRIVATE, ed25519.Ed25519PrivateKey.generate(), rsa.generate_private_key(65537, 2048)):
        builder = x509.CertificateBuilder(
            name, name, private.public_key(), 1, datetime(2001, 1, 1), datetime(2002, 1, 1)
        )
        suite = None if isinstance(private, ed25519.Ed25519PrivateKey) else hashes.SHA256()
        der = builder.sign(private, suite).public_bytes(Encoding.DER)
        key = keys.from_x509(base64.b64encode(der).decode())
        if isinstance(private, ec.EllipticCurvePrivateKey):
            assert key.cose_key == KEY.public.cose_key
        for damaged in (der[:-1], der + b"\0", der[40:], b"", b"\x30\x80\0\0"):
            with pytest.raises(KeyMaterialError):
                keys.from_x509(base64.b64encode(damaged).decode())
