"""Credentials, presentations, trust lists and status lists, and their committed vectors."""

import json
import zlib
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from qr import base45, cbor, cose, credential, keys, presentation, status_list, trust
from qr.errors import CoseError, CredentialError, StatusListError, TrustListError
from tests.vectors import make_credentials

VECTORS: dict[str, Any] = json.loads((Path(__file__).parents[1] / "vectors" / "credentials.json").read_text("utf-8"))
NOW = make_credentials.NOW
ISSUER = keys.signing_key(VECTORS["keys"]["issuer"])
DEVICE = keys.signing_key(VECTORS["keys"]["device"])
TRUSTED = trust.TrustedKey(ISSUER.public.kid, ISSUER.public, frozenset({"credential"}))
FIELDS: dict[int | str, object] = {0: "residence-permit", 1: "licence-valid"}


def status(values: bytes = bytes(4), bits: int = 2, age: float = 0, uri: str = "u") -> status_list.StatusList:
    return status_list.StatusList(uri, bits, zlib.compress(values), age, 3600)


def text_of(claims: dict[int, object]) -> str:
    return credential.issue({4: NOW + 60, 6: NOW, -65537: FIELDS, **claims}, ISSUER)


def judged(text: str, now: float = NOW, **more: Any) -> tuple[str, str | None]:
    outcome = credential.verify(text, [TRUSTED], now, **more)
    return outcome.verdict, outcome.stage


def test_the_committed_vectors_are_what_the_script_makes() -> None:
    path = Path(make_credentials.__file__).parent / "credentials.json"
    assert path.read_text("utf-8") == make_credentials.render()


def test_the_vectors_fit_the_qr_versions_of_the_design() -> None:
    assert len(VECTORS["credential"]["minimal"]) <= 600  # 15-M
    assert len(VECTORS["presentation"]["answering"]) <= 970  # 20-M


def test_a_bare_credential_is_a_genuine_copy_with_its_claims() -> None:
    outcome = credential.verify(VECTORS["credential"]["full"], [TRUSTED], NOW)
    assert (outcome.verdict, outcome.stage) == ("genuine-copy", None)
    assert outcome.claims is not None
    assert outcome.claims["1"] == make_credentials.ISSUER
    fields = outcome.claims["-65537"]
    assert isinstance(fields, dict)
    assert fields["2"] == "张小明"


def test_a_presentation_answering_the_challenge_is_live_even_with_a_wrong_clock() -> None:
    shown, asked = VECTORS["presentation"]["answering"], VECTORS["challenge"]["text"]
    assert judged(shown, NOW + 7200, challenge=asked) == ("live", None)
    assert judged(shown, challenge=presentation.new_challenge("a", "b", NOW)) == ("genuine-copy", "holder")
    assert judged(shown, challenge="not a challenge") == ("genuine-copy", "holder")


@pytest.mark.parametrize(
    ("later", "verdict"), [(-60.5, "genuine-copy"), (-60, "live"), (0, "live"), (90, "live"), (90.5, "genuine-copy")]
)
def test_a_timed_presentation_is_live_within_its_window(later: float, verdict: str) -> None:
    text = credential.issue(make_credentials.claims("x", FIELDS, device=DEVICE.public), ISSUER)
    assert judged(presentation.present(text, DEVICE, NOW + 100), NOW + 100 + later)[0] == verdict


def test_a_timed_presentation_does_not_answer_a_challenge() -> None:
    text = credential.issue(make_credentials.claims("x", FIELDS, device=DEVICE.public), ISSUER)
    assert judged(presentation.present(text, DEVICE, NOW), challenge=VECTORS["challenge"]["text"])[0] == "genuine-copy"


def test_a_presentation_by_another_device_or_of_a_paper_credential_is_forged() -> None:
    other = keys.from_private(ec.generate_private_key(ec.SECP256R1()))
    for text, device in ((VECTORS["credential"]["full"], other), (VECTORS["credential"]["paper"], DEVICE)):
        assert judged(presentation.present(text, device, NOW)) == ("forged", "holder")


