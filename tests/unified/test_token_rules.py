"""Signatures of every kind that is accepted, and the keys that may make them."""

from __future__ import annotations

import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from backend.identity.unified.errors import Refusal
from backend.identity.unified.tokens import MOST_KEYS, Expected, IdToken, read_id_token, read_key_set

NOW = 1_790_000_000
EXPECTED = Expected(issuer="https://id.example", client_id="us", now=NOW * 1000, skew=0)
CLAIMS = {"iss": "https://id.example", "aud": "us", "sub": "one", "exp": NOW + 60, "iat": NOW, "nonce": "n"}
RSA_KEY = rsa.generate_private_key(65537, 2048)


def published(algorithm: type[Any], key: Any, **members: object) -> dict[str, Any]:
    return {**json.loads(algorithm.to_jwk(key.public_key())), **members}


def read(token: str, keys: list[dict[str, Any]], access_token: str | None = None) -> IdToken:
    return read_id_token(token, keys, EXPECTED, nonce="n", access_token=access_token)


def reason(token: str, keys: list[dict[str, Any]], access_token: str | None = None) -> str:
    with pytest.raises(Refusal) as caught:
        read(token, keys, access_token)
    return caught.value.reason


@pytest.mark.parametrize(
    ("name", "kind", "key", "at_hash"),
    [
        ("ES256", ECAlgorithm, ec.generate_private_key(ec.SECP256R1()), "77QmUPtjPfzWtF2AnpK9RQ"),
        ("RS256", RSAAlgorithm, RSA_KEY, "77QmUPtjPfzWtF2AnpK9RQ"),
        ("PS256", RSAAlgorithm, RSA_KEY, "77QmUPtjPfzWtF2AnpK9RQ"),
        ("EdDSA", OKPAlgorithm, ed25519.Ed25519PrivateKey.generate(), None),
    ],
)
def test_every_accepted_signature_verifies_with_its_key_and_the_hash_of_the_access_token(
    name: str, kind: type[Any], key: Any, at_hash: str | None
) -> None:
    # The pair of token and hash is the example of OpenID Connect Core 1.0, appendix A.3.
    access_token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"
    claims = CLAIMS if at_hash is None else {**CLAIMS, "at_hash": at_hash}
    token = jwt.encode(claims, key, algorithm=name, headers={"kid": "a"})
    assert read(token, [published(kind, key, kid="a")], access_token).subject == "one"
    if at_hash is not None:
        assert reason(token, [published(kind, key, kid="a")], access_token + "x") == "wrong-access-token-hash"
        assert reason(token, [published(kind, key, kid="a")]) == "wrong-access-token-hash"


def test_a_short_rsa_key_verifies_nothing() -> None:
    key = rsa.generate_private_key(65537, 1024)
    with pytest.warns(jwt.InsecureKeyLengthWarning):
        token = jwt.encode(CLAIMS, key, algorithm="RS256", headers={"kid": "a"})
    assert reason(token, [published(RSAAlgorithm, key, kid="a")]) == "bad-signature"


def test_without_a_kid_only_the_one_key_that_fits_is_meant() -> None:
    key, other = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    token = jwt.encode(CLAIMS, key, algorithm="ES256")
    mine, theirs = published(ECAlgorithm, key), published(ECAlgorithm, other)
    assert read(token, [mine, published(RSAAlgorithm, RSA_KEY)]).subject == "one"
    assert reason(token, [mine, theirs]) == "unknown-key"
    assert reason(token, []) == "unknown-key"


def test_two_keys_of_one_kid_are_both_tried() -> None:
    key, other = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    token = jwt.encode(CLAIMS, key, algorithm="ES256", headers={"kid": "a"})
    keys = [published(ECAlgorithm, other, kid="a"), published(ECAlgorithm, key, kid="a")]
    assert read(token, keys).subject == "one"
    assert reason(token, keys[:1]) == "bad-signature"


def test_an_altered_token_is_refused() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    token = jwt.encode(CLAIMS, key, algorithm="ES256", headers={"kid": "a"})
    header, payload, signature = token.split(".")
    other = jwt.encode({**CLAIMS, "sub": "two"}, key, algorithm="ES256", headers={"kid": "a"}).split(".")[1]
    keys = [published(ECAlgorithm, key, kid="a")]
    assert reason(f"{header}.{other}.{signature}", keys) == "bad-signature"
    assert reason(f"{header}.{payload}.", keys) == "bad-signature"
    assert reason(f"{header}.{payload}.!!", keys) == "token-malformed"


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"keys": {}}', b'{"keys": [1]}', b"\xff", b"[" * 5000])
def test_what_is_no_key_set_is_refused(body: bytes) -> None:
    with pytest.raises(Refusal) as caught:
        read_key_set(body)
    assert caught.value.reason == "reply-malformed"


def test_a_key_set_is_bounded() -> None:
    assert read_key_set(json.dumps({"keys": [{}] * MOST_KEYS}).encode()) == [{}] * MOST_KEYS
    with pytest.raises(Refusal):
        read_key_set(json.dumps({"keys": [{}] * (MOST_KEYS + 1)}).encode())
