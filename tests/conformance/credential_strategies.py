"""Requests for the credential operations: well-formed, nearly so, and random."""

import json
import struct
import zlib
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from qr import base45, cbor
from tests.vectors.make_credentials import fixed_key

VECTORS: dict[str, Any] = json.loads((Path(__file__).parents[1] / "vectors" / "credentials.json").read_text("utf-8"))
# Signed as RFC 6979 says: hypothesis replays examples and must meet the same bytes.
KEY, _ = fixed_key("issuer")
PUBLIC = {name: value for name, value in VECTORS["keys"]["issuer"].items() if name != "d"}
KID = bytes.fromhex(VECTORS["kid"]["issuer"])
NOW = 1_795_312_800
TEXTS = [*VECTORS["credential"].values(), *VECTORS["presentation"].values()]
STATUS_URI = VECTORS["status_list"]["uri"]

small = st.binary(max_size=6)
items: st.SearchStrategy[bytes] = st.recursive(
    st.one_of(
        st.integers(-(2**64), 2**64 - 1).map(cbor.encode),
        st.sampled_from([0, 1, 2**53 - 1, 2**53, -(2**53)]).map(cbor.encode),
        small.map(cbor.encode),
        st.sampled_from(["", "1", "status_list", "idx", "uri", "__proto__", "\ufeffé"]).map(cbor.encode),
        st.binary(min_size=2, max_size=2).map(lambda data: b"\xf9" + data),
        st.binary(min_size=4, max_size=4).map(lambda data: b"\xfa" + data),
        st.floats().map(lambda number: b"\xfb" + struct.pack(">d", number)),
        st.integers(0, 255).map(lambda byte: bytes((byte,))),
        small.map(lambda data: b"\x63" + data),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(lambda parts: bytes((0x80 + len(parts),)) + b"".join(parts)),
        st.lists(st.tuples(inner, inner), max_size=4).map(
            lambda pairs: bytes((0xA0 + len(pairs),)) + b"".join(a + b for a, b in pairs)
        ),
        st.tuples(st.integers(0xC0, 0xD7), inner).map(lambda pair: bytes((pair[0],)) + pair[1]),
        st.tuples(st.sampled_from([0x5F, 0x7F, 0x9F, 0xBF]), st.lists(inner, max_size=3)).map(
            lambda pair: bytes((pair[0],)) + b"".join(pair[1]) + b"\xff"
        ),
    ),
    max_leaves=8,
)


@st.composite
def mutated(draw: st.DrawFn, data: bytes) -> bytes:
    """The bytes with up to three small changes."""
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(data)))
        data = data[:at] + draw(small | items) + data[at + draw(st.integers(0, 3)) :]
        if data and draw(st.booleans()):
            bit = draw(st.integers(0, len(data) * 8 - 1))
            byte = data[bit >> 3] ^ (1 << (bit & 7))
            data = data[: bit >> 3] + bytes((byte,)) + data[(bit >> 3) + 1 :]
    return data


numbers = st.sampled_from([NOW - 61, NOW, NOW + 1, NOW + 60, NOW + 61, NOW + 0.5, 2**53, -1, 1e300, None, "1", True])
claims = st.fixed_dictionaries(
    {4: st.sampled_from([NOW + 99, NOW + 99, NOW + 0.5]) | numbers},
    optional={
        1: st.sampled_from(["x", 1]),
        5: numbers,
        6: numbers,
        7: st.sampled_from([b"x", "x"]),
        8: st.sampled_from([{}, {1: KEY.public.cose_key}, 1]),
        65535: st.sampled_from([{}, 1, {"status_list": {}}])
        | st.builds(
            lambda index: {"status_list": {"idx": index, "uri": STATUS_URI}},
            st.sampled_from([0, 1, 5, 11, 12, 16, -1, 1.0, 2**60, True]),
        ),
        -65537: st.sampled_from([{0: "t", 1: "v"}, [], {"1": 0, 1: 0}]),
        "1": st.just(0),
    },
)
headers = st.fixed_dictionaries(
    {1: st.sampled_from([-7, -7, -7, -7, -8, -37, 5, -7.0])},
    optional={
        4: st.sampled_from([KID, KID, KID, b"", "x"]),
        16: st.sampled_from(["application/zb+cwt"] * 4 + ["x", 7]),
        2: st.just([4]),
    },
) | st.just({1: -7, 4: KID, 16: "application/zb+cwt"})


@st.composite
def messages(draw: st.DrawFn) -> bytes:
    """A COSE_Sign1, mostly rightly signed over headers and claims that are mostly right."""
    payload = draw(claims.map(cbor.encode).flatmap(mutated) | claims.map(cbor.encode) | items)
    header = draw(headers.map(cbor.encode) | headers.map(cbor.encode).flatmap(mutated) | st.just(b""))
    body = b"\x84\x6aSignature1" + cbor.head(2, len(header)) + header + b"\x40" + cbor.head(2, len(payload)) + payload
    signature = draw(st.just(KEY.sign(body)) | mutated(KEY.sign(body)))
    unprotected = draw(st.sampled_from([b"\xa0"] * 5 + [b"\xa1\x01\x26", b"\xa1\x04\x41a", b"\xa1\x02\x80", b"\xf6"]))
    tags = draw(st.sampled_from([b"", b"\xd2", b"\xd2", b"\xd8\x3d\xd2", b"\xd8\x3d", b"\xd8\x12", b"\xd2\xd2"]))
    whole = tags + b"\x84" + cbor.encode(header) + unprotected + cbor.encode(payload) + cbor.encode(signature)
    return draw(st.just(whole) | mutated(whole))


