"""The dcc profile: EU digital COVID certificates, read with the same stages."""

import zlib

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from qr import base45, cbor, credential, keys, trust

NOW = 1_795_312_800
KEY = keys.from_private(ec.generate_private_key(ec.SECP256R1()))
KID = KEY.public.kid
PAYLOAD: dict[int, object] = {1: "XX", 4: NOW + 60, 6: NOW, -260: {1: {"v": [{}], "ver": "1.3.0"}}}


def text_of(
    payload: bytes = cbor.encode(PAYLOAD),
    protected: bytes | None = None,
    unprotected: bytes = b"\xa0",
    after: bytes = b"",
) -> str:
    header = cbor.encode({1: -7, 4: KID}) if protected is None else protected
    body = b"\x84\x6aSignature1" + cbor.head(2, len(header)) + header + b"\x40" + cbor.head(2, len(payload)) + payload
    parts = (
        cbor.head(2, len(header)),
        header,
        unprotected,
        cbor.head(2, len(payload)),
        payload,
        b"\x58\x40",
        KEY.sign(body),
    )
    return "HC1:" + base45.encode(zlib.compress(b"\xd8\x3d\xd2\x84" + b"".join(parts)) + after)


def judged(
    text: str, now: float = NOW, usage: str | None = None, profile: credential.Profile = "dcc"
) -> tuple[str, str | None]:
    key = trust.TrustedKey(KID, KEY.public, None if usage is None else frozenset(usage))
    outcome = credential.verify(text, [key], now, profile=profile)
    return outcome.verdict, outcome.stage


def test_a_good_certificate_is_a_genuine_copy_until_after_its_last_second() -> None:
    assert judged(text_of()) == ("genuine-copy", None)
    assert judged(text_of(), NOW + 60) == ("genuine-copy", None)
    assert judged(text_of(), NOW + 60.5) == ("expired", "time")


def test_the_kid_may_stand_in_the_unprotected_header_but_the_protected_one_counts() -> None:
    bare, right, wrong = cbor.encode({1: -7}), cbor.encode({4: KID}), cbor.encode({4: b"other"})
    assert judged(text_of(protected=bare, unprotected=right))[0] == "genuine-copy"
    assert judged(text_of(unprotected=wrong))[0] == "genuine-copy"
    assert judged(text_of(protected=cbor.encode({1: -7, 4: b"other"}), unprotected=right)) == ("untrusted", "key")
    assert judged(text_of(protected=bare)) == ("untrusted", "key")


def test_a_key_signs_only_the_kinds_that_its_usage_names() -> None:
    assert judged(text_of(), usage="vr")[0] == "genuine-copy"
    assert judged(text_of(), usage="t") == ("untrusted", "key")


def test_tags_and_indefinite_lengths_in_the_payload_are_taken() -> None:
    payload = b"\xbf\x04\xc1" + cbor.encode(NOW + 60) + b"\x20\x7f\x61a\x61b\xff\xff"
    assert judged(text_of(payload))[0] == "genuine-copy"


@pytest.mark.parametrize("after", [b"\0", b"HC1"])
def test_bytes_after_the_zlib_stream_are_refused(after: bytes) -> None:
    assert judged(text_of(after=after)) == ("unreadable", "inflate")


def test_a_stream_that_inflates_beyond_16_kib_or_is_cut_off_is_refused() -> None:
    for data in (zlib.compress(bytes(16_385)), zlib.compress(b"x")[:-1], b"no stream"):
        assert judged("HC1:" + base45.encode(data)) == ("unreadable", "inflate")
    assert judged("HC1:" + base45.encode(zlib.compress(bytes(16_384)))) == ("unreadable", "cose")


def test_each_profile_knows_its_own_prefix_only() -> None:
    assert judged(text_of(), profile="zb") == ("unreadable", "prefix")
