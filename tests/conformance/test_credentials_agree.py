"""Both adapters give the same reply to the same credential request, whatever it holds, and never fail inside."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from qr import base45
from tests.conformance.adapter_process import AdapterProcess
from tests.conformance.credential_strategies import KID, NOW, PUBLIC, VECTORS, requests
from tests.scale import examples


@settings(
    max_examples=examples(100_000),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
@given(requests)
def test_credential_operations_agree(
    python_adapter: AdapterProcess, typescript_adapter: AdapterProcess, request_: dict[str, Any]
) -> None:
    line = json.dumps({"id": 1, **request_}).encode()
    reply = python_adapter.send_line(line)
    assert typescript_adapter.send_line(line) == reply
    assert reply.get("error") != "internal"


def test_an_issued_credential_verifies_with_the_claims_it_was_given(
    python_adapter: AdapterProcess, adapter: AdapterProcess
) -> None:
    cnf = {"1": {"1": 2, "-1": 1, "-2": "11" * 32, "-3": "22" * 32}}
    claims = {
        "1": "x",
        "4": NOW + 60,
        "6": NOW,
        "7": "00" * 16,
        "8": cnf,
        "-65537": {"0": "t", "1": "v", "名": [1, True]},
    }
    issued = python_adapter.ask("credential.issue", claims=claims, key=VECTORS["keys"]["issuer"], kid=KID.hex())
    reply = adapter.ask(
        "credential.verify",
        text=issued["out"],
        trust=[{"kid": KID.hex(), "jwk": PUBLIC, "usage": "credential"}],
        now=VECTORS["now"],
        profile="zb",
    )
    assert reply == {"ok": True, "verdict": "genuine-copy", "stage": None, "claims": claims}


@pytest.mark.parametrize(
    "changes",
    [
        {"claims": []},
        {"claims": {"x": 1}},
        {"claims": {"01": 1}},
        {"kid": "zz"},
        {"key": None},
        {"claims": {"4": 1, "8": {}}},
    ],
)
def test_a_misshapen_issue_request_is_a_bad_request(python_adapter: AdapterProcess, changes: dict[str, Any]) -> None:
    request = {"claims": {"4": NOW}, "key": VECTORS["keys"]["issuer"], "kid": "00", **changes}
    assert python_adapter.ask("credential.issue", **request)["error"] == "bad-request"


def test_claims_that_no_reader_would_take_are_not_issued(python_adapter: AdapterProcess) -> None:
    for claims in ({}, {"4": "x"}, {"4": 2**53}, {"4": 1, "1": 5}, {"4": 1, "-65537": {"0": "字" * 2000}}):
        reply = python_adapter.ask("credential.issue", claims=claims, key=VECTORS["keys"]["issuer"], kid="00")
        assert reply["ok"] is False
        assert reply["error"] in ("claims", "size")


def test_every_vector_gets_the_verdict_it_was_made_for(adapter: AdapterProcess) -> None:
    common = {"trust": [{"kid": KID.hex(), "jwk": PUBLIC}], "now": VECTORS["now"], "profile": "zb"}
    held = {
        "list": VECTORS["status_list"]["list"],
        "bits": 2,
        "uri": VECTORS["status_list"]["uri"],
        "age": 0,
        "max_age": 1,
    }
    shown, asked = VECTORS["presentation"], VECTORS["challenge"]["text"]
    assert adapter.ask("credential.verify", text=shown["answering"], challenge=asked, **common)["verdict"] == "live"
    assert adapter.ask("credential.verify", text=shown["timed"], status=held, **common)["verdict"] == "live"
    assert adapter.ask("credential.verify", text=shown["timed"], **common)["verdict"] == "stale"
    data = base45.decode(VECTORS["credential"]["full"][4:])
    forged = "ZB1:" + base45.encode(data[:-1] + bytes((data[-1] ^ 1,)))
    reply = adapter.ask("credential.verify", text=forged, **common)
    assert reply == {"ok": True, "verdict": "forged", "stage": "signature", "claims": None}