jwks = st.just(PUBLIC) | st.one_of(
    st.tuples(
        st.sampled_from(["x", "y", "crv", "kty", "alg", "use"]),
        st.sampled_from(["", "A" * 43, "_" * 43, "sig", "EC", None, 5]),
    ).map(lambda pair: {**PUBLIC, pair[0]: pair[1]}),
    st.sampled_from(["A" * 43, "_" * 43, "_" * 42 + "8", "x"]).map(lambda x: {"kty": "OKP", "crv": "Ed25519", "x": x}),
    st.sampled_from([340, 342, 344, 683, 700]).map(lambda length: {"kty": "RSA", "e": "AQAB", "n": "_" * length}),
    st.sampled_from([{}, {"kty": "oct"}, {"kty": "RSA", "n": "AQAB", "e": "AQAB"}]),
)


def _compress(data: bytes, level: int, window: int, strategy: int) -> bytes:
    stream = zlib.compressobj(level, zlib.DEFLATED, window, 9, strategy)
    return stream.compress(data) + stream.flush()


streams = st.builds(
    _compress,
    st.binary(max_size=60) | st.lists(st.integers(0, 2), max_size=400).map(bytes),
    st.integers(0, 9),
    st.integers(9, 15),
    st.integers(0, 4),
)


damaged_streams = streams | streams.flatmap(mutated) | st.binary(max_size=60).map(lambda data: b"\x78\x9c" + data)


def _of_prefix(text: str) -> st.SearchStrategy[str]:
    return mutated(base45.decode(text[4:])).map(lambda data: text[:4] + base45.encode(data))


texts = st.one_of(
    messages().map(lambda data: "ZB1:" + base45.encode(data)),
    st.sampled_from(TEXTS),
    st.sampled_from(TEXTS).flatmap(_of_prefix),
    st.text(base45.ALPHABET + "aé😀\n", max_size=12).map(lambda text: "ZB1:" + text),
    st.text(max_size=8),
)
foreign_texts = st.one_of(
    messages().map(lambda data: "HC1:" + base45.encode(zlib.compress(data))),
    messages().map(zlib.compress).flatmap(mutated).map(lambda data: "HC1:" + base45.encode(data)),
)
instants = st.sampled_from(["Z", "Z", ".5Z", ".999999999Z", ".0000000001Z", "+00:00", "z", "-00:60", "", ".Z"]).map(
    lambda end: "2026-11-22T02:00:00" + end
) | st.sampled_from(["2026-11-22T24:00:00Z", "2026-02-29T00:00:00Z", "0000-01-01T00:00:00Z", "2026-11-22T02:00:60Z"])
usages = st.sampled_from(["credential", "status-list", ["credential"], [], None, 5, "vtr", [1]])
statuses = st.fixed_dictionaries(
    {
        "list": st.just(VECTORS["status_list"]["list"]) | damaged_streams.map(bytes.hex),
        "bits": st.sampled_from([2, 2, 1, 4, 8, 3, True]),
        "uri": st.sampled_from([STATUS_URI, STATUS_URI, "x"]),
        "age": st.sampled_from([0, 60, 61, 60.5, -1]),
        "max_age": st.just(60),
    }
)
verify_requests = st.fixed_dictionaries(
    {
        "op": st.just("credential.verify"),
        "text": texts,
        "profile": st.just("zb"),
        "now": instants,
        "trust": st.lists(
            st.fixed_dictionaries(
                {"kid": st.just(KID.hex()), "jwk": st.just(PUBLIC) | jwks}, optional={"usage": usages}
            ),
            min_size=1,
            max_size=2,
        ),
    },
    optional={"challenge": st.sampled_from([VECTORS["challenge"]["text"], "ZC1:", "x", None]), "status": statuses},
)
requests = st.one_of(
    verify_requests,
    verify_requests,
    st.tuples(verify_requests, foreign_texts).map(lambda pair: {**pair[0], "profile": "dcc", "text": pair[1]}),
    st.fixed_dictionaries(
        {"op": st.just("cose.verify1"), "in": messages().map(bytes.hex), "key": jwks},
        optional={"aad": st.sampled_from(["", "00", None, "x"])},
    ),
    st.builds(
        lambda data, bits, index: {"op": "status.get", "list": data.hex(), "bits": bits, "index": index},
        damaged_streams,
        st.sampled_from([1, 2, 4, 8, 3, 1.0, None]),
        st.integers(-1, 40) | st.integers(0, 3300) | st.sampled_from([2**53, 1.5, "1"]),
    ),
    st.builds(
        lambda text: {"op": "base45.decode", "in": text},
        st.text(base45.ALPHABET, max_size=9) | st.text(base45.ALPHABET + "a\u0665😀\n", max_size=5) | st.integers(),
    ),
    st.builds(
        lambda text: {"op": "base45.encode", "in": text},
        st.binary(max_size=20).map(bytes.hex) | st.text("0123456789abcdefA ", max_size=6),
    ),
)
