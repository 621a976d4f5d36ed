"""The published filled forms: the same errors here and, in pwa/tests/filled.test.ts, on the phone."""

import json
from datetime import date

import msgspec
import pytest

from backend.cases.filled import judge
from backend.city.structures import Layout
from backend.foundation.forms import Form
from tests.forms.make_vectors import CASES, TARGET

VECTORS = json.loads(TARGET.read_text())


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_a_filled_form_has_exactly_these_errors(case: dict[str, object]) -> None:
    by = VECTORS["by"]
    found = judge(
        Form(VECTORS["schema"]),
        msgspec.convert(VECTORS["layout"], Layout),
        case["values"],
        today=date.fromisoformat(by["today"]),
        facts=by["facts"],
        commitments=frozenset(by["commitments"]),
    )
    assert [{"path": each.path, "keyword": each.keyword} for each in found] == case["errors"]


def test_the_vectors_are_all_written() -> None:
    assert [case["name"] for case in VECTORS["cases"]] == list(CASES)