@pytest.mark.parametrize(
    ("claims", "now", "verdict"),
    [
        ({4: NOW}, NOW - 0.5, "genuine-copy"),
        ({4: NOW}, NOW, "expired"),
        ({4: NOW + 0.5}, NOW, "genuine-copy"),
        ({6: NOW + 60}, NOW, "genuine-copy"),
        ({6: NOW + 60}, NOW - 0.25, "clock-doubtful"),
        ({5: NOW + 1}, NOW, "not-yet-valid"),
        ({5: NOW}, NOW, "genuine-copy"),
        ({4: NOW - 1, 5: NOW + 1}, NOW, "expired"),
    ],
)
def test_time_is_judged_in_the_order_exp_iat_nbf(claims: dict[int, object], now: float, verdict: str) -> None:
    assert judged(text_of(claims), now)[0] == verdict


@pytest.mark.parametrize(
    ("held", "verdict"),
    [
        (None, "stale"),
        (status(uri="other"), "stale"),
        (status(), "genuine-copy"),
        (status(age=3601), "stale"),
        (status(b"\x10"), "revoked"),
        (status(b"\x10", age=9999), "revoked"),
        (status(b"\x20"), "suspended"),
        (status(b"\x30"), "revoked"),
        (status(b""), "stale"),
        (status_list.StatusList("u", 2, b"no zlib", 0, 1), "stale"),
    ],
)
def test_the_status_is_judged_by_the_list_under_its_uri(held: status_list.StatusList | None, verdict: str) -> None:
    text = text_of({65535: {"status_list": {"idx": 2, "uri": "u"}}})
    assert judged(text, status=held)[0] == verdict


def test_only_a_trusted_key_for_credentials_of_that_kid_issuer_and_time_counts() -> None:
    text = VECTORS["credential"]["full"]
    public, kid = ISSUER.public, ISSUER.public.kid
    untrusted = [
        [],
        [trust.TrustedKey(b"other", public)],
        [trust.TrustedKey(kid, public, frozenset({"status-list"}))],
        [trust.TrustedKey(kid, public, issuer="other")],
        [trust.TrustedKey(kid, public, valid_until=NOW)],
        [trust.TrustedKey(kid, public, valid_from=NOW + 1)],
    ]
    for trusted in untrusted:
        assert credential.verify(text, trusted, NOW).verdict == "untrusted"
    wrong = trust.TrustedKey(kid, DEVICE.public)
    assert credential.verify(text, [wrong], NOW).verdict == "forged"
    assert credential.verify(text, [wrong, TRUSTED], NOW).verdict == "genuine-copy"


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("", "prefix"),
        ("HC1:ABC", "prefix"),
        ("zb1:ABC", "prefix"),
        ("ZC1:ABC", "prefix"),
        ("ZB1:" + "A" * 4293, "prefix"),
        ("ZB1:A", "base45"),
        ("ZB1:abc", "base45"),
        ("ZB1:", "cose"),
        ("ZP1:BB8", "cose"),
        ("ZP1:" + VECTORS["credential"]["full"][4:], "cose"),
        ("ZB1:" + VECTORS["presentation"]["timed"][4:], "cose"),
    ],
)
def test_what_cannot_be_read_names_its_stage(text: str, stage: str) -> None:
    assert judged(text) == ("unreadable", stage)


@pytest.mark.parametrize(
    "claims",
    [
        [],
        {6: 0},
        {4: "1"},
        {4: True},
        {4: 2**60},
        {4: 1, 1: 1},
        {4: 1, 7: "00"},
        {4: 1, 8: 1},
        {4: 1, 65535: {}},
        {4: 1, 65535: {"status_list": {"idx": -1, "uri": "u"}}},
        {4: 1, 65535: {"status_list": {"idx": 1.0, "uri": "u"}}},
        {4: 1, -65537: []},
        {4: 1, 1: "x", "1": "y"},
    ],
)
def test_a_faulty_payload_is_unreadable_though_signed_and_never_issued(claims: Any) -> None:
    message = cose.sign1(cbor.encode(claims), ISSUER, typ=credential.TYP, kid=ISSUER.public.kid)
    assert judged("ZB1:" + base45.encode(message)) == ("unreadable", "cose")
    with pytest.raises(CredentialError):
        credential.issue(claims, ISSUER)


