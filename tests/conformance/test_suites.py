"""Each signature suite, with its key as a JWK and in a certificate, through both adapters."""

import base64
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from qr import base45, cbor, keys
from tests.conformance.adapter_process import AdapterProcess

NOW = 1_795_312_800
EC_KEY, ED_KEY = ec.generate_private_key(ec.SECP256R1()), ed25519.Ed25519PrivateKey.generate()
RSA_KEY = rsa.generate_private_key(65537, 2048)
PSS = padding.PSS(padding.MGF1(hashes.SHA256()), 32)


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def certificate(key: Any) -> str:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "云海市")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, datetime(2001, 1, 1), datetime(2002, 1, 1))
    der = builder.sign(key, None if key is ED_KEY else hashes.SHA256()).public_bytes(Encoding.DER)
    return base64.b64encode(der).decode()


def jwk(key: Any) -> dict[str, str]:
    if key is EC_KEY:
        numbers = key.public_key().public_numbers()
        return {"kty": "EC", "crv": "P-256", "x": encoded(numbers.x.to_bytes(32)), "y": encoded(numbers.y.to_bytes(32))}
    if key is ED_KEY:
        return {"kty": "OKP", "crv": "Ed25519", "x": encoded(key.public_key().public_bytes_raw())}
    return {"kty": "RSA", "n": encoded(key.public_key().public_numbers().n.to_bytes(256)), "e": "AQAB"}


SUITES: list[tuple[str, Any, int, Callable[[bytes], bytes]]] = [
    ("ES256", EC_KEY, -7, keys.from_private(EC_KEY).sign),
    ("EdDSA", ED_KEY, -8, ED_KEY.sign),
    ("PS256", RSA_KEY, -37, lambda body: RSA_KEY.sign(body, PSS, hashes.SHA256())),
]


def signed(alg: int, sign: Callable[[bytes], bytes]) -> bytes:
    header = cbor.encode({1: alg, 4: b"k", 16: "application/zb+cwt"})
    payload = cbor.encode({4: NOW + 60})
    body = b"\x84\x6aSignature1" + cbor.encode(header) + b"\x40" + cbor.encode(payload)
    return b"\xd2\x84" + cbor.encode(header) + b"\xa0" + cbor.encode(payload) + cbor.encode(sign(body))


@pytest.mark.parametrize(("name", "key", "alg", "sign"), SUITES, ids=[suite[0] for suite in SUITES])
def test_a_message_of_each_suite_verifies_with_its_own_kind_of_key_only(
    adapter: AdapterProcess, name: str, key: Any, alg: int, sign: Callable[[bytes], bytes]
) -> None:
    message = signed(alg, sign)
    payload = cbor.encode({4: NOW + 60}).hex()
    assert adapter.ask("cose.verify1", in_=message.hex(), key=jwk(key)) == {"ok": True, "out": payload}
    damaged = message[:-1] + bytes((message[-1] ^ 1,))
    assert adapter.ask("cose.verify1", in_=damaged.hex(), key=jwk(key))["error"] == "signature"
    for other in (EC_KEY, ED_KEY, RSA_KEY):
        for trusted in ({"kid": "6b", "jwk": jwk(other)}, {"kid": "6b", "x509": certificate(other)}):
            reply = adapter.ask(
                "credential.verify",
                text="ZB1:" + base45.encode(message),
                trust=[trusted],
                now="2026-11-22T02:00:00Z",
                profile="zb",
            )
            assert reply["verdict"] == ("genuine-copy" if other is key else "untrusted")
        if other is not key:
            assert adapter.ask("cose.verify1", in_=message.hex(), key=jwk(other))["error"] == "key"
