"""The CBOR subset: what it refuses, and agreement with cbor2 on what it takes."""

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qr import cbor
from qr.errors import CborError
from tests.scale import examples

SCALARS = st.none() | st.booleans() | st.integers(-(2**64), 2**64 - 1) | st.binary(max_size=9) | st.text(max_size=9)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.integers(-999, 999) | st.text(max_size=4), inner),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        ("", "nothing"),
        ("0000", "two items"),
        ("a201010102", "a key twice"),
        ("a20101180102", "a key twice, written differently"),
        ("a1410100", "a byte string as key"),
        ("a1f900000000", "a float as key"),
        ("a1f50000", "a boolean as key"),
        ("c101", "a tag"),
        ("9fff", "an indefinite array"),
        ("5f4100ff", "an indefinite byte string"),
        ("f7", "undefined"),
        ("e0", "another simple value"),
        ("f97e00", "NaN"),
        ("f97c00", "infinity"),
        ("fb7ff0000000000000", "a long infinity"),
        ("61ff", "text that is not UTF-8"),
        ("63eda080", "a surrogate in UTF-8"),
        ("1c", "a reserved length"),
        ("5affffffff", "a string longer than the bytes"),
        ("9bffffffffffffffff", "an array of 2^64 items"),
        ("bb0000000100000000", "a map of 2^32 pairs"),
        ("81" * 17 + "00", "too many nested arrays"),
        ("81" * 100_000, "a hundred thousand nested arrays"),
    ],
)
def test_bytes_outside_the_subset_are_refused(data: str, what: str) -> None:
    with pytest.raises(CborError):
        cbor.decode(bytes.fromhex(data))


@pytest.mark.parametrize("data", ["c101", "9f01ff", "bf0101ff", "5f4100ff", "7f6161ff", "d81e8102"])
def test_a_payload_of_others_may_hold_tags_and_indefinite_lengths(data: str) -> None:
    cbor.decode(bytes.fromhex(data), foreign=True)


@settings(max_examples=examples(20_000), deadline=None)
@given(VALUES)
def test_what_is_written_reads_the_same_here_and_in_cbor2(value: object) -> None:
    data = cbor.encode(value)
    assert cbor.decode(data) == value
    assert cbor2.loads(data) == value


@settings(max_examples=examples(50_000), deadline=None)
@given(st.binary(max_size=40))
def test_any_bytes_are_read_or_refused_and_nothing_else(data: bytes) -> None:
    for foreign in (False, True):
        try:
            value = cbor.decode(data, foreign=foreign)
        except CborError:
            continue
        if not foreign:
            assert cbor2.loads(data) == value


def test_map_keys_are_written_in_the_order_of_their_bytes() -> None:
    assert cbor.encode({"b": 1, -1: 2, 1000: 3, 10: 4}).hex() == "a40a041903e803200261620 1".replace(" ", "")


@pytest.mark.parametrize("value", [2**53, -(2**53), 1e300, {1: 0, "1": 0}])
def test_a_value_that_json_would_change_is_refused_in_claims(value: object) -> None:
    with pytest.raises(CborError):
        cbor.as_json(cbor.decode(cbor.encode(value)))


def test_more_than_65536_items_are_refused_before_they_take_time() -> None:
    with pytest.raises(CborError):
        cbor.decode(b"\x9a\x00\x98\x96\x80" + bytes(10_000_000))
    assert len(cbor.decode(b"\x99\xff\xff" + bytes(65_535))) == 65_535  # type: ignore[arg-type]
