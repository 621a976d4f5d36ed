"""The line protocol of the adapters: order, ids, malformed and oversized lines, the end of input."""

import json
import subprocess

import pytest

from tests.conformance.adapter_process import PYTHON, ROOT, TYPESCRIPT, AdapterProcess


@pytest.mark.parametrize(
    "line",
    [
        b"", b" ", b"x", b"[]", b"1", b"null", b'"text"', b"{", b'{"id":1,}', b'{"id":NaN}', b"\xff{}",
        b'\xef\xbb\xbf{"id":1}',
        b'{"id":[1],"op":"id.check"}', b'{"id":1.5}', b'{"id":true}', b'{"id":9007199254740993}', b'{"id":1e999}',
        b'{"id":1,"op":"id.check","in":"\\ud800"}', b"[" * 100_000, b'{"a":' * 100_000,
        b'{"id":1,"in":' + b"9" * 5000 + b"}",
    ],
)  # fmt: skip
def test_a_malformed_line_is_a_bad_request_without_id_and_the_adapter_goes_on(
    adapter: AdapterProcess, line: bytes
) -> None:
    reply = adapter.send_line(line)
    assert (reply["id"], reply["ok"], reply["error"]) == (None, False, "bad-request")
    assert reply["detail"]
    assert adapter.ask("uscc.check", in_="91350100M000100Y43") == {"ok": True}


@pytest.mark.parametrize(
    "request_text",
    [
        '{"id":"q"}', '{"id":"q","op":"toString"}', '{"id":"q","op":"merkle.inclusion"}',
        '{"id":"q","op":["id.check"]}',
        '{"id":"q","op":"id.check"}', '{"id":"q","op":"id.check","in":1}',
        '{"id":"q","op":"id.check","in":"1","now":"x"}',
        '{"id":"q","op":"item.check","in":"1","origin":"other"}', '{"id":"q","op":"form.check"}',
        '{"id":"q","op":"form.validate","schema":{}}',
        '{"id":"q","op":"deadline","from":"2026-02-30","days":1,"unit":"day"}',
        '{"id":"q","op":"deadline","from":"2026-02-03","days":true,"unit":"day"}',
        '{"id":"q","op":"deadline","from":"2026-02-03","days":3651,"unit":"day"}',
        '{"id":"q","op":"deadline","from":"2026-02-03","days":1,"unit":"week"}',
        '{"id":"q","op":"deadline","from":"2026-02-03","days":1,"unit":"day","pauses":[["2026-02-03"]]}',
    ],
)  # fmt: skip
def test_a_readable_request_that_is_wrong_is_a_bad_request_with_its_id(
    adapter: AdapterProcess, request_text: str
) -> None:
    reply = adapter.send_line(request_text.encode())
    assert (reply["id"], reply["ok"], reply["error"]) == ("q", False, "bad-request")


def test_whole_numbers_may_be_written_with_a_point(adapter: AdapterProcess) -> None:
    reply = adapter.send_line(b'{"id":2.0,"op":"deadline","from":"2026-02-13","days":5e0,"unit":"workday","pauses":[]}')
    assert (reply["id"], reply["date"]) == (2, "2026-02-27")


def test_a_number_just_beyond_the_bound_is_not_rounded_into_it(adapter: AdapterProcess) -> None:
    def maximum(text: str) -> bool:
        line = f'{{"id":1,"op":"form.check","schema":{{"type":"number","title":"-9007199254740993","maximum":{text}}}}}'
        return bool(adapter.send_line(line.encode())["ok"])

    assert all(maximum(text) for text in ["9007199254740992", "-9007199254740992.0", "9.007199254740992e15"])
    assert not any(
        maximum(text) for text in ["9007199254740993", "-9007199254740992.5", "90071992547409921e-1", "1e300"]
    )


def test_a_pattern_that_makes_backtracking_engines_hang_is_judged_at_once(adapter: AdapterProcess) -> None:
    for pattern in ["^(?:a|a)*$", "^a*a*a*a*a*a*a*a*$", "^(a+)+$"]:
        schema = {"type": "string", "maxLength": 5000, "pattern": pattern}
        reply = adapter.ask("form.validate", schema=schema, instance="a" * 2000 + "b")
        assert reply == {"ok": True, "valid": False, "errors": [{"path": "", "keyword": "pattern"}]}


@pytest.mark.parametrize("command", [PYTHON, TYPESCRIPT], ids=["python", "typescript"])
def test_replies_come_in_order_and_the_adapter_exits_0_at_the_end(command: list[str]) -> None:
    long = b'{"id":0,"op":"id.check","in":"' + b"1" * (21 * 1024 * 1024) + b'"}'
    lines = [json.dumps({"id": number, "op": "query.check", "in": "00000000"}).encode() for number in range(500)]
    done = subprocess.run(
        command, cwd=ROOT, input=b"\n".join([*lines, long, lines[7]]), capture_output=True, timeout=60
    )
    replies = [json.loads(line) for line in done.stdout.splitlines()]
    assert [reply["id"] for reply in replies] == [*range(500), None, 7]
    assert replies[500]["error"] == "bad-request"
    assert (done.returncode, done.stderr) == (0, b"")
