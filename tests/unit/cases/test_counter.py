"""What is known of an applicant at the counter is put in by the server, where it is asked for and nothing was sent."""

from __future__ import annotations

from typing import Any

import pytest

from backend.cases.counter import with_known
from backend.city.structures import Field, Known, Layout, Page, Text, When

_TEXT = Text("问", "Question")
_FACTS: dict[Known, str | None] = {"name": "林晓舟", "phone": "13912340077", "home": None}


def _field(pointer: str, known: Known | None = None, when: When | None = None) -> Field:
    return Field(pointer, "text", _TEXT, known=known, when=when)


_LAYOUT = Layout(
    [
        Page(
            "all",
            _TEXT,
            [
                _field("/applicant/name", "name"),
                _field("/home", "home"),
                _field("/call"),
                _field("/phone", "phone", When("/call", True)),
                Field("/members", "rows", _TEXT, fields=[_field("/name", "name")]),
            ],
        )
    ]
)


@pytest.mark.parametrize(
    ("sent", "filled"),
    [
        ({}, {"applicant": {"name": "林晓舟"}}),
        ({"call": True}, {"call": True, "applicant": {"name": "林晓舟"}, "phone": "13912340077"}),
        ({"applicant": {"name": "别人"}}, {"applicant": {"name": "别人"}}),
        ({"applicant": {"age": 1}}, {"applicant": {"age": 1, "name": "林晓舟"}}),
        # What does not fit is left for the judgement.
        ({"applicant": "无"}, {"applicant": "无"}),
        ({"members": [{}]}, {"members": [{}], "applicant": {"name": "林晓舟"}}),
    ],
)
def test_what_is_known_fills_only_what_is_asked_and_empty(sent: dict[str, Any], filled: dict[str, Any]) -> None:
    assert with_known(_LAYOUT, sent, _FACTS) == filled
