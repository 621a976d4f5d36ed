"""Base45 against RFC 9285 and its refusals."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qr import base45
from qr.errors import Base45Error
from tests.scale import examples


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"AB", "BB8"),
        (b"Hello!!", "%69 VD92EX0"),
        (b"base-45", "UJCLQE7W581"),
        (b"ietf!", "QED8WEX0"),
        (b"", ""),
        (b"\xff", "U5"),
    ],
)
def test_the_vectors_of_rfc_9285_hold_both_ways(data: bytes, text: str) -> None:
    assert base45.encode(data) == text
    assert base45.decode(text) == data


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("GGW", "overflow"),
        (":::", "overflow"),
        ("::", "overflow"),
        ("A", "length"),
        ("BB8A", "length"),
        ("bb8", "alphabet"),
        ("BB8\n", "alphabet"),
        ("BB\u00e9", "alphabet"),
        ("\ud800", "alphabet"),
        ("\uff22B8", "alphabet"),
    ],
)
def test_what_is_not_base45_is_refused_with_its_code(text: str, code: str) -> None:
    with pytest.raises(Base45Error) as refused:
        base45.decode(text)
    assert refused.value.code == code


@settings(max_examples=examples(20_000), deadline=None)
@given(st.text(base45.ALPHABET, max_size=60))
def test_a_text_that_decodes_is_the_encoding_of_its_bytes(text: str) -> None:
    try:
        data = base45.decode(text)
    except Base45Error:
        return
    assert base45.encode(data) == text
