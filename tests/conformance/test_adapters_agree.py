"""Both languages give the same reply to the same line, whatever the line is."""

import json
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conformance.adapter_process import AdapterProcess
from tests.conformance.form_strategies import instance_for, near_forms, patterns, schemas, values
from tests.scale import examples

SAMPLES = [
    "11010519491231002X", "810000199408230021", "911124198108030024", "CAN110119801234", "91350100M000100Y43",
    "11440232MB2D06811W", "990000", "110101001001", "990199001000", "11990100990100018P3990199001000",
    "11990100990100018P399019900100001", "1.2.156.3005.2.11990100990100018P001.11990100990100026J.202600001.001.N",
    "1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9", "01234567",
]  # fmt: skip
CHECKS = ["id.check", "uscc.check", "area.check", "item.check", "certificate.check", "query.check"]
common = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def assert_agree(python_adapter: AdapterProcess, typescript_adapter: AdapterProcess, line: bytes) -> dict[str, Any]:
    reply, twin = python_adapter.send_line(line), typescript_adapter.send_line(line)
    # The sentence for people may differ: of two faults either may be seen first.
    if reply.get("error") == twin.get("error") == "bad-request":
        assert reply.pop("detail")
        assert twin.pop("detail")
    assert twin == reply
    assert reply.get("error") != "internal"
    return reply


@st.composite
def mutated(draw: st.DrawFn) -> str:
    text = draw(st.sampled_from(SAMPLES))
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(text)))
        with_ = draw(st.text("0123456789ABCXYabcx.-０Ｘ 😀", max_size=2))
        text = text[:at] + with_ + text[at + draw(st.integers(0, 2)) :]
    return text


dates = st.dates(date(1800, 1, 1), date(2100, 1, 1)).map(date.isoformat)
nows = (
    st.none()
    | dates
    | st.sampled_from(
        [
            "2026-11-22T16:00:00Z",
            "2026-11-22T15:59:59.999Z",
            "0001-01-01T00:00:00+01:00",
            "2026-02-30",
            "now",
            "9999-12-31T23:00:00Z",
        ]
    )
)


@settings(common, max_examples=examples(40_000))
@given(st.sampled_from(CHECKS), mutated() | st.text(max_size=20), nows, st.sampled_from([None, "own", "import", "x"]))
def test_identifier_checks_agree(
    python_adapter: AdapterProcess,
    typescript_adapter: AdapterProcess,
    op: str,
    text: str,
    now: str | None,
    origin: str | None,
) -> None:
    line = json.dumps({"id": 1, "op": op, "in": text, "now": now, "origin": origin}).encode()
    assert_agree(python_adapter, typescript_adapter, line)


@st.composite
def stretches(draw: st.DrawFn) -> list[str]:
    first = draw(st.dates(date(2003, 1, 1), date(2030, 1, 1)))
    return [first.isoformat(), (first + timedelta(days=draw(st.integers(-1, 60)))).isoformat()]


@settings(common, max_examples=examples(40_000))
@given(
    st.dates(date(2003, 1, 1), date(2030, 1, 1)).map(date.isoformat) | st.dates().map(date.isoformat),
    st.integers(0, 60) | st.integers(-1, 3651),
    st.sampled_from(["workday", "day"]),
    st.lists(stretches(), max_size=4),
)
def test_deadlines_agree(
    python_adapter: AdapterProcess, typescript_adapter: AdapterProcess, start: str, days: int, unit: str, pauses: Any
) -> None:
    line = json.dumps({"id": 1, "op": "deadline", "from": start, "days": days, "unit": unit, "pauses": pauses}).encode()
    assert_agree(python_adapter, typescript_adapter, line)


@settings(common, max_examples=examples(60_000))
@given(st.data())
def test_judging_a_form_agrees(
    python_adapter: AdapterProcess, typescript_adapter: AdapterProcess, data: st.DataObject
) -> None:
    schema = data.draw(schemas)
    instance = data.draw(instance_for(schema))
    line = json.dumps({"id": 1, "op": "form.validate", "schema": schema, "instance": instance}).encode()
    assert_agree(python_adapter, typescript_adapter, line)


@settings(common, max_examples=examples(60_000))
@given(st.one_of(near_forms, schemas, values))
def test_checking_a_form_agrees(
    python_adapter: AdapterProcess, typescript_adapter: AdapterProcess, schema: Any
) -> None:
    line = json.dumps({"id": 1, "op": "form.check", "schema": schema}).encode()
    assert_agree(python_adapter, typescript_adapter, line)


@settings(common, max_examples=examples(60_000))
@given(patterns, st.text("ab1c-./,一😀A٣\n\r é", max_size=8))
def test_patterns_mean_the_same(
    python_adapter: AdapterProcess, typescript_adapter: AdapterProcess, pattern: str, text: str
) -> None:
    schema = {"type": "string", "maxLength": 9, "pattern": pattern}
    line = json.dumps({"id": 1, "op": "form.validate", "schema": schema, "instance": text}).encode()
    judged = assert_agree(python_adapter, typescript_adapter, line)
    line = json.dumps({"id": 1, "op": "form.check", "schema": schema}).encode()
    published = assert_agree(python_adapter, typescript_adapter, line)
    # Whatever may be published can be judged.
    assert judged["ok"] or not published["ok"]


@settings(common, max_examples=examples(40_000))
@given(
    st.one_of(
        st.binary(max_size=40),
        st.text('{}[]":,0123456789eE.-+ \\"idoptruefalsn', max_size=30).map(str.encode),
        st.dictionaries(
            st.sampled_from(["id", "op", "in", "from", "days", "schema", "instance"]), values, max_size=5
        ).map(lambda request: json.dumps({"op": "deadline", **request}).encode()),
    ).filter(lambda line: b"\n" not in line)
)
def test_malformed_lines_agree(python_adapter: AdapterProcess, typescript_adapter: AdapterProcess, line: bytes) -> None:
    assert_agree(python_adapter, typescript_adapter, line)
