"""VAPID tokens: one a push service, renewed in time, never for another service."""

from __future__ import annotations

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP384R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from push.vapid import TOKEN_SECONDS, VapidSigner, new_key
from tests.push_service import unbase64url

NOW = 1_790_000_000.0


def claims(header: str) -> dict[str, object]:
    token = header.removeprefix("vapid t=").partition(",")[0]
    parsed: dict[str, object] = json.loads(unbase64url(token.split(".")[1]))
    return parsed


def test_every_service_gets_a_token_of_its_own() -> None:
    signer = VapidSigner(new_key(), "mailto:push@city.example")
    first = signer.authorization("https://a.example", NOW)
    second = signer.authorization("https://b.example", NOW)
    assert claims(first)["aud"] == "https://a.example"
    assert claims(second)["aud"] == "https://b.example"
    assert signer.authorization("https://a.example", NOW + 60) == first


def test_a_token_lives_twelve_hours_and_is_renewed_before_it_ends() -> None:
    signer = VapidSigner(new_key(), "mailto:push@city.example")
    first = signer.authorization("https://a.example", NOW)
    assert claims(first)["exp"] == int(NOW) + TOKEN_SECONDS
    assert signer.authorization("https://a.example", NOW + 10 * 3600) == first
    renewed = signer.authorization("https://a.example", NOW + 11.5 * 3600)
    assert claims(renewed)["exp"] == int(NOW + 11.5 * 3600) + TOKEN_SECONDS


def test_a_clock_set_back_never_leaves_a_token_that_lives_too_long() -> None:
    signer = VapidSigner(new_key(), "mailto:push@city.example")
    signer.authorization("https://a.example", NOW)
    again = signer.authorization("https://a.example", NOW - 24 * 3600)
    assert claims(again)["exp"] == int(NOW) - 24 * 3600 + TOKEN_SECONDS


def test_the_public_key_is_an_uncompressed_point() -> None:
    signer = VapidSigner(new_key(), "https://city.example/contact")
    point = unbase64url(signer.public_key)
    assert len(point) == 65
    assert point[0] == 4


def test_a_contact_that_push_services_refuse_is_refused_at_the_start() -> None:
    with pytest.raises(ValueError, match="contact"):
        VapidSigner(new_key(), "push@city.example")


def test_a_key_of_another_curve_is_refused_at_the_start() -> None:
    key = generate_private_key(SECP384R1())
    with pytest.raises(ValueError, match="P-256"):
        VapidSigner(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), "mailto:a@b.example")
