"""Message encryption against RFC 8291's own example and against an independent implementation."""

from __future__ import annotations

import os

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from push.encryption import PAYLOAD_LIMIT, PayloadTooLong, encrypt
from push.subscription import Subscription
from tests.push_service import unbase64url

SCALE = float(os.environ.get("ZHANGBAN_TEST_SCALE", "0.01"))
RECEIVER = generate_private_key(SECP256R1())
POINT = RECEIVER.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def test_the_example_of_rfc_8291_is_met_to_the_byte() -> None:
    subscription = Subscription(
        "https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV",
        unbase64url("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
        unbase64url("BTBZMqHH6r4Tts7J_aSIgg"),
    )
    key = derive_private_key(
        int.from_bytes(unbase64url("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big"), SECP256R1()
    )
    body = encrypt(
        subscription,
        b"When I grow up, I want to be a watermelon",
        salt=unbase64url("DGv6ra1nlYgDCS1FRnbzlw"),
        key=key,
    )
    assert body == unbase64url(
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml"
        "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
        "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


@settings(max_examples=max(10, int(2000 * SCALE)), deadline=None)
@given(st.binary(max_size=PAYLOAD_LIMIT), st.binary(min_size=16, max_size=16))
def test_an_independent_implementation_reads_every_payload(payload: bytes, auth: bytes) -> None:
    body = encrypt(Subscription("https://push.example/1", POINT, auth), payload)
    assert len(body) <= 4096
    assert http_ece.decrypt(body, private_key=RECEIVER, auth_secret=auth) == payload


def test_a_payload_that_some_services_would_refuse_is_refused_with_the_limit() -> None:
    with pytest.raises(PayloadTooLong) as caught:
        encrypt(Subscription("https://push.example/1", POINT, bytes(16)), bytes(PAYLOAD_LIMIT + 1))
    assert (caught.value.limit, caught.value.actual) == (PAYLOAD_LIMIT, PAYLOAD_LIMIT + 1)


def test_two_messages_never_share_salt_or_key() -> None:
    subscription = Subscription("https://push.example/1", POINT, bytes(16))
    heads = {encrypt(subscription, b"same")[:86] for _ in range(8)}
    assert len(heads) == 8
