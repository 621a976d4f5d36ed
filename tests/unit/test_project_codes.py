"""The code of an investment project: its shape by the shared vectors, and how it is made."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.projects.rules import check_code, normalise_code, stem_of

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "vectors.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("code", VECTORS["investment_project_code"]["valid"])
def test_the_shared_vectors_are_codes(code: str) -> None:
    assert check_code(code) is None
    assert normalise_code(code.replace("-", "")) == code


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (" 2509-320193-89-01-544060 ", "2509-320193-89-01-544060"),
        ("２５０９—320193—89—01—544060", "2509-320193-89-01-544060"),
        ("2509 320193 89 01 544060", "2509-320193-89-01-544060"),
    ],
)
def test_a_code_is_understood_however_it_is_typed(typed: str, code: str) -> None:
    assert normalise_code(typed) == code


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("2513-320193-89-01-544060", "month"),
        ("2500-320193-89-01-544060", "month"),
        ("2509-320193-89-01-54406", "format"),
        ("2509-320193-89-01-54406X", "format"),
        ("2509-320193-89-01-544060\n", "format"),
        ("", "format"),
    ],
)
def test_what_is_no_code_is_refused_with_what_is_wrong(code: str, error: str) -> None:
    assert check_code(code) == error


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.integers(1, 999_999))
def test_every_code_that_the_house_makes_is_one_and_stays_as_it_is(day: date, serial: int) -> None:
    code = f"{stem_of(day, '990102', '61', '04')}{serial:06d}"
    assert check_code(code) is None
    assert normalise_code(code) == code


@given(st.text(max_size=60))
def test_whatever_is_typed_becomes_a_code_or_is_refused(typed: str) -> None:
    code = normalise_code(typed)
    assert check_code(code) in (None, "format", "month")
    assert normalise_code(code) == code
