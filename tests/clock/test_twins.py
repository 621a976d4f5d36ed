"""The phone reckons every clock to the letter as the server does: vectors that both read, and random histories."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings

from tests.clock.make_vectors import FILE, vectors
from tests.clock.twins import Phone, Question, questions, server
from tests.scale import examples


@pytest.fixture(scope="module")
def phone() -> Iterator[Phone]:
    with Phone() as opened:
        yield opened


def test_the_shared_vectors_are_what_the_server_answers() -> None:
    assert json.loads(FILE.read_text()) == vectors()


def _no_day_is_lost(clock: dict[str, Any]) -> None:
    """Lines cover every day from the first to the due date once, and nothing about them is negative."""
    lines = clock["lines"]
    for line, following in pairwise(lines):
        assert (date.fromisoformat(following["first"]) - date.fromisoformat(line["last"])).days == 1
    assert lines[-1]["last"] == clock["due"]
    assert min(clock["used"], clock["left"], clock["overdue"]) >= 0
    assert clock["used"] + clock["left"] == clock.get("days", clock["used"] + clock["left"])


@given(questions())
@settings(max_examples=examples(100_000), deadline=None)
def test_phone_and_server_give_the_same_dates_codes_and_parameters(phone: Phone, question: Question) -> None:
    ours = server(question)
    assert phone.ask(question) == ours
    if "refused" not in ours:
        for clock in ours.get("limits", [ours]):
            _no_day_is_lost(clock)