def test_no_single_flipped_bit_leaves_a_credential_or_presentation_good() -> None:
    for text in (text_of({}), VECTORS["presentation"]["answering"]):
        data = base45.decode(text[4:])
        assert judged(text)[0] in ("genuine-copy", "live")
        for place in range(len(data) * 8):
            flipped = bytearray(data)
            flipped[place >> 3] ^= 1 << (place & 7)
            assert judged(text[:4] + base45.encode(bytes(flipped)))[0] not in ("live", "genuine-copy"), place


def test_a_challenge_says_who_asks_and_what_for() -> None:
    asked = presentation.read_challenge(VECTORS["challenge"]["text"])
    assert (asked.verifier, asked.purpose, asked.time) == ("云海市图书馆", "办理借书证", NOW)
    for text in (
        "ZB1:BB8",
        "ZC1:",
        "ZC1:BB8",
        "ZC1:" + base45.encode(cbor.encode({1: bytes(15), 2: "a", 3: "b", 4: 0})),
    ):
        with pytest.raises(CredentialError):
            presentation.read_challenge(text)


def test_the_trust_list_opens_with_its_root_only() -> None:
    data = bytes.fromhex(VECTORS["trust_list"])
    root = keys.from_jwk(VECTORS["keys"]["root"])
    opened = trust.open_list(data, [root])
    assert (opened.keeper, opened.issued_at, len(opened.keys)) == ("云海市", NOW, 2)
    assert credential.verify(VECTORS["credential"]["full"], opened.keys, NOW).verdict == "genuine-copy"
    for place in range(0, len(data), 3):
        damaged = data[:place] + bytes((data[place] ^ 1,)) + data[place + 1 :]
        with pytest.raises((TrustListError, CoseError)):
            trust.open_list(damaged, [root])
    with pytest.raises(TrustListError) as refused:
        trust.open_list(data, [ISSUER.public])
    assert refused.value.code == "root"


def test_a_status_list_token_opens_for_its_own_usage_only() -> None:
    data = bytes.fromhex(VECTORS["status_list"]["token"])
    keys_listed = trust.open_list(bytes.fromhex(VECTORS["trust_list"]), [keys.from_jwk(VECTORS["keys"]["root"])]).keys
    opened = status_list.open_token(data, keys_listed, NOW + 90, 3600)
    assert (opened.uri, opened.age) == (VECTORS["status_list"]["uri"], 90)
    assert [opened.get(index) for index in range(16)] == VECTORS["status_list"]["values"]
    with pytest.raises(CoseError):
        status_list.open_token(data, keys_listed[:1], NOW, 3600)
    with pytest.raises(StatusListError):
        status_list.open_token(data, keys_listed, NOW + 86400, 3600)


def test_an_index_past_the_end_and_a_list_over_8_mib_are_refused() -> None:
    bomb = zlib.compress(bytes(8 * 1024 * 1024 + 1))
    for data, bits, index, code in (
        (zlib.compress(b"\0"), 1, 8, "index"),
        (zlib.compress(b"\0"), 1, -1, "index"),
        (zlib.compress(b"\0"), 3, 0, "bits"),
        (bomb, 1, 0, "size"),
        (zlib.compress(b"\0") + b"x", 1, 0, "inflate"),
        (zlib.compress(b"\0")[:-1], 1, 0, "inflate"),
    ):
        with pytest.raises(StatusListError) as refused:
            status_list.get(data, bits, index)
        assert refused.value.code == code


def test_the_example_of_the_token_status_list_specification_reads_back() -> None:
    compressed = bytes.fromhex("78dadbb918000217015d")
    assert [status_list.get(compressed, 1, index) for index in range(16)] == [
        1,
        0,
        0,
        1,
        1,
        1,
        0,
        1,
        1,
        1,
        0,
        0,
        0,
        1,
        0,
        1,
    ]
